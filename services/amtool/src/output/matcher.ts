import type { MatcherSpec } from "@tocsin/domain/model";
import type { ApiMatcher } from "../client/models.ts";

/** A matcher of the API as the rest of the program knows matchers. */
export function matcherOf({ name, value, isEqual, isRegex }: ApiMatcher): MatcherSpec {
  const type = isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";
  return { type, name, value };
}

/** A matcher as the API has it. */
export function apiMatcherOf({ type, name, value }: MatcherSpec): ApiMatcher {
  const isEqual = type === "=" || type === "=~";
  const isRegex = type === "=~" || type === "!~";
  return { isEqual, isRegex, name, value };
}
