import { patternCost } from "@tocsin/domain/matcher";
import type { SilenceDraft } from "@tocsin/engine/api";
import { AppError } from "@tocsin/foundation";

/** Compiling so much takes some 50 ms. A list of names with bars between costs nothing, however long. */
const COST_MAX = 5_000;

/**
 * Refuses the regular expressions of one request when they are too much work together: neither compiling
 * nor matching can be stopped. `what` names where they stand.
 */
export function checkRegexes(what: string, patterns: Iterable<string>): void {
  let cost = 0;
  for (const pattern of patterns) cost += patternCost(pattern);
  if (cost <= COST_MAX) return;
  throw new AppError(
    "invalid-argument",
    `regular expressions of ${what} are too large: ${cost} steps of at most ${COST_MAX}`,
  );
}

/** As `checkRegexes`, for a silence. */
export function checkSilence({ matcherSets }: Pick<SilenceDraft, "matcherSets">): void {
  const regexes = matcherSets.flat().filter(({ type }) => type.endsWith("~"));
  checkRegexes(
    "the silence",
    regexes.map(({ value }) => value),
  );
}
