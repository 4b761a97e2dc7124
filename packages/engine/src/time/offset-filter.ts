/** So many pings are looked at: four seconds of them. */
const SAMPLES_MAX = 8;

/**
 * How far a peer's wall clock is off the own one, from what its pings show (ADR 0017).
 *
 * A ping shows its sender's clock less the time that it was under way, and that is never below zero: so
 * of the last few pings the one that shows most was the least late. A clock that was set back shows less
 * from then on, though. A round trip tells the two apart: a ping cannot have been under way for longer
 * than the message that it answers is old. One that answers nothing may have been under way for any time:
 * after the process was stopped a dozen of them are read at once, and would take the place of all that tell
 * more.
 */
export class OffsetFilter {
  #samplesMs: number[] = [];

  /** 0 before there is a sample. */
  get offsetMs(): number {
    return this.#samplesMs.length === 0 ? 0 : Math.max(...this.#samplesMs);
  }

  /**
   * `shownMs` is the sender's clock as sent less the own one at arrival, `roundTripMs` the time since the
   * message that it answers was sent here; Infinity if it answers none.
   */
  add(shownMs: number, roundTripMs: number): void {
    const isNews = this.#samplesMs.length === 0 || shownMs > this.offsetMs;
    if (!isNews && roundTripMs === Infinity) return;
    if (shownMs + roundTripMs < this.offsetMs) this.#samplesMs = [];
    this.#samplesMs.push(shownMs);
    if (this.#samplesMs.length > SAMPLES_MAX) this.#samplesMs.shift();
  }

  /** The own clock was moved by so much. */
  ownClockJumped(jumpMs: number): void {
    this.#samplesMs = this.#samplesMs.map((shownMs) => shownMs - jumpMs);
  }
}
