import { setImmediate } from "node:timers/promises";

/**
 * A turn of the event loop for each message: a hundred groups may be due at the same instant, and to write
 * their messages one right after the other would hold everybody up for seconds.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves in a later turn than for everybody who asked before. */
  next(): Promise<unknown> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }
}
