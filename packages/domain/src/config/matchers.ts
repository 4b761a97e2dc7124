/** Shapes of the three spellings of matchers: `matchers`, and the deprecated `match` and `match_re`. */
import {
  compareMatchers,
  compileRegex,
  formatMatcher,
  isClassicLabelName,
  parseMatchers,
} from "../matcher/index.ts";
import type { MatcherSpec } from "../model/index.ts";
import { listOf, mapOf, parsedText, text } from "./schema/index.ts";
import type { Report, Scope, Shape } from "./schema/index.ts";
import { EMIT_NULL } from "./yaml/emit.ts";

/** Regular expressions by label name, as written; undefined for a null. */
export type RegexMap = ReadonlyMap<string, string | undefined>;

/** A list of texts, each with any number of matchers; sorted by name, value and type. */
export const matcherList: Shape<readonly MatcherSpec[]> = {
  wanted: "a list of texts",
  zero: [],
  decode(node, scope, before) {
    const lines = listOf(matcherLine, "a list of texts").decode(node, scope, undefined) ?? [];
    return [...before, ...lines.flat()].toSorted(compareMatchers);
  },
  encode: (value) => ({
    kind: "list",
    items: value.map((matcher) => ({ kind: "text", text: formatMatcher(matcher) })),
  }),
  isZero: (value) => value.length === 0,
};

const matcherLine: Shape<readonly MatcherSpec[]> = {
  ...parsedText<readonly MatcherSpec[]>({
    wanted: text.wanted,
    zero: [],
    parse: parseLine,
    encode: () => EMIT_NULL, // Never asked: the list writes its matchers one by one.
    isZero: (value) => value.length === 0,
  }),
};

function parseLine(
  line: string,
  scope: Scope,
): { value: readonly MatcherSpec[] } | { problem: string } {
  // Before it is parsed, which compiles. A backslash is written twice in a matcher.
  const excess = line.includes("~") ? scope.spendRegex(line.replaceAll("\\\\", "\\")) : undefined;
  if (excess !== undefined) return { problem: excess };
  const result = parseMatchers(line, scope.mode, scope.regexes);
  scope.onMatchers?.(line, result);
  if (!result.ok) return { problem: result.error };
  // Plain specs: what matches is compiled by those who match.
  return { value: result.matchers.map(({ type, name, value }) => ({ type, name, value })) };
}

const regex: Shape<string | undefined> = parsedText<string | undefined>({
  wanted: "a regular expression",
  zero: undefined,
  parse: (written, scope) => {
    const excess = scope.spendRegex(written);
    if (excess !== undefined) return { problem: excess };
    const result = scope.regexes?.compile(written) ?? compileRegex(written);
    return result.ok ? { value: written } : { problem: result.error };
  },
  encode: (value) => ((value ?? "") === "" ? EMIT_NULL : text.encode(value ?? "")),
  isZero: (value) => value === undefined,
});

export const regexMap: Shape<RegexMap | undefined> = mapOf(regex);

/** Names in `match` and `match_re` are classic whatever the matcher mode. */
export function checkMatchNames(
  map: ReadonlyMap<string, string | undefined> | undefined,
  key: string,
  report: Report,
): void {
  for (const [name, value] of map ?? []) {
    if (!isClassicLabelName(name)) {
      report(`"${name}" in "${key}" is not a classic label name`, { key, hint: CLASSIC_HINT });
    }
    if (value === undefined) report(`"${key}" has no regular expression for "${name}"`, { key });
  }
}

const CLASSIC_HINT = 'Write it as an entry of "matchers", which takes any name';

/** All three spellings as matchers, in no particular order. */
export function joinMatchers(parts: {
  readonly match: ReadonlyMap<string, string> | undefined;
  readonly matchRe: RegexMap | undefined;
  readonly matchers: readonly MatcherSpec[];
}): MatcherSpec[] {
  const joined: MatcherSpec[] = [];
  for (const [name, value] of parts.match ?? []) joined.push({ type: "=", name, value });
  for (const [name, value] of parts.matchRe ?? []) {
    // The anchors are part of the value: so it stands in the route's key.
    joined.push({ type: "=~", name, value: `^(?:${value ?? ""})$` });
  }
  joined.push(...parts.matchers);
  return joined;
}
