/**
 * Long work of requests, a slice at a time. Slices are measured by what is done in them, never by a clock;
 * after each one the event loop gets a turn, and others with it.
 *
 * A unit of work is about a step of a regular expression on one character: a few nanoseconds. What all
 * requests do in one turn of the loop is one sum, or twenty of them would make a turn twenty times as long;
 * and all that one request does goes through its `Pace`, or many small pieces would never add up.
 *
 * ```text
 *   request ── Pace: adds up, asks for a turn with each grain ──▶ Pacer: one for all, in the order of asking
 * ```
 *
 * A request that has not done much yet goes first, so that a short one does not wait for long ones.
 */
import { Pacer } from "@tocsin/foundation";

/** Some 12 ms at most. */
export const TURN_WORK_MAX = 4_000_000;
/** Less is not asked for, but owed: a request with one alert costs nothing more. */
const GRAIN_WORK = 100_000;
const FIRST_WORK_MAX = 1_000_000;
/** Of an item that costs nothing else: to be looked at, compared, printed or stored. */
const ITEM_WORK = 8_000;
/** Of one comparison while sorting. */
const COMPARE_WORK = 400;
/** Of a byte that is parsed and of which an item is made. */
const READ_BYTE_WORK = 10;
/** Of a byte that is printed and sent. */
const SENT_BYTE_WORK = 5;
/** Of a byte that was printed, and of which only a part is sent. */
const CUT_BYTE_WORK = SENT_BYTE_WORK + READ_BYTE_WORK;
/** Of a step of a regular expression that is compiled. */
const COMPILE_STEP_WORK = 1_000;

/** The turns that all requests of one listener share. */
export function requestTurns(): Pacer {
  return new Pacer(TURN_WORK_MAX, setImmediate);
}

/**
 * Counts the work of one request. To be told before it is done. What it returns is to be awaited then;
 * undefined: it may be done in this turn.
 */
export class Pace {
  readonly #turns: Pacer;
  /** Was done, or is being done, without asking. */
  #owed = 0;
  #taken = 0;

  constructor(turns: Pacer) {
    this.#turns = turns;
  }

  /** An item, and the work that it is besides. */
  item(work: number = 0): Promise<void> | undefined {
    return this.#take(ITEM_WORK + work);
  }

  /** So many items with so much text. */
  items(count: number, sizeBytes: number): Promise<void> | undefined {
    return this.#take(count * ITEM_WORK + sizeBytes * READ_BYTE_WORK);
  }

  compares(count: number): Promise<void> | undefined {
    return this.#take(count * COMPARE_WORK);
  }

  read(sizeBytes: number): Promise<void> | undefined {
    return this.#take(sizeBytes * READ_BYTE_WORK);
  }

  sent(sizeBytes: number): Promise<void> | undefined {
    return this.#take(sizeBytes * SENT_BYTE_WORK);
  }

  /** Regular expressions with so many steps, see `patternCost`. */
  compile(stepCount: number): Promise<void> | undefined {
    return this.#take(stepCount * COMPILE_STEP_WORK);
  }

  /** So much text is being cut to what is wanted of it, amid parts that do not wait: `settle` asks for it. */
  cut(sizeBytes: number): void {
    this.#owed += sizeBytes * CUT_BYTE_WORK;
  }

  /** True if what is owed is enough to be asked for. */
  get owesTurn(): boolean {
    return this.#owed >= GRAIN_WORK;
  }

  /** Asks for what is owed. */
  settle(): Promise<void> | undefined {
    return this.#take(0);
  }

  #take(work: number): Promise<void> | undefined {
    this.#owed += work;
    if (this.#owed < GRAIN_WORK) return undefined;
    const amount = this.#owed;
    this.#owed = 0;
    this.#taken += amount;
    return this.#turns.take(amount, this.#taken <= FIRST_WORK_MAX ? "first" : "later");
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
    const turn = pace.item(workOf(item));
    if (turn !== undefined) await turn;
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
    const turn = pace.item();
    if (turn !== undefined) await turn;
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
    const turn = pace.compares(RUN_COMPARES);
    if (turn !== undefined) await turn;
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
    const turn = pace.compares(1);
    if (turn !== undefined) await turn;
    // Both places are within their lists.
    const isLeft = compare(left[leftAt] as T, right[rightAt] as T) <= 0;
    merged.push(isLeft ? (left[leftAt++] as T) : (right[rightAt++] as T));
  }
  return merged.concat(left.slice(leftAt), right.slice(rightAt));
}
