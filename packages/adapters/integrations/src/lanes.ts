import type { Series } from "@tocsin/foundation";

/** To one destination: a slow receiver that a thousand groups share must not take all sockets. */
export const LANE_WIDTH = 64;

interface Lane {
  underWay: number;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
}

/** A place among the messages that are under way. */
export interface Place {
  readonly hasWaited: boolean;
  /** To be called once, when the message has ended. */
  readonly leave: () => void;
}

/**
 * So many messages at a time are under way to one destination; the others wait before they are written,
 * since what has been written and cannot be sent yet is most of what a burst of notifications takes.
 * Nobody waits for another destination. As many wait as groups are due: a turn has one message at a time.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting: Series;

  constructor(waiting: Series) {
    this.#waiting = waiting;
  }

  /** Resolves when the message may be written; rejects with the signal's reason. */
  async enter(destination: string, signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    const lane = this.#lanes.get(destination) ?? { underWay: 0, waiting: new Set() };
    this.#lanes.set(destination, lane);
    const hasWaited = lane.underWay >= LANE_WIDTH;
    if (hasWaited) await this.#wait(lane, signal);
    else lane.underWay += 1;
    return { hasWaited, leave: () => this.#leave(destination, lane) };
  }

  #wait(lane: Lane, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (settle: () => void): void => {
      lane.waiting.delete(enter);
      this.#waiting.inc(-1);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const enter = (): void => end(resolve);
    const onAbort = (): void => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    lane.waiting.add(enter);
    this.#waiting.inc();
    return promise;
  }

  /** Whoever has waited longest takes the place. */
  #leave(destination: string, lane: Lane): void {
    const [next] = lane.waiting;
    if (next !== undefined) {
      next();
      return;
    }
    lane.underWay -= 1;
    if (lane.underWay === 0) this.#lanes.delete(destination);
  }
}

/** The origin of an address, or all of a text that has none, such as a file's path or a template. */
export function originOf(address: string): string {
  return /^[^/?#]*\/\/[^/?#]*/.exec(address)?.[0] ?? address;
}
