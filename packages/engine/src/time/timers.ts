import { assert, Heap, type Clock } from "@tocsin/foundation";

/** A callback that waits for its instant; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** A class, since cancelled ones stay until they are due, and a method costs nothing each. */
class Entry implements Timer {
  readonly dueMs: number;
  readonly sequence: number;
  run: (() => void) | undefined;

  constructor(dueMs: number, sequence: number, run: () => void) {
    this.dueMs = dueMs;
    this.sequence = sequence;
    this.run = run;
  }

  cancel(): void {
    this.run = undefined;
  }
}

/**
 * All waiting of an instance: callbacks ordered by due time, then by the order in which they were set,
 * with one sleep outstanding. So the order of events is the same in production and in simulation, and a
 * thousand waiting things cost one timer.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #heap = new Heap<Entry>(isBefore);
  #sequence = 0;
  /** Ends the present sleep; one that was not woken from serves for the next, too. */
  #sleep = new AbortController();
  /** -Infinity: not sleeping. */
  #sleepingUntilMs = -Infinity;
  /** Called before anything runs after each sleep: where pauses are noticed. */
  onWake: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.size;
  }

  /** Runs `run` once `delayMs` of monotonic time have passed, never before the present turn has ended. */
  after(delayMs: number, run: () => void): Timer {
    assert(!Number.isNaN(delayMs), "a delay is a number");
    this.#sequence += 1;
    const dueMs = this.#clock.monotonicMs() + Math.max(0, delayMs);
    const entry = new Entry(dueMs, this.#sequence, run);
    this.#heap.push(entry);
    if (entry.dueMs < this.#sleepingUntilMs) this.#wake();
    return entry;
  }

  /** Runs what falls due until the signal fires. One loop per instance. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    while (!signal.aborted) {
      await this.#sleepUntilDue();
      if (signal.aborted) return;
      this.onWake();
      this.#runDue();
    }
  }

  #runDue(): void {
    const nowMs = this.#clock.monotonicMs();
    // What is set from here on waits for the next wake: one that sets itself again must not hold the loop.
    const last = this.#sequence;
    for (;;) {
      const first = this.#heap.first;
      if (first === undefined || first.dueMs > nowMs || first.sequence > last) return;
      this.#heap.pop();
      first.run?.();
    }
  }

  #wake(): void {
    this.#sleep.abort(WAKE);
  }

  async #sleepUntilDue(): Promise<void> {
    this.#dropCancelled();
    const dueMs = this.#heap.first?.dueMs ?? Infinity;
    const delayMs = Math.min(dueMs - this.#clock.monotonicMs(), IDLE_SLEEP_MAX_MS);
    if (this.#sleep.signal.aborted) this.#sleep = new AbortController();
    this.#sleepingUntilMs = dueMs;
    await this.#clock.sleep(Math.max(0, delayMs), this.#sleep.signal).catch(() => {});
    this.#sleepingUntilMs = -Infinity;
  }

  #dropCancelled(): void {
    for (let first = this.#heap.first; first !== undefined; first = this.#heap.first) {
      if (first.run !== undefined) return;
      this.#heap.pop();
    }
  }
}

const IDLE_SLEEP_MAX_MS = 60_000;
/** Not an error, which would be made with a stack each time. */
const WAKE = "wake";

function isBefore(left: Entry, right: Entry): boolean {
  return left.dueMs === right.dueMs ? left.sequence < right.sequence : left.dueMs < right.dueMs;
}
