import type { Clock } from "@tocsin/foundation";

/** Work in one turn of the event loop: beyond that requests and timers would feel it. */
const SLICE_MAX_MS = 5;

/** Cuts long work into slices: call between steps, and wait when it says so. */
export class Slices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #startedAtMs: number;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#startedAtMs = clock.monotonicMs();
  }

  /** True when the slice is used up; then `await turn()`. Kept apart: an `await` for each step is dear. */
  get isOver(): boolean {
    return this.#clock.monotonicMs() - this.#startedAtMs >= SLICE_MAX_MS;
  }

  /** Lets the event loop turn. Rejects with the signal's reason. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal.throwIfAborted();
    this.#startedAtMs = this.#clock.monotonicMs();
  }
}
