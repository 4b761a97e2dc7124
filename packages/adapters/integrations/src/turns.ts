import { setImmediate } from "node:timers/promises";

/** So many alerts are written in one turn of the event loop: some 15 ms. */
const ALERT_COUNT_MAX = 300;

/**
 * The turns of the event loop in which messages are written: a hundred groups may be due at the same
 * instant, and to write all their messages one right after the other would hold everybody up for seconds.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #room = ALERT_COUNT_MAX;

  /** Resolves when a message of so many alerts may be written, in the order of asking. */
  next(alertCount: number): Promise<unknown> {
    if (alertCount > this.#room) {
      this.#room = ALERT_COUNT_MAX;
      this.#last = this.#last.then(() => setImmediate());
    }
    this.#room -= alertCount;
    return this.#last;
  }
}
