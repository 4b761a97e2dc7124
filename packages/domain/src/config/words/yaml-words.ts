/**
 * Faults of YAML and of its types in upstream's words: those of Go's yaml.v2, which names the Go type that
 * a value does not fit. Undefined: there are no such words for it.
 */
import type { ConfigProblem } from "../schema/index.ts";
import { isMap, mappingType, typeWanted } from "./go-types.ts";

/** What is wrong with the YAML itself. */
export function syntaxWords({ message, line, upstream }: ConfigProblem): string | undefined {
  const reason = /^Cannot read the YAML: (.*)$/s.exec(message)?.[1];
  if (reason === undefined) return undefined;
  if (CONTROL.test(reason)) return "yaml: control characters are not allowed";
  // What upstream's parser takes is told in the words of ours.
  return upstream ?? `yaml: line ${line}: ${reason}`;
}

const CONTROL = /^control characters are not allowed$|^null byte is not allowed/;

/** All values that do not fit their types, in one text; they come first among the problems. */
export function typeWords(problems: readonly ConfigProblem[]): string | undefined {
  if (MERGE.test(problems[0]?.message ?? "")) {
    return "yaml: map merge requires map or sequence of maps as the value";
  }
  const lines: string[] = [];
  for (const problem of problems) {
    const read = READ.exec(problem.message);
    if (read === null) break;
    const [, path = "", reason = ""] = read;
    const words = keyWords(path, reason) ?? shapeWords(path, reason);
    if (words === undefined) return undefined;
    lines.push(`  line ${problem.line}: ${words}`);
  }
  return lines.length === 0 ? undefined : ["yaml: unmarshal errors:", ...lines].join("\n");
}

const READ = /^Cannot read (?:"([^"]*)"|the configuration): (.*)$/s;

function keyWords(path: string, reason: string): string | undefined {
  const [, quoted, unknown] = /^key (".*") is (?:(unknown)|there twice)$/s.exec(reason) ?? [];
  if (quoted === undefined) return undefined;
  const key = String(JSON.parse(quoted)); // The domain wrote it as JSON.
  if (unknown !== undefined) return `field ${key} not found in type ${mappingType(path)}`;
  return isMap(path)
    ? `key ${quoted} already set in map`
    : `field ${key} already set in type ${mappingType(path)}`;
}

/** A wrong merge is no fault of types: it is told alone. */
const MERGE = /: a mapping or a list of mappings behind "<<" wanted, .* found$/s;

function shapeWords(path: string, reason: string): string | undefined {
  const [, wanted = "", found = ""] = /^(.*) wanted, (.*) found$/s.exec(reason) ?? [];
  const type = typeWanted(path, wanted);
  const value = valueWords(found);
  if (type === undefined || value === undefined) return undefined;
  return `cannot unmarshal ${value} into ${type}`;
}

/** Longer values are cut in upstream's errors. */
const SHOWN_MAX = 10;

function valueWords(found: string): string | undefined {
  if (found === "a list") return "!!seq";
  if (found === "a mapping") return "!!map";
  const [, kind = "", quoted] = /^(text|number|boolean|date|!!\w+) (".*")$/s.exec(found) ?? [];
  if (quoted === undefined) return undefined;
  const text = String(JSON.parse(quoted)); // The domain wrote it as JSON.
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 3)}...` : text;
  const tag = kind === "number" ? numberTag(text) : (TAGS.get(kind) ?? kind);
  return `${tag} \`${shown}\``;
}

const TAGS: ReadonlyMap<string, string> = new Map([
  ["text", "!!str"],
  ["boolean", "!!bool"],
  ["date", "!!timestamp"],
]);

/** What does not fit into 64 bits is no whole number to Go. */
function numberTag(text: string): "!!int" | "!!float" {
  if (!/^[-+]?[\d_]+$/.test(text))
    return /[.eE]/.test(text) && !/^0x/i.test(text) ? "!!float" : "!!int";
  const number = BigInt(text.replaceAll(/[+_]/g, ""));
  return number > 0xffff_ffff_ffff_ffffn || number < -0x8000_0000_0000_0000n ? "!!float" : "!!int";
}
