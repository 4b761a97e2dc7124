import type { Clock } from "@tocsin/foundation";
import { writeQuorum } from "@tocsin/domain/quorum";
import type { Liveness } from "./liveness.ts";

export interface ReachDeps {
  readonly clock: Clock;
  readonly liveness: Pick<Liveness, "peers">;
  /** Owners of one tenant, this instance among them. */
  readonly ownerCount: () => number;
  /** A silence that is noticed began so long before. */
  readonly suspectTimeoutMs: number;
}

/** So many are remembered; what was before counts as time with a quorum. */
const SPANS_MAX = 16;

/** Monotonic. */
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Whether enough members can be reached for a write quorum (A18), and for how long that has been so.
 * Whoever must not miss a change asks often: each ping does.
 */
export class Reach {
  readonly #deps: ReachDeps;
  #cutOffSinceMs: number | undefined;
  /** When this instance was cut off and is no more, oldest first. */
  readonly #spans: Span[] = [];

  constructor(deps: ReachDeps) {
    this.#deps = deps;
  }

  /** No fresh echo from enough peers for a write quorum. */
  isCutOff(): boolean {
    const { clock, liveness, ownerCount, suspectTimeoutMs } = this.#deps;
    const reachable = [...liveness.peers].filter((peer) => peer.isReachable).length;
    const isCutOff = reachable + 1 < writeQuorum(ownerCount());
    const nowMs = clock.monotonicMs();
    if (isCutOff) {
      const wholeMs = this.#spans.at(-1)?.untilMs ?? -Infinity;
      this.#cutOffSinceMs ??= Math.max(wholeMs, nowMs - suspectTimeoutMs);
    } else if (this.#cutOffSinceMs !== undefined) {
      this.#spans.push({ fromMs: this.#cutOffSinceMs, untilMs: nowMs });
      if (this.#spans.length > SPANS_MAX) this.#spans.shift();
      this.#cutOffSinceMs = undefined;
    }
    return isCutOff;
  }

  /** How much of the time since an instant (monotonic) a quorum was in reach. */
  msSince(sinceMs: number): number {
    const nowMs = this.#deps.clock.monotonicMs();
    let ms = (this.isCutOff() ? (this.#cutOffSinceMs ?? nowMs) : nowMs) - sinceMs;
    for (const { fromMs, untilMs } of this.#spans) {
      ms -= Math.max(0, untilMs - Math.max(sinceMs, fromMs));
    }
    return Math.max(0, ms);
  }
}
