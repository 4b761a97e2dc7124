import { compareText, type MatcherSpec, type MatcherType } from "../model/index.ts";
import { isSpace, quoteGo } from "../text/index.ts";

const RESERVED = new Set("{}!=~,\\\"'`");
const TYPE_ORDER: readonly MatcherType[] = ["=", "!=", "=~", "!~"];

/** True if the UTF-16 unit must be quoted in a name or value of the UTF-8 syntax (S-82). */
export function isReserved(char: string): boolean {
  return RESERVED.has(char) || isSpace(char);
}

/**
 * Prints one matcher as route keys, logs and amtool show it (S-24). A name with reserved characters
 * puts both name and value into Go quotes; else only `\`, `"` and newline of the value are escaped.
 */
export function formatMatcher({ name, type, value }: MatcherSpec): string {
  for (let at = 0; at < name.length; at += 1) {
    if (isReserved(name.charAt(at))) return `${quoteGo(name)}${type}${quoteGo(value)}`;
  }
  return `${name}${type}"${escapeValue(value)}"`;
}

/** Prints a list in braces, without spaces. */
export function formatMatchers(specs: readonly MatcherSpec[]): string {
  return `{${specs.map(formatMatcher).join(",")}}`;
}

/** Orders matchers by name, value and type: the order in which a route holds and prints them. */
export function compareMatchers(left: MatcherSpec, right: MatcherSpec): number {
  return (
    compareText(left.name, right.name) ||
    compareText(left.value, right.value) ||
    TYPE_ORDER.indexOf(left.type) - TYPE_ORDER.indexOf(right.type)
  );
}

export function sameMatcher(left: MatcherSpec, right: MatcherSpec): boolean {
  return left.name === right.name && left.type === right.type && left.value === right.value;
}

function escapeValue(value: string): string {
  if (!/["\\\n]/.test(value)) return value;
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
