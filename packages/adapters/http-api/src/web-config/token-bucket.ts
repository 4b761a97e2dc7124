/** Lets `burst` through at once and then one more for each interval, as Go's `rate.Limiter`. */
export class TokenBucket {
  readonly #burst: number;
  readonly #intervalMs: number;
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(burst: number, intervalMs: number) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#tokens = burst;
  }

  /** Takes a token, if there is one. Times are monotonic. */
  take(nowMs: number): boolean {
    const passedMs = nowMs - (this.#filledAtMs ?? nowMs);
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + passedMs / this.#intervalMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
