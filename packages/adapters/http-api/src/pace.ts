/**
 * Long work of one request, a slice at a time. Slices are measured by what is done in them, never by a
 * clock; after each one the event loop gets a turn, and others with it.
 *
 * A unit of work is about a step of a regular expression on one character: a few nanoseconds. One `Pace`
 * goes through everything that a request does, or many small pieces would never add up to a slice.
 */
import { setImmediate } from "node:timers/promises";

/** At most some 12 ms. */
const SLICE_WORK_MAX = 4_000_000;
/** Of an item that costs nothing else: to be looked at, compared or printed. */
const ITEM_WORK = 8_000;
/** Of one comparison while sorting. */
const COMPARE_WORK = 400;

/** Counts the work of one request. */
export class Pace {
  #work = 0;
  readonly #rest: () => Promise<unknown>;

  /** `rest` lets others have a turn. */
  constructor(rest: () => Promise<unknown> = () => setImmediate()) {
    this.#rest = rest;
  }

  /** Takes note of an item and of the work that it is besides. True: the slice is full, `rest` is due. */
  spend(work: number = 0): boolean {
    return this.#add(ITEM_WORK + work);
  }

  /** The same for comparisons. */
  spendCompares(count: number): boolean {
    return this.#add(count * COMPARE_WORK);
  }

  async rest(): Promise<void> {
    this.#work = 0;
    await this.#rest();
  }

  #add(work: number): boolean {
    this.#work += work;
    return this.#work >= SLICE_WORK_MAX;
  }
}

export interface Selection<T> {
  readonly passes: (item: T) => boolean;
  /** The work of telling, besides looking at the item. Asked before `passes`; throws for what is too much. */
  readonly workOf: (item: T) => number;
}

/** Those that pass. The items may be made while they are asked for. */
export async function selectPaced<T>(
  items: Iterable<T>,
  { passes, workOf }: Selection<T>,
  pace: Pace,
): Promise<T[]> {
  const selected: T[] = [];
  for (const item of items) {
    if (pace.spend(workOf(item))) await pace.rest();
    if (passes(item)) selected.push(item);
  }
  return selected;
}

/** What `map` makes of each item. */
export async function mapPaced<T, R>(
  items: Iterable<T>,
  map: (item: T) => R,
  pace: Pace,
): Promise<R[]> {
  const mapped: R[] = [];
  for (const item of items) {
    if (pace.spend()) await pace.rest();
    mapped.push(map(item));
  }
  return mapped;
}

type Compare<T> = (left: T, right: T) => number;

/** Runs are sorted at once up to this length, and merged above it. */
const RUN_COUNT = 512;
const RUN_COMPARES = RUN_COUNT * Math.log2(RUN_COUNT);

/** The items in order; equal ones stay as they stood. */
export async function sortPaced<T>(
  items: readonly T[],
  compare: Compare<T>,
  pace: Pace,
): Promise<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += RUN_COUNT) {
    if (pace.spendCompares(RUN_COMPARES)) await pace.rest();
    runs.push(items.slice(at, at + RUN_COUNT).sort(compare));
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left = [], right = []] = runs.slice(at, at + 2);
      merged.push(await mergePaced(left, right, { compare, pace }));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergePaced<T>(
  left: readonly T[],
  right: readonly T[],
  { compare, pace }: { readonly compare: Compare<T>; readonly pace: Pace },
): Promise<readonly T[]> {
  if (right.length === 0) return left;
  const merged: T[] = [];
  let [leftAt, rightAt] = [0, 0];
  while (leftAt < left.length && rightAt < right.length) {
    if (pace.spendCompares(1)) await pace.rest();
    // Both places are within their lists.
    const isLeft = compare(left[leftAt] as T, right[rightAt] as T) <= 0;
    merged.push(isLeft ? (left[leftAt++] as T) : (right[rightAt++] as T));
  }
  return merged.concat(left.slice(leftAt), right.slice(rightAt));
}
