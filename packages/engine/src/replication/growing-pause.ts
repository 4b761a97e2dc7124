/** Something that happens again and again, and of which is told less and less often. */
export class GrowingPause {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #pauseMs = 0;
  #nextAtMs = -Infinity;

  /** The pause after the first time; it doubles until it is `longestMs`. */
  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Whether the pause is over, at a monotonic instant; if so the next one begins. */
  isOver(nowMs: number): boolean {
    if (nowMs < this.#nextAtMs) return false;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, this.#firstMs), this.#longestMs);
    this.#nextAtMs = nowMs + this.#pauseMs;
    return true;
  }

  /** It has ended: the next time is the first one again. */
  reset(): void {
    this.#pauseMs = 0;
    this.#nextAtMs = -Infinity;
  }
}
