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
import { labelValue, type LabelSet } from "../model/index.ts";
import { askingCost, workOnLabels, type AskingCost } from "./matcher-work.ts";
import { matchesAll, type Matcher } from "./matcher.ts";

/** With what asking the rest of its list takes. */
interface Filed<Item> extends AskingCost {
  readonly item: Item;
  /** The matchers that looking up has not answered yet. */
  readonly rest: readonly Matcher[];
}

const SCAN_SIZE_MAX = 8;
/** To ask so many matchers takes no time worth counting. */
const UNCOUNTED_LOOK_UPS = 64;

/** Lists that are asked together, with what that takes: it is wanted for each alert, and there may be thousands. */
class FiledList<Item> {
  items: Filed<Item>[] = [];
  lookUps = 0;

  add(filed: Filed<Item>): void {
    this.lookUps += filed.lookUps;
    // At first not a push, which reserves room for seventeen.
    if (this.items.length < SCAN_SIZE_MAX) this.items = this.items.concat([filed]);
    else this.items.push(filed);
  }

  delete(item: Item): void {
    this.items = this.items.filter((filed) => filed.item !== item);
    this.lookUps = this.items.reduce((sum, { lookUps }) => sum + lookUps, 0);
  }
}

/** Items under the matchers that choose them. An item may be added several times. */
export class MatcherIndex<Item> {
  /** By label name, then by value; undefined while there are only a few. */
  #byName: Map<string, Map<string, FiledList<Item>>> | undefined;
  #unfiled: FiledList<Item> = new FiledList();
  #triedCount = 0;
  #regexSteps = 0;
  #lookUps = 0;

  /** How many lists have been asked so far. */
  get triedCount(): number {
    return this.#triedCount;
  }

  /** Steps of all regular expressions in here: asking takes at most so many for each character. */
  get regexSteps(): number {
    return this.#regexSteps;
  }

  /** What `matching` may take, see `matcher-work.ts`; nothing where it asks only a few. */
  workOf(labels: LabelSet): number {
    // To turn to a list is a step, too.
    const steps = this.#regexSteps + Math.max(0, this.#unfiled.items.length - SCAN_SIZE_MAX);
    return workOnLabels(labels)({ steps, lookUps: this.#countedLookUps(labels) });
  }

  add(matchers: readonly Matcher[], item: Item): void {
    this.#count(matchers, 1);
    if (this.#byName !== undefined) {
      this.#file(this.#byName, matchers, item);
      return;
    }
    this.#unfiled.add(filedAs(item, matchers));
    if (this.#unfiled.items.length <= SCAN_SIZE_MAX) return;
    const all = this.#unfiled.items;
    this.#unfiled = new FiledList();
    this.#byName = new Map();
    for (const filed of all) this.#file(this.#byName, filed.rest, filed.item);
  }

  /** Takes an item away that was added with matchers like these. */
  delete(matchers: readonly Matcher[], item: Item): void {
    this.#count(matchers, -1);
    const under = this.#byName === undefined ? undefined : chooseMatcher(matchers);
    if (under === undefined) {
      this.#unfiled.delete(item);
      return;
    }
    const byValue = this.#byName?.get(under.name);
    const list = byValue?.get(under.value);
    list?.delete(item);
    if (list?.items.length === 0) byValue?.delete(under.value);
    if (byValue?.size === 0) this.#byName?.delete(under.name);
  }

  /** The items of all lists that match, once for each list, in no particular order. */
  matching(labels: LabelSet): Item[] {
    const items: Item[] = [];
    for (const filed of this.#filedFor(labels)) this.#collect(filed, labels, items);
    this.#collect(this.#unfiled, labels, items);
    return items;
  }

  /**
   * The same in steps, of what is in here now, for when asking takes long. Yields before each list what it
   * may take.
   */
  *matchingSteps(labels: LabelSet): Steps<Item[]> {
    // A copy: others may add and delete between two steps. Lists may be too long to be arguments.
    let asked = this.#unfiled.items.slice();
    for (const { items } of this.#filedFor(labels)) asked = asked.concat(items);
    this.#triedCount += asked.length;
    const items: Item[] = [];
    const workOf = workOnLabels(labels);
    for (const filed of asked) {
      yield workOf(filed);
      if (matchesAll(filed.rest, labels)) items.push(filed.item);
    }
    return items;
  }

  /** The lists under the pairs that are among the labels. */
  #filedFor(labels: LabelSet): readonly FiledList<Item>[] {
    const all: FiledList<Item>[] = [];
    if (this.#byName === undefined) return all;
    if (this.#byName.size < labels.names.length) {
      for (const [name, byValue] of this.#byName) {
        const filed = byValue.get(labelValue(labels, name));
        if (filed !== undefined) all.push(filed);
      }
      return all;
    }
    for (const [at, name] of labels.names.entries()) {
      // Values stand at the place of their name.
      const filed = this.#byName.get(name)?.get(labels.values[at] as string);
      if (filed !== undefined) all.push(filed);
    }
    return all;
  }

  /** Beyond those that are not counted. */
  #countedLookUps(labels: LabelSet): number {
    if (this.#lookUps <= UNCOUNTED_LOOK_UPS) return 0;
    let lookUps = this.#unfiled.lookUps - UNCOUNTED_LOOK_UPS;
    for (const list of this.#filedFor(labels)) lookUps += list.lookUps;
    return Math.max(0, lookUps);
  }

  #count(matchers: readonly Matcher[], sign: 1 | -1): void {
    const { steps, lookUps } = askingCost(matchers);
    this.#regexSteps += sign * steps;
    this.#lookUps += sign * lookUps;
  }

  #collect(list: FiledList<Item>, labels: LabelSet, items: Item[]): void {
    this.#triedCount += list.items.length;
    for (const { item, rest } of list.items) {
      if (matchesAll(rest, labels)) items.push(item);
    }
  }

  #file(
    byName: Map<string, Map<string, FiledList<Item>>>,
    matchers: readonly Matcher[],
    item: Item,
  ): void {
    const under = chooseMatcher(matchers);
    if (under === undefined) {
      this.#unfiled.add(filedAs(item, matchers));
      return;
    }
    const rest = matchers.filter((matcher) => matcher !== under);
    const filed = filedAs(item, rest);
    const byValue = byName.get(under.name) ?? new Map<string, FiledList<Item>>();
    byName.set(under.name, byValue);
    const list = byValue.get(under.value) ?? new FiledList<Item>();
    byValue.set(under.value, list);
    list.add(filed);
  }
}

function filedAs<Item>(item: Item, rest: readonly Matcher[]): Filed<Item> {
  return { item, rest, ...askingCost(rest) };
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
