import type { InstanceId } from "@tocsin/domain/model";
import { ownersInOrder } from "@tocsin/domain/quorum";
import type { Timings } from "./timings.ts";
import type { TurnDeps, TurnKey } from "./turn-deps.ts";

/**
 * One owner's place in the line of a turn, and for how long those before it have had their chance. Times are
 * monotonic.
 */
export class TurnPlace {
  readonly #deps: TurnDeps;
  readonly #timings: Timings;
  readonly #key: TurnKey;
  /** Since when those before this owner have had their chance. */
  #waitsSinceMs: number;
  #notBeforeMs = 0;
  /** Owners that reported *failed* for this tick. */
  readonly #failed = new Set<InstanceId>();

  constructor(deps: TurnDeps, timings: Timings, key: TurnKey) {
    this.#deps = deps;
    this.#timings = timings;
    this.#key = key;
    this.#waitsSinceMs = deps.clock.monotonicMs();
  }

  get isOwner(): boolean {
    const { owners, ownId } = this.#deps;
    return owners(this.#key.tenant).sets.some((set) => set.includes(ownId));
  }

  /** An owner goes to the end of the line, and the next one's time begins. */
  fail(id: InstanceId): void {
    this.#failed.add(id);
    this.#waitsSinceMs = this.#deps.clock.monotonicMs();
  }

  /** This owner does not ask again for so long, whatever its place. */
  rest(delayMs: number): void {
    this.#notBeforeMs = this.#deps.clock.monotonicMs() + delayMs;
  }

  /** What is left of the grace of all trusted owners before this one, or of its rest. */
  waitMs(): number {
    const nowMs = this.#deps.clock.monotonicMs();
    const graceMs = this.#position() * this.#timings.turnGraceMs;
    return Math.max(this.#waitsSinceMs + graceMs, this.#notBeforeMs) - nowMs;
  }

  /** Trusted owners before this one; those that failed, drain or catch up stand behind the others. */
  #position(): number {
    const own = this.#deps.ownId;
    const order = ownersInOrder(this.#deps.owners(this.#key.tenant));
    const trusted = order.filter((id) => id === own || !this.#deps.liveness.isSuspected(id));
    if (trusted.every((id) => this.#failed.has(id))) this.#failed.clear();
    const rank = (id: InstanceId): number => {
      if (this.#failed.has(id)) return 2;
      const flags = this.#deps.liveness.peer(id)?.flags;
      return flags !== undefined && (flags.draining || flags.catchingUp) ? 1 : 0;
    };
    const sorted = trusted.toSorted((a, b) => rank(a) - rank(b));
    return Math.max(0, sorted.indexOf(own));
  }

  /** Another owner that is trusted and has not failed yet may reach the receiver. */
  get hasNext(): boolean {
    const { liveness, owners, ownId } = this.#deps;
    return ownersInOrder(owners(this.#key.tenant)).some(
      (id) => id !== ownId && !liveness.isSuspected(id) && !this.#failed.has(id),
    );
  }
}
