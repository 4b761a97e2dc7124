/**
 * Messages under way, in lanes: one for each integration of each receiver of each tenant. A receiver that
 * hangs fills its own lane and nobody else's. Upstream has no bound at all; what has been written and cannot
 * be sent yet is most of what a burst of notifications takes, so here the rest waits unwritten.
 *
 * - Of one lane at most `LANE_COUNT_MAX` are under way.
 * - The first `OWN_COUNT` of each lane always are, whatever the others do.
 * - What lanes have under way beyond that is at most `SHARED_COUNT_MAX` together. When these places are
 *   taken, each that gets free goes to the next lane in turn, and there to whoever has waited longest.
 *
 * So no lane waits for good while others hang, and all of the process is bounded by the shared places and
 * the integrations that are configured. As many wait as groups are due: a turn has one message at a time.
 */
import type { Series } from "@tocsin/foundation";

export const LANE_COUNT_MAX = 256;
export const OWN_COUNT = 4;
export const SHARED_COUNT_MAX = 1_024;

interface Lane {
  readonly name: string;
  underWayCount: number;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
}

/** A place among the messages that are under way. */
export interface Place {
  readonly hasWaited: boolean;
  /** To be called once, when the message has ended. */
  readonly leave: () => void;
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Lanes where somebody waits for nothing but a shared place, the next in turn first. */
  readonly #turns = new Set<Lane>();
  #sharedCount = 0;
  readonly #waiting: Series;

  constructor(waiting: Series) {
    this.#waiting = waiting;
  }

  /** Resolves when the message may be written; rejects with the signal's reason. */
  async enter(name: string, signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    const lane = this.#lanes.get(name) ?? { name, underWayCount: 0, waiting: new Set() };
    this.#lanes.set(name, lane);
    // Where there is a place, nobody waits for it.
    const hasWaited = !this.#hasPlace(lane);
    if (hasWaited) await this.#wait(lane, signal);
    else this.#take(lane);
    return { hasWaited, leave: () => this.#leave(lane) };
  }

  #hasPlace({ underWayCount }: Lane): boolean {
    if (underWayCount < OWN_COUNT) return true;
    return underWayCount < LANE_COUNT_MAX && this.#sharedCount < SHARED_COUNT_MAX;
  }

  #take(lane: Lane): void {
    if (lane.underWayCount >= OWN_COUNT) this.#sharedCount += 1;
    lane.underWayCount += 1;
  }

  #wait(lane: Lane, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (settle: () => void): void => {
      lane.waiting.delete(enter);
      if (lane.waiting.size === 0) this.#turns.delete(lane);
      this.#waiting.inc(-1);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const enter = (): void => end(resolve);
    const onAbort = (): void => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    lane.waiting.add(enter);
    if (lane.underWayCount < LANE_COUNT_MAX) this.#turns.add(lane);
    this.#waiting.inc();
    return promise;
  }

  #leave(lane: Lane): void {
    lane.underWayCount -= 1;
    if (lane.underWayCount >= OWN_COUNT) this.#sharedCount -= 1;
    if (lane.waiting.size > 0) this.#turns.add(lane);
    else if (lane.underWayCount === 0) this.#lanes.delete(lane.name);
    // A lane's own place is for itself, whoever's turn it is.
    const [next] = lane.underWayCount < OWN_COUNT ? [lane] : this.#turns;
    if (next !== undefined) this.#letIn(next);
  }

  /** Whoever has waited longest in this lane, if there is a place. */
  #letIn(lane: Lane): void {
    const [first] = lane.waiting;
    if (first === undefined || !this.#hasPlace(lane)) return;
    this.#take(lane);
    this.#turns.delete(lane); // To the end.
    first();
    if (lane.waiting.size > 0 && lane.underWayCount < LANE_COUNT_MAX) this.#turns.add(lane);
  }
}
