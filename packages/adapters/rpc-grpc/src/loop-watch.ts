import type { Clock } from "@tocsin/foundation";

const INTERVAL_MS = 100;
/** A turn of the loop that is later shows that there is too much to do. */
const LATE_MS = 80;
const BUSY_FOR_MS = 1_000;

/** Knows whether this process, and perhaps its machine, has too much to do to tell who else is slow. */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #lateAtMs = -Infinity;

  /** Watches at once. */
  constructor(clock: Clock) {
    this.#clock = clock;
    void this.#watch().catch(() => {}); // Closed.
  }

  /** The loop was late within the last second. */
  get isBusy(): boolean {
    return this.#clock.monotonicMs() - this.#lateAtMs < BUSY_FOR_MS;
  }

  close(): void {
    this.#closed.abort();
  }

  async #watch(): Promise<never> {
    for (;;) {
      const sleepsAtMs = this.#clock.monotonicMs();
      await this.#clock.sleep(INTERVAL_MS, this.#closed.signal);
      const nowMs = this.#clock.monotonicMs();
      if (nowMs - sleepsAtMs > INTERVAL_MS + LATE_MS) this.#lateAtMs = nowMs;
    }
  }
}
