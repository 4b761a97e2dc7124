import { AppError, withDeadline, type Clock, type Logger } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { Heartbeat, RingReading, RingStore } from "../ports/index.ts";

export interface RingAccessDeps {
  readonly clock: Clock;
  readonly store: RingStore;
  readonly logger: Logger;
}

/** What the store said last, and how long ago. */
export interface LastSeen {
  readonly reading: RingReading;
  readonly ageMs: number;
}

/**
 * Asks the ring store with a deadline for each call, and says in the log when it stops and begins to
 * answer. A store that does not answer is an outcome, no exception: the last view stays.
 */
export class RingAccess {
  readonly #deps: RingAccessDeps;
  readonly #callMs: number;
  #seen: { readonly reading: RingReading; readonly atMs: number } | undefined;
  #isUp = true;

  constructor(deps: RingAccessDeps, callMs: number) {
    this.#deps = deps;
    this.#callMs = callMs;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get lastSeen(): LastSeen | undefined {
    if (this.#seen === undefined) return undefined;
    const { reading, atMs } = this.#seen;
    return { reading, ageMs: this.#deps.clock.monotonicMs() - atMs };
  }

  /** Undefined: no answer. Rejects only when the signal is aborted. */
  async read(signal: AbortSignal): Promise<RingReading | undefined> {
    const reading = await this.#try(signal, (inner) => this.#deps.store.read(inner));
    if (reading === undefined) {
      signal.throwIfAborted();
      return undefined;
    }
    this.#answered();
    this.#seen = { reading, atMs: this.#deps.clock.monotonicMs() };
    return reading;
  }

  /** False: somebody was first, or no answer. */
  async write(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean> {
    const done = await this.#try(signal, (inner) =>
      this.#deps.store.compareAndSet(expected, next, inner),
    );
    return done === true;
  }

  /** False: no answer. */
  async beat(own: Omit<Heartbeat, "atMs">, signal: AbortSignal): Promise<boolean> {
    const atMs = await this.#try(signal, (inner) => this.#deps.store.beat(own, inner));
    return atMs !== undefined;
  }

  async removeHeartbeat(id: InstanceId, signal: AbortSignal): Promise<void> {
    await this.#try(signal, (inner) => this.#deps.store.removeHeartbeat(id, inner));
  }

  /** Undefined: no answer. Rejects only when the signal is aborted. */
  async nextIncarnation(
    id: InstanceId,
    above: number,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const drawn = await this.#try(signal, (inner) =>
      this.#deps.store.nextIncarnation(id, above, inner),
    );
    signal.throwIfAborted();
    return drawn;
  }

  async #try<T>(
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const options = { clock: this.#deps.clock, delayMs: this.#callMs, what: "Ring store" };
    try {
      return await withDeadline(options, signal, call);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return undefined;
    }
  }

  #answered(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#deps.logger.log("info", "Ring store answers again");
  }

  #failed(error: unknown): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    const err = AppError.from(error, "unavailable").message;
    this.#deps.logger.log("warn", "Ring store does not answer, the last view stays", { err });
  }
}
