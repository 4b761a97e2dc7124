import type { Clock } from "@tocsin/foundation";
import type { Events } from "./events.ts";

/** How a process' clocks go wrong. */
export interface ClockFaults {
  /** Wall clock minus true time, ms. */
  skewMs: number;
  /** Both clocks' rate against true time, 0.9 to 1.1. */
  readonly rate: number;
}

const SHORTEST_MS = 0.001;
const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * One life of one process: whatever it waits for happens to it through here, so that it can be stopped
 * and killed. While it is stopped its events wait; on waking what came through the network comes first,
 * as sockets are served before timers. When it is dead they are dropped.
 */
export class SimProcess {
  readonly clock: Clock;
  readonly #events: Events;
  readonly #faults: ClockFaults;
  readonly #bornMs: number;
  #jumpedMs = 0;
  #state: "running" | "stopped" | "dead" = "running";
  /** Since when it is or last was stopped, and when it last went on. */
  stoppedAtMs: number | undefined;
  wokeAtMs: number | undefined;
  readonly #waitingSockets: Array<() => void> = [];
  readonly #waitingTimers: Array<() => void> = [];

  constructor(events: Events, faults: ClockFaults) {
    this.#events = events;
    this.#faults = faults;
    this.#bornMs = events.nowMs;
    this.clock = {
      wallMs: () => EPOCH_MS + this.#events.nowMs * this.#faults.rate + this.#faults.skewMs,
      monotonicMs: () => (this.#events.nowMs - this.#bornMs) * this.#faults.rate,
      sleep: (delayMs, signal) => this.#sleep(delayMs, signal),
    };
  }

  get state(): "running" | "stopped" | "dead" {
    return this.#state;
  }

  /** Something arrives from outside. */
  receive(run: () => void): void {
    this.#deliver(run, this.#waitingSockets);
  }

  /** A timer of this process; `delayMs` of its own clock. Returns what calls it off. */
  after(delayMs: number, run: () => void): () => void {
    // Never so short that adding it to the present instant changes nothing.
    const trueMs = Math.max(delayMs / this.#faults.rate, SHORTEST_MS);
    return this.#events.after(trueMs, () => this.#deliver(run, this.#waitingTimers));
  }

  stop(): void {
    if (this.#state !== "running") return;
    this.#state = "stopped";
    this.stoppedAtMs = this.#events.nowMs;
  }

  resume(): void {
    if (this.#state !== "stopped") return;
    this.#state = "running";
    this.wokeAtMs = this.#events.nowMs;
    const waiting = [...this.#waitingSockets.splice(0), ...this.#waitingTimers.splice(0)];
    // One event each, so that promises settle in between as they would.
    for (const run of waiting) this.#events.after(0, () => this.#deliver(run, this.#waitingTimers));
  }

  kill(): void {
    this.#state = "dead";
    this.#waitingSockets.length = 0;
    this.#waitingTimers.length = 0;
  }

  /** The wall clock jumps; `resetClock` takes all jumps back. */
  jumpClock(byMs: number): void {
    this.#jumpedMs += byMs;
    this.#faults.skewMs += byMs;
  }

  resetClock(): void {
    this.#faults.skewMs -= this.#jumpedMs;
    this.#jumpedMs = 0;
  }

  #deliver(run: () => void, waiting: Array<() => void>): void {
    if (this.#state === "running") run();
    else if (this.#state === "stopped") waiting.push(run);
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    const onAbort = (): void => {
      callOff();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const callOff = this.after(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    return promise;
  }
}

/** True time as a wall clock that is right would show it. */
export function trueWallMs(events: Events): number {
  return EPOCH_MS + events.nowMs;
}

/** True wall time at the beginning of the world. */
export const trueEpochMs: number = EPOCH_MS;
