/**
 * Which of many lists of matchers match a label set, without asking each.
 *
 * A list can only match labels that have the pair of any of its `name="value"` matchers. So each list is
 * filed under one of them, the one with the longest value, which is a good guess for the rarest; a label
 * set then looks up its own pairs and asks what is filed there. Lists without such a matcher, and
 * `name=""` is none since the label may be absent, are asked by everybody. So are the first few, whatever
 * they have: most tenants have no more, and asking eight costs less than looking up ten labels.
 */
import type { Steps } from "@tocsin/foundation";
import type { LabelSet } from "../model/index.ts";
import { matchesAll, type Matcher } from "./matcher.ts";

interface Filed<Item> {
  readonly item: Item;
  /** The matchers that looking up has not answered yet. */
  readonly rest: readonly Matcher[];
}

const SCAN_SIZE_MAX = 8;

/** Items under the matchers that choose them. An item may be added several times. */
export class MatcherIndex<Item> {
  /** By label name, then by value; undefined while there are only a few. */
  #byName: Map<string, Map<string, Filed<Item>[]>> | undefined;
  #unfiled: Filed<Item>[] = [];
  #triedCount = 0;
  #regexSteps = 0;

  /** How many lists have been asked so far. */
  get triedCount(): number {
    return this.#triedCount;
  }

  /** Steps of all regular expressions in here: asking takes at most so many for each character. */
  get regexSteps(): number {
    return this.#regexSteps;
  }

  /** How many lists everybody is asked, beyond the few with which that takes no time. */
  get scannedCount(): number {
    return Math.max(0, this.#unfiled.length - SCAN_SIZE_MAX);
  }

  add(matchers: readonly Matcher[], item: Item): void {
    this.#regexSteps += matcherSteps(matchers);
    if (this.#byName !== undefined) {
      this.#file(this.#byName, matchers, item);
      return;
    }
    // Not a push, which reserves room for seventeen.
    this.#unfiled = this.#unfiled.concat([{ item, rest: matchers }]);
    if (this.#unfiled.length <= SCAN_SIZE_MAX) return;
    const all = this.#unfiled;
    this.#unfiled = [];
    this.#byName = new Map();
    for (const filed of all) this.#file(this.#byName, filed.rest, filed.item);
  }

  /** Takes an item away that was added with matchers like these. */
  delete(matchers: readonly Matcher[], item: Item): void {
    this.#regexSteps -= matcherSteps(matchers);
    const under = this.#byName === undefined ? undefined : chooseMatcher(matchers);
    if (under === undefined) {
      this.#unfiled = this.#unfiled.filter((filed) => filed.item !== item);
      return;
    }
    const byValue = this.#byName?.get(under.name);
    const rest = byValue?.get(under.value)?.filter((filed) => filed.item !== item) ?? [];
    if (rest.length > 0) byValue?.set(under.value, rest);
    else byValue?.delete(under.value);
    if (byValue?.size === 0) this.#byName?.delete(under.name);
  }

  /** The items of all lists that match, once for each list, in no particular order. */
  matching(labels: LabelSet): Item[] {
    const items: Item[] = [];
    if (this.#byName !== undefined) {
      for (let at = 0; at < labels.names.length; at += 1) {
        // Values stand at the place of their name.
        const byValue = this.#byName.get(labels.names[at] as string);
        const filed = byValue?.get(labels.values[at] as string);
        if (filed !== undefined) this.#collect(filed, labels, items);
      }
    }
    this.#collect(this.#unfiled, labels, items);
    return items;
  }

  /**
   * The same in steps, of what is in here now, for when asking takes long. Yields before each list what its
   * regular expressions may take for each character.
   */
  *matchingSteps(labels: LabelSet): Steps<Item[]> {
    // A copy: others may add and delete between two steps. Lists may be too long to be arguments.
    let asked = this.#unfiled.slice();
    for (const [at, name] of labels.names.entries()) {
      const filed = this.#byName?.get(name)?.get(labels.values[at] as string);
      if (filed !== undefined) asked = asked.concat(filed);
    }
    this.#triedCount += asked.length;
    const items: Item[] = [];
    for (const { item, rest } of asked) {
      yield matcherSteps(rest);
      if (matchesAll(rest, labels)) items.push(item);
    }
    return items;
  }

  #collect(filed: readonly Filed<Item>[], labels: LabelSet, items: Item[]): void {
    this.#triedCount += filed.length;
    for (const { item, rest } of filed) {
      if (matchesAll(rest, labels)) items.push(item);
    }
  }

  #file(
    byName: Map<string, Map<string, Filed<Item>[]>>,
    matchers: readonly Matcher[],
    item: Item,
  ): void {
    const under = chooseMatcher(matchers);
    const filed = { item, rest: matchers.filter((matcher) => matcher !== under) };
    if (under === undefined) {
      this.#unfiled.push(filed);
      return;
    }
    const byValue = byName.get(under.name) ?? new Map<string, Filed<Item>[]>();
    byName.set(under.name, byValue);
    const list = byValue.get(under.value);
    if (list === undefined) byValue.set(under.value, [filed]);
    else list.push(filed);
  }
}

/** What the regular expressions may take for each character of a label, see `patternCost`. */
export function matcherSteps(matchers: readonly Matcher[]): number {
  let steps = 0;
  for (const matcher of matchers) steps += matcher.steps;
  return steps;
}

function chooseMatcher(matchers: readonly Matcher[]): Matcher | undefined {
  let chosen: Matcher | undefined;
  for (const matcher of matchers) {
    if (matcher.type !== "=" || matcher.value === "") continue;
    if (chosen === undefined || matcher.value.length > chosen.value.length) chosen = matcher;
  }
  return chosen;
}
