import type { Logger } from "@tocsin/foundation";
import type { ReceiverConfig } from "@tocsin/domain/config";
import type { TenantId } from "@tocsin/domain/model";
import type { Outcome } from "../peer/claim.ts";
import type { DueFlush } from "../tenant/types.ts";
import { nameOf, type KeyRef } from "./granter.ts";
import type { Timings } from "./timings.ts";
import { Turn } from "./turn.ts";
import type { TurnDeps, TurnKey } from "./turn-deps.ts";

interface Waiting {
  readonly key: TurnKey;
  readonly tickMs: number;
  readonly deadlineMs: number;
}

interface Running {
  readonly turn: Turn;
  readonly stop: AbortController;
  /** A tick that came meanwhile; it decides for itself when the present one is over. */
  next: Waiting | undefined;
}

/** The turns of all keys of this instance: at most one a key. */
export class Turns {
  readonly #deps: TurnDeps;
  readonly #timings: Timings;
  readonly #signal: AbortSignal;
  readonly #running = new Map<string, Running>();

  constructor(deps: TurnDeps, timings: Timings, signal: AbortSignal) {
    this.#deps = deps;
    this.#timings = timings;
    this.#signal = signal;
    // Heard once for all: what listens to a signal is searched on each addition, and turns are thousands.
    signal.addEventListener("abort", () => this.#stopAll(), { once: true });
  }

  get size(): number {
    return this.#running.size;
  }

  /** Runs a turn for each integration of a group whose tick has come. */
  flush(tenant: TenantId, due: DueFlush): void {
    const { groupId, groupKey } = due;
    for (const [at, { key, receiver, integration }] of due.keys.entries()) {
      const isFirst = at === 0;
      this.#start({
        key: { tenant, key, groupId, groupKey, receiver, integration, isFirst },
        tickMs: due.tickMs,
        deadlineMs: due.deadlineMs,
      });
    }
  }

  /** These receivers may be told: the metrics show them from now on. */
  expect(receivers: Iterable<ReceiverConfig>): void {
    for (const { name, integrations } of receivers) {
      for (const integration of integrations) {
        this.#deps.metrics.expect({ receiver: name, integration });
      }
    }
  }

  outcome(outcome: Outcome): void {
    this.#running.get(nameOf(outcome))?.turn.outcome(outcome);
  }

  poke(ref: KeyRef): void {
    this.#running.get(nameOf(ref))?.turn.poke();
  }

  /** Suspicion, membership or catching up has changed: everybody looks again. */
  pokeAll(): void {
    for (const { turn } of this.#running.values()) turn.poke();
  }

  #start(waiting: Waiting): void {
    const name = nameOf(waiting.key);
    const known = this.#running.get(name);
    if (known !== undefined) {
      known.next = waiting;
      return;
    }
    const stop = new AbortController();
    if (this.#signal.aborted) stop.abort(this.#signal.reason);
    const turn = new Turn(this.#deps, this.#timings, { ...waiting, signal: stop.signal });
    const running: Running = { turn, stop, next: undefined };
    this.#running.set(name, running);
    void this.#run(name, running, this.#deps.logger.with({ tenant: waiting.key.tenant }));
  }

  #stopAll(): void {
    for (const { stop } of this.#running.values()) stop.abort(this.#signal.reason);
  }

  async #run(name: string, running: Running, logger: Logger): Promise<void> {
    try {
      await running.turn.run();
    } catch (error) {
      if (!this.#signal.aborted) {
        logger.log("error", "Turn ended by a fault of the program", {
          key: name,
          err: String(error),
        });
      }
    }
    this.#running.delete(name);
    if (running.next !== undefined && !this.#signal.aborted) this.#start(running.next);
  }
}
