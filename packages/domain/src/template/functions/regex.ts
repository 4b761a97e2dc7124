/**
 * RE2 patterns for `match` and `reReplaceAll`. Matching is linear in the text, but templates come from
 * tenants: a pattern pays for its size when compiled and for size times text when used.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { Budget } from "../budget.ts";
import { quoteRaw } from "../parse/quote.ts";
import { GoError } from "../values/types.ts";

const STRAY_BYTE = /[\ud800-\udfff]/u;
/** For each instruction of a program. */
const COMPILE_STEPS = 20;
const PATTERNS_KEPT_MAX = 500;
const PATTERN_KEPT_MAX_CHARS = 1000;

export interface CompiledPattern {
  readonly regex: RE2JS;
  /** Instructions of the compiled program: what one character of text costs at most. */
  readonly instructionCount: number;
  readonly names: ReadonlyMap<string, readonly number[]>;
}

/** Keeps compiled patterns, which cost far more to make than to use. Bounded. */
export class RegexCache {
  readonly #kept = new Map<string, CompiledPattern>();

  /** @throws GoError in Go's words when the pattern is none. */
  compile(pattern: string, budget: Budget): CompiledPattern {
    const known = this.#kept.get(pattern);
    if (known !== undefined) return known;
    budget.spend(100 + pattern.length * 10);
    const compiled = compilePattern(pattern);
    budget.spend(compiled.instructionCount * COMPILE_STEPS);
    if (this.#kept.size >= PATTERNS_KEPT_MAX) this.#kept.clear();
    if (pattern.length <= PATTERN_KEPT_MAX_CHARS) this.#kept.set(pattern, compiled);
    return compiled;
  }
}

function compilePattern(pattern: string): CompiledPattern {
  if (!pattern.isWellFormed()) {
    const rest = pattern.slice(pattern.search(STRAY_BYTE));
    throw new GoError(`error parsing regexp: invalid UTF-8: \`${rest}\``);
  }
  try {
    const regex = RE2JS.compile(pattern);
    return { regex, instructionCount: regex.programSize(), names: groupNames(regex) };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const distinct = withDistinctNames(pattern);
    if (distinct === pattern) throw new GoError(error.message);
    return compilePattern(distinct);
  }
}

/** Names of groups; Go lets several have one name, the first that took part then stands for it. */
function groupNames(regex: RE2JS): ReadonlyMap<string, readonly number[]> {
  const names = new Map<string, number[]>();
  const entries = Object.entries(regex.namedGroups()).sort(([, a], [, b]) => a - b);
  for (const [name, index] of entries) {
    const shared = name.replace(REPEATED_NAME, "");
    names.set(shared, [...(names.get(shared) ?? []), index]);
  }
  return names;
}

const REPEATED_NAME = /_again_\d+_$/;
/** Escapes and classes, in which a parenthesis is one, and the starts of named groups. */
const NAMED_GROUP =
  /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]|(\(\?P?<)(\w+)>/g;

/** The engine refuses a name that is used twice: later ones get a name of their own. */
function withDistinctNames(pattern: string): string {
  const seen = new Set<string>();
  return pattern.replace(NAMED_GROUP, (whole, open?: string, name?: string) => {
    if (open === undefined || name === undefined) return whole;
    if (!seen.has(name)) {
      seen.add(name);
      return whole;
    }
    const distinct = `${name}_again_${seen.size}_`;
    seen.add(distinct);
    return `${open}${distinct}>`;
  });
}

/** Pays for one pass over a text. */
function payFor(compiled: CompiledPattern, text: string, budget: Budget): void {
  budget.spend(1 + Math.ceil((text.length * compiled.instructionCount) / 8));
}

/** Go's `regexp.MatchString`. */
export function matchesPattern(compiled: CompiledPattern, text: string, budget: Budget): boolean {
  payFor(compiled, text, budget);
  return compiled.regex.matcher(text).find();
}

/** Go's `ReplaceAllString`: `$1`, `${1}` and `${name}` stand for groups, `$1x` for the group `1x`. */
export function replacePattern(
  compiled: CompiledPattern,
  { text, replacement }: { readonly text: string; readonly replacement: string },
  budget: Budget,
): string {
  payFor(compiled, text, budget);
  const parts = parseReplacement(replacement);
  const matcher = compiled.regex.matcher(text);
  let result = "";
  let from = 0;
  let lastEnd = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    // Go takes no empty match right behind the match before it.
    if (start === end && start === lastEnd) continue;
    result += text.slice(from, start);
    for (const part of parts) {
      result += typeof part === "string" ? part : groupText(matcher, compiled, part.group);
    }
    from = end;
    lastEnd = end;
    budget.spend(1);
    budget.admitText(result.length);
  }
  return result + text.slice(from);
}

type ReplacementPart = string | { readonly group: string };

function parseReplacement(replacement: string): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let from = 0;
  for (const match of replacement.matchAll(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    parts.push(replacement.slice(from, match.index));
    const group = match[1] ?? match[2];
    parts.push(group === undefined ? "$" : { group });
    from = match.index + match[0].length;
  }
  parts.push(replacement.slice(from));
  return parts;
}

function groupText(
  matcher: ReturnType<RE2JS["matcher"]>,
  { names }: CompiledPattern,
  group: string,
): string {
  const indexes = /^[0-9]+$/.test(group) ? [Number(group)] : (names.get(group) ?? []);
  for (const index of indexes) {
    const text = index <= matcher.groupCount() ? matcher.group(index) : null;
    if (text !== null) return text;
  }
  return "";
}

/** How `regexp.MustCompile` names a bad pattern. */
export function mustCompileMessage(pattern: string, reason: string): string {
  return `regexp: Compile(${quoteRaw(pattern)}): ${reason}`;
}
