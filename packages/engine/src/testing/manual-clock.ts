import { Heap, type Clock } from "@tocsin/foundation";

/** A day in 2026: wall time of a `ManualClock` that has just been made. */
export const START_MS: number = Date.UTC(2026, 5, 1, 12);

interface Sleep {
  readonly dueMs: number;
  readonly resolve: () => void;
  isOver: boolean;
}

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #sleeping = 0;
  readonly #sleeps = new Heap<Sleep>((left, right) => left.dueMs < right.dueMs);
  /** What the wall clock shows beyond the monotonic one. */
  wallOffsetMs: number = START_MS;

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** How many wait at present. */
  get sleeping(): number {
    return this.#sleeping;
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleep: Sleep = { dueMs: this.#nowMs + delayMs, resolve, isOver: false };
    this.#sleeping += 1;
    this.#sleeps.push(sleep);
    signal.addEventListener("abort", () => {
      if (sleep.isOver) return;
      sleep.isOver = true;
      this.#sleeping -= 1;
      reject(signal.reason);
    });
    return promise;
  }

  /** Lets time pass with nobody running: a stopped process, or a long computation. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets time pass, waking each sleeper at its instant and letting all promises settle in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#sleeps.first; next !== undefined; next = this.#sleeps.first) {
      if (next.dueMs > untilMs) break;
      this.#sleeps.pop();
      if (next.isOver) continue;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.isOver = true;
      this.#sleeping -= 1;
      next.resolve();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }
}

/** Lets every promise settle that can without time passing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}
