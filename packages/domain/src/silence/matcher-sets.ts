import { sameMatcher } from "../matcher/index.ts";
import type { MatcherSpec } from "../model/index.ts";

type MatcherSets = readonly (readonly MatcherSpec[])[];

/** True if both have the same sets with the same matchers in the same order. */
export function sameMatcherSets(left: MatcherSets, right: MatcherSets): boolean {
  return left === right || sameList(left, right, (a, b) => sameList(a, b, sameMatcher));
}

function sameList<Item>(
  left: readonly Item[],
  right: readonly Item[],
  isSame: (left: Item, right: Item) => boolean,
): boolean {
  // Lists of equal length have an item at each place of the other.
  return left.length === right.length && left.every((item, at) => isSame(item, right[at] as Item));
}
