/**
 * What asking matchers about labels may take, in steps of regular expressions on one character: some
 * nanoseconds. A matcher looks its label up by name before it looks at the value, and where there are many
 * of both, as a stranger may send them, it is this that takes the time.
 */
import { longestValue, SCANNED_NAMES_MAX, type LabelSet } from "../model/index.ts";
import type { Matcher } from "./matcher.ts";

/** What asking takes whatever the labels are. */
export interface AskingCost {
  /** Of the regular expressions for each character of a value, see `patternCost`. */
  readonly steps: number;
  /** Labels of names of a usual length that are looked up. */
  readonly lookUps: number;
}

/** Of looking up one label, besides the names that it is held against. */
const LOOK_UP_WORK = 10;
/** A name takes as long as several if it is longer. */
const NAME_CHARS = 32;

export function askingCost(matchers: readonly Matcher[]): AskingCost {
  let [steps, lookUps] = [0, 0];
  for (const matcher of matchers) {
    steps += matcher.steps;
    lookUps += 1 + Math.floor(matcher.name.length / NAME_CHARS);
  }
  return { steps, lookUps };
}

/** What it comes to with these labels. */
export function workOnLabels(labels: LabelSet): (cost: AskingCost) => number {
  const lookUpWork = LOOK_UP_WORK + Math.min(labels.names.length, SCANNED_NAMES_MAX);
  let chars: number | undefined;
  return ({ steps, lookUps }) => {
    const work = lookUps * lookUpWork;
    return steps === 0 ? work : work + steps * (chars ??= longestValue(labels));
  };
}
