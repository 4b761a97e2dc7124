/**
 * What is wrong with a configuration, as upstream says it: for amtool and for the log. The domain finds
 * all faults and says where each is; upstream stops at the first and has its own words, which scripts
 * around `check-config` know. What is not known here is said in the domain's words, with its place.
 */
import type { ConfigProblem } from "../schema/index.ts";
import { matcherRefusal, utf8Refusal } from "./matcher-words.ts";
import { RULE_WORDS } from "./rule-words.ts";
import { syntaxWords, typeWords } from "./yaml-words.ts";

/**
 * One text for the faults of a configuration. Upstream reads on when a value does not fit its type, and
 * tells all those at the end, unless it comes upon a fault of meaning: that one is told alone.
 */
export function configRefusal(problems: readonly ConfigProblem[]): string {
  const [first] = problems;
  if (first === undefined) return "";
  const rule = firstRule(problems) ?? first;
  return (
    syntaxWords(first) ??
    rule.upstream ??
    ruleWords(rule.message) ??
    typeWords(problems) ??
    problems.map(showProblem).join("; ")
  );
}

/**
 * The fault of meaning that upstream comes upon first. What no structure can check by itself it checks
 * when all is read: receivers, then the routes with their receivers, then the names of intervals.
 */
function firstRule(problems: readonly ConfigProblem[]): ConfigProblem | undefined {
  const rules = problems.filter(({ message }) => !message.startsWith("Cannot read "));
  if (!rules.some(({ message }) => AT_THE_END.test(message))) return rules[0];
  return rules.toSorted((left, right) => turnOf(left) - turnOf(right))[0];
}

const AT_THE_END = /is not unique$|undefined (?:receiver|time interval) "|: (?:the )?root route /;

function turnOf({ message }: ConfigProblem): number {
  if (message.includes("undefined time interval ")) return 3;
  if (message.startsWith("Cannot use time interval ")) return 2;
  return /^Cannot use (?:receiver |"receivers\[|"global")/.test(message) ? 0 : 1;
}

/** A fault of meaning, without where it is. */
function ruleWords(message: string): string | undefined {
  const words = reasonWords(message);
  if (words === undefined) return undefined;
  if (IN_WEBHOOK_URL.test(message) && !words.startsWith("invalid ")) return `invalid URL: ${words}`;
  return IN_MATTERMOST.test(message)
    ? words.replace(" in Slack field ", " in Mattermost field ")
    : words;
}

const IN_WEBHOOK_URL = /^Cannot use "receivers\[\d+\]\.webhook_configs\[\d+\]\.url": /;
const IN_MATTERMOST = /^Cannot use "receivers\[\d+\]\.mattermost_configs\[\d+\]\./;

function reasonWords(message: string): string | undefined {
  const reason = /^Cannot use (?:"[^"]*"|the configuration): (.*)$/s.exec(message)?.[1] ?? message;
  const [, quoted] = /^Cannot parse matcher (".*"): (?:it|the value) has /s.exec(reason) ?? [];
  if (quoted !== undefined) {
    const input = String(JSON.parse(quoted)); // The domain wrote it as JSON.
    return matcherRefusal(input, reason, "fallback");
  }
  if (/^\d+:\d+: Cannot parse matchers: /.test(reason)) return utf8Refusal("", reason);
  for (const [pattern, words] of RULE_WORDS) {
    if (pattern.test(reason)) return reason.replace(pattern, words);
  }
  return undefined;
}

function showProblem({ line, column, message, hint }: ConfigProblem): string {
  const after = hint === undefined ? "" : ` (${hint})`;
  return `line ${line}, column ${column}: ${message}${after}`;
}
