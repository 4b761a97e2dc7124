/**
 * The labels that all sets of a list have with the same value.
 *
 * Names are sorted, so two sets are walked side by side, and most sets share one list of names (the
 * shape), where a name has the same place in both. What a set costs is the number of its names, not how
 * many of them there are in all other sets, and nothing once there is no common label left.
 */
import { compareText, EMPTY_LABEL_SET, type LabelSet } from "../../model/index.ts";

/** Takes one set after the other. */
export class CommonLabels {
  #first: LabelSet | undefined;
  /** Places in the first set, ascending; undefined: all of them. */
  #kept: readonly number[] | undefined;

  add(set: LabelSet): void {
    if (this.#first === undefined) this.#first = set;
    else if (this.#kept?.length !== 0) this.#kept = this.#keptWith(this.#first, set);
  }

  /** Those of all sets so far; none without sets. */
  found(): LabelSet {
    const first = this.#first ?? EMPTY_LABEL_SET;
    const kept = this.#kept;
    if (kept === undefined) return first;
    return {
      names: kept.map((at) => first.names[at] ?? ""),
      values: kept.map((at) => first.values[at] ?? ""),
    };
  }

  /** As upstream compares, the first one's empty value equals a missing one in the others. */
  #keptWith(first: LabelSet, other: LabelSet): readonly number[] {
    const kept: number[] = [];
    const places = this.#kept ?? first.names.keys();
    const isSameShape = first.names === other.names;
    let at = 0;
    for (const place of places) {
      const name = first.names[place] ?? "";
      if (isSameShape) at = place;
      else at = placeFrom(other.names, at, name);
      const value = other.names[at] === name ? other.values[at] : "";
      if (first.values[place] === value) kept.push(place);
    }
    return kept;
  }
}

/** The place of the first name, from this place on, that is not before this one. */
function placeFrom(names: readonly string[], from: number, name: string): number {
  let at = from;
  while (at < names.length && names[at] !== name && compareText(names[at] ?? "", name) < 0) at += 1;
  return at;
}
