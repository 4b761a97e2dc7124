import { matcherSteps, patternCost, type Matcher } from "@tocsin/domain/matcher";
import type { LabelSet } from "@tocsin/domain/model";
import type { SilenceDraft } from "@tocsin/engine/api";
import { AppError } from "@tocsin/foundation";
import type { Query } from "./query-text.ts";

/** Compiling so much takes some 10 ms each time. A list of names with bars between costs nothing, however long. */
const COST_MAX = 2_000;

/**
 * Refuses the regular expressions of one request when they are too much work together: neither compiling
 * nor matching can be stopped. `what` names where they stand. Returns the steps that they have.
 */
export function checkRegexes(what: string, patterns: Iterable<string>): number {
  let cost = 0;
  for (const pattern of patterns) cost += patternCost(pattern);
  if (cost <= COST_MAX) return cost;
  throw new AppError(
    "invalid-argument",
    `regular expressions of ${what} are too large: ${cost} steps of at most ${COST_MAX}`,
  );
}

const QUERIED = ["filter", "receiver", "receiver_matchers", "matchers"];
/** What a pattern takes however short it is. */
const STEPS_MIN = 30;

/** About how many steps the regular expressions of a list's parameters have; more than allowed is refused later. */
export function stepsOfQuery(query: Query): number {
  const texts = QUERIED.flatMap((name) => query.getAll(name));
  const steps = texts.reduce((sum, text) => sum + STEPS_MIN + patternCost(text), 0);
  return Math.min(steps, COST_MAX);
}

/** What matching one value may take: some 3 ns for each step and character. */
const MATCH_COST_MAX = 16_000_000;

/** Tells of labels how much work it is to match them. Throws when it could not be done in one go. */
export function matchWorkOf(matchers: readonly Matcher[]): (labels: LabelSet) => number {
  const cost = matcherSteps(matchers);
  if (cost === 0) return () => 0;
  return ({ values }) => {
    const longest = values.reduce((most, value) => Math.max(most, value.length), 0);
    if (cost * longest <= MATCH_COST_MAX) return cost * longest;
    const steps = `with ${cost} steps, for a label of ${longest} characters`;
    throw new AppError(
      "invalid-argument",
      `regular expressions of "filter" are too large, ${steps}`,
    );
  };
}

/** As `checkRegexes`, for a silence. */
export function checkSilence({ matcherSets }: Pick<SilenceDraft, "matcherSets">): number {
  const regexes = matcherSets.flat().filter(({ type }) => type.endsWith("~"));
  return checkRegexes(
    "the silence",
    regexes.map(({ value }) => value),
  );
}
