import type { Clock } from "@tocsin/foundation";

/** From the head of an answer to the end of its body: a status is known then, the rest is for logs. */
const BODY_DURATION_MAX_MS = 2_000;
/**
 * Connections that only wait for the end of an answer which counts already; no message waits for them. Many
 * servers send head and body apart, so there are as many of them as messages that are answered at once.
 */
export const SPARE_COUNT_MAX = 1_024;

/**
 * How long the bodies of answers may take. To read one to its end saves a connection, but a body that never
 * ends would keep its connection for ever: such a connection is closed instead. Upstream reads bodies for as
 * long as the attempt may last (`notify.Drain`).
 */
export class AnswerBodies {
  readonly #clock: Clock;
  #spareCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `cut` when the body has taken too long; at once if nobody waits for it (`isSpare`) and too many of
   * that kind are open. The returned function is to be called once, when the body has ended.
   */
  limit(isSpare: boolean, cut: () => void): () => void {
    if (isSpare && this.#spareCount >= SPARE_COUNT_MAX) {
      cut();
      return () => {};
    }
    if (isSpare) this.#spareCount += 1;
    const over = new AbortController();
    void this.#clock.sleep(BODY_DURATION_MAX_MS, over.signal).then(cut, () => {});
    return () => {
      if (isSpare) this.#spareCount -= 1;
      over.abort();
    };
  }
}
