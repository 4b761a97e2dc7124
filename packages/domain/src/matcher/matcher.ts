import { labelValue, type LabelSet, type MatcherSpec, type MatcherType } from "../model/index.ts";
import { compileRegex, type Regex, type RegexCompiler } from "./regex.ts";

/** A matcher that can be asked. A missing label is asked as the empty string (S-67). */
export interface Matcher extends MatcherSpec {
  /** What `matches` may take for each character, see `patternCost`. */
  readonly steps: number;
  matches(value: string): boolean;
}

export type MatcherResult =
  | { readonly ok: true; readonly matcher: Matcher }
  | { readonly ok: false; readonly error: string };

/** Makes a matcher that can be asked; refuses a regex that RE2 refuses. */
export function tryCompileMatcher(spec: MatcherSpec, cache?: RegexCompiler): MatcherResult {
  const { type, value } = spec;
  if (type === "=" || type === "!=") return { ok: true, matcher: new ComparingMatcher(spec) };
  const regex = cache === undefined ? compileRegex(value) : cache.compile(value);
  if (!regex.ok) return regex;
  return { ok: true, matcher: new RegexMatcher(spec, regex) };
}

/** As `tryCompileMatcher`, for a spec that has been checked; throws an `Error` for a bad regex. */
export function compileMatcher(spec: MatcherSpec, cache?: RegexCompiler): Matcher {
  const result = tryCompileMatcher(spec, cache);
  if (!result.ok) throw new Error(result.error);
  return result.matcher;
}

export function compileMatchers(specs: readonly MatcherSpec[], cache?: RegexCompiler): Matcher[] {
  return specs.map((spec) => compileMatcher(spec, cache));
}

/** True if all matchers match; no matcher matches everything. */
export function matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
  for (const matcher of matchers) {
    if (!matcher.matches(labelValue(labels, matcher.name))) return false;
  }
  return true;
}

class ComparingMatcher implements Matcher {
  readonly type: MatcherType;
  readonly name: string;
  readonly value: string;
  readonly #wantsEqual: boolean;

  constructor(spec: MatcherSpec) {
    this.type = spec.type;
    this.name = spec.name;
    this.value = spec.value;
    this.#wantsEqual = spec.type === "=";
  }

  get steps(): number {
    return 0;
  }

  matches(value: string): boolean {
    return (value === this.value) === this.#wantsEqual;
  }
}

class RegexMatcher implements Matcher {
  readonly type: MatcherType;
  readonly name: string;
  readonly value: string;
  readonly #regex: Regex;
  readonly #wantsMatch: boolean;

  constructor(spec: MatcherSpec, regex: Regex) {
    this.type = spec.type;
    this.name = spec.name;
    this.value = spec.value;
    this.#regex = regex;
    this.#wantsMatch = spec.type === "=~";
  }

  get steps(): number {
    return this.#regex.steps;
  }

  matches(value: string): boolean {
    return this.#regex.test(value) === this.#wantsMatch;
  }
}
