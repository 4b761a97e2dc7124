import type { ConfigProblem } from "../schema/index.ts";
import { syntaxWords, typeWords } from "./yaml-words.ts";

type Rule = readonly [pattern: RegExp, words: string];

/** Told at once when they are read. */
const VALUES: readonly Rule[] = [
  [/^.*: TLS version "(.*)" is unknown; .*$/s, "unknown TLS version: $1"],
  [/^.*: cipher "(.*)" is unknown; .*$/s, "unknown cipher: $1"],
  [/^.*: curve "(.*)" is unknown; .*$/s, "unknown curve: $1"],
];

/** Told when all values fit their types. */
const STRUCTURES: readonly Rule[] = [
  [/^.*: one of "(cert|key)" and "(\w+)" is missing$/s, "missing one of $1 or $2"],
  [/^.*: header (".*") may not be set; .*$/s, "HTTP header $1 can not be configured"],
];

/**
 * One text for the faults of a web configuration, as Prometheus' exporter toolkit says it. What is not
 * known here is said in the domain's words.
 */
export function webConfigRefusal(problems: readonly ConfigProblem[]): string {
  const [first] = problems;
  if (first === undefined) return "";
  return (
    syntaxWords(first) ??
    ruleWords(problems, VALUES) ??
    typeWords(problems)?.replaceAll("config.plain", "web.Config") ??
    ruleWords(problems, STRUCTURES) ??
    problems
      .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`)
      .join("; ")
  );
}

function ruleWords(problems: readonly ConfigProblem[], rules: readonly Rule[]): string | undefined {
  for (const { message } of problems) {
    const rule = rules.find(([pattern]) => pattern.test(message));
    if (rule !== undefined) return message.replace(...rule);
  }
  return undefined;
}
