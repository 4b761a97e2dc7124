import type { Clock } from "@tocsin/foundation";

/** By so much most others may lag and the own clock stands. More would let clocks drift apart unnoticed. */
const LAG_LET_PASS_MS = 250;

/**
 * The time by which all owners decide, and the stamps of records (PROTOCOL 2 and 4).
 *
 * Cluster time is the own wall clock plus the median of the measured offsets of all trusted members, the
 * own 0 among them: with three or more members one wrong clock is outvoted. A stamp is a hybrid logical
 * clock: cluster time in µs, or one more than the highest stamp seen anywhere.
 */
export class ClusterTime {
  readonly #clock: Clock;
  #offsetMs = 0;
  #highestUs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ms since the epoch, whole. */
  nowMs(): number {
    return Math.round(this.#clock.wallMs() + this.#offsetMs);
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  get highestUs(): number {
    return this.#highestUs;
  }

  /**
   * Offsets of the trusted members against the own wall clock, the own 0 left out, as `OffsetFilter` has
   * them. A small lag of the others counts as 0, or an alert that a client ends at this instant would seem to
   * fire on.
   *
   * Of two clocks neither outvotes the other. While that is so only because some of `peerCount` others are
   * silent, what was known before stands; not when the own clock was moved.
   */
  setOffsets(offsetsMs: readonly number[], peerCount: number = offsetsMs.length): void {
    if (offsetsMs.length < 2 && peerCount >= 2) return;
    const offsetMs = offsetsMs.length < 2 ? 0 : median([0, ...offsetsMs]);
    this.#offsetMs = offsetMs > 0 ? offsetMs : Math.min(0, offsetMs + LAG_LET_PASS_MS);
  }

  /** A stamp above every stamp seen, and `aheadMs` of the time. */
  drawStampUs(aheadMs = 0): number {
    this.#highestUs = Math.max((this.nowMs() + aheadMs) * 1000, this.#highestUs + 1);
    return this.#highestUs;
  }

  /** Takes notice of a stamp from elsewhere. */
  observeStampUs(stampUs: number): void {
    if (stampUs > this.#highestUs) this.#highestUs = stampUs;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
