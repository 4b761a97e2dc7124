import { Heap, type Random } from "@tocsin/foundation";

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  /** Undefined: called off. */
  run: (() => void) | undefined;
}

/**
 * Virtual time: the next event by due time, then by sequence number. Between two events the promise
 * queue drains, so one seed gives one order of everything.
 */
export class Events {
  #nowMs = 0;
  #sequence = 0;
  readonly #heap = new Heap<Event>(
    (left, right) =>
      left.atMs < right.atMs || (left.atMs === right.atMs && left.sequence < right.sequence),
  );

  /** Ms of true time since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what calls it off. */
  after(delayMs: number, run: () => void): () => void {
    this.#sequence += 1;
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const event: Event = { atMs, sequence: this.#sequence, run };
    this.#heap.push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Runs all events up to this instant of true time. */
  runUntil(untilMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isOver = false;
    const step = (): void => {
      if (isOver) return;
      try {
        isOver = !this.#runNext(untilMs);
      } catch (error) {
        isOver = true;
        reject(error);
      }
      if (isOver) resolve();
    };
    // Between two callbacks of one round Node drains the promise queue: nothing in the world waits for
    // anything real, so every promise that can settle has settled. One round for each event costs more
    // than most events do.
    const round = (): void => {
      for (let count = 0; count < ROUND_SIZE; count += 1) setImmediate(step);
      setImmediate(() => isOver || round());
    };
    round();
    return promise;
  }

  /** False when nothing is left to run until then. */
  #runNext(untilMs: number): boolean {
    for (let next = this.#heap.first; next !== undefined; next = this.#heap.first) {
      if (next.run !== undefined && next.atMs > untilMs) break;
      this.#heap.pop();
      if (next.run === undefined) continue;
      this.#nowMs = next.atMs;
      next.run();
      return true;
    }
    this.#nowMs = untilMs;
    return false;
  }
}

const ROUND_SIZE = 64;

/** A small, fast, seeded generator (mulberry32): one for each thing that draws, so that they do not disturb each other. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    uint32: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 0;
    },
  };
}

/** Draws with meaning. */
export class Draw {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (this.random.uint32() / 0x1_0000_0000) * (high - low);
  }

  int(low: number, high: number): number {
    return Math.floor(this.between(low, high));
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length)];
    if (item === undefined) throw new Error("Cannot pick from nothing");
    return item;
  }

  seed(): number {
    return this.random.uint32();
  }
}
