import type { Clock } from "@tocsin/foundation";

/** After a pause writes are refused for at least this long (A4). */
const WAKING_MIN_MS = 1_000;

export interface WakingDeps {
  readonly clock: Clock;
  readonly isMember: () => boolean;
  readonly isCaughtUp: () => boolean;
}

/** Whether writes are taken: not before there is a view, right after a pause (PROTOCOL 8), or after leaving. */
export class Waking {
  readonly #deps: WakingDeps;
  #pauses = 0;
  #wokeAtMs: number | undefined;
  #hasLeft = false;

  constructor(deps: WakingDeps) {
    this.#deps = deps;
  }

  /** How often the process was stopped so far. */
  get pauseCount(): number {
    return this.#pauses;
  }

  /** The process was stopped; alone (`hasPeers` false) there is nobody to have missed anything from. */
  woke(hasPeers: boolean): void {
    this.#pauses += 1;
    if (hasPeers) this.#wokeAtMs = this.#deps.clock.monotonicMs();
  }

  /** What is stored from now on would not be handed over any more. */
  left(): void {
    this.#hasLeft = true;
  }

  /** Why writes are refused now; undefined: they are taken. */
  refusesWrites(): string | undefined {
    if (!this.#deps.isMember()) return "Not yet a member of the ring";
    if (this.#hasLeft) return "This instance is leaving the ring";
    if (this.#wokeAtMs === undefined) return undefined;
    const awakeMs = this.#deps.clock.monotonicMs() - this.#wokeAtMs;
    if (awakeMs < WAKING_MIN_MS || !this.#deps.isCaughtUp()) {
      return "This instance was stopped and is catching up: send to another, or again";
    }
    this.#wokeAtMs = undefined;
    return undefined;
  }
}
