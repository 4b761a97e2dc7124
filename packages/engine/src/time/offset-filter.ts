/** So many pings are looked at: four seconds of them. */
const SAMPLES_MAX = 8;

/** Between which figures the clock is, as one ping shows it. */
interface Sample {
  readonly leastMs: number;
  /** Infinity if it is not known for how long the ping was under way. */
  readonly mostMs: number;
}

/**
 * How far a peer's wall clock is off the own one, as far as its pings prove it (ADR 0017).
 *
 * A ping shows its sender's clock less the time that it was under way: never below zero, and never more than
 * the whole round trip. Between the two it may be anywhere, so of the figures that all of the last few pings
 * allow the one that is nearest to zero counts: clocks that are alike are alike on any network. A ping that
 * contradicts earlier ones shows a clock that was set, and only it is believed. One that answers nothing may
 * have been under way for any time: after a process was stopped a dozen of them are read at once, and would
 * take the place of all that tell more.
 */
export class OffsetFilter {
  #samples: readonly Sample[] = [];

  /** 0 before there is a sample. */
  get offsetMs(): number {
    return Math.max(this.#leastMs, Math.min(0, this.#mostMs));
  }

  /**
   * `shownMs` is the sender's clock as sent less the own one at arrival; `roundTripMs` for how long it and
   * the message that it answers were under way at most, Infinity if it answers none.
   */
  add(shownMs: number, roundTripMs: number): void {
    if (roundTripMs === Infinity && shownMs <= this.#leastMs) return;
    const mostMs = shownMs + roundTripMs;
    const agreeing = this.#samples.filter((one) => one.mostMs >= shownMs && one.leastMs <= mostMs);
    this.#samples = [...agreeing, { leastMs: shownMs, mostMs }].slice(-SAMPLES_MAX);
  }

  /** The own clock was moved by so much. */
  ownClockJumped(jumpMs: number): void {
    this.#samples = this.#samples.map(({ leastMs, mostMs }) => ({
      leastMs: leastMs - jumpMs,
      mostMs: mostMs - jumpMs,
    }));
  }

  get #leastMs(): number {
    return this.#samples.reduce((most, { leastMs }) => Math.max(most, leastMs), -Infinity);
  }

  get #mostMs(): number {
    return this.#samples.reduce((least, { mostMs }) => Math.min(least, mostMs), Infinity);
  }
}
