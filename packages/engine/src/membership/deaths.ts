/**
 * Who is dead (PROTOCOL 3): whose heartbeat has stood still for the heartbeat timeout, all of which the
 * judge was watching: the store answered it, and its own heartbeats went through. A third of it is enough
 * while so many stand still that writes are refused, but not all copies of any tenant, and enough others live
 * to own all (ADR 0030).
 *
 * Ages are not compared with any clock of the store. After an outage everybody's heartbeat is old, and
 * nobody has died; so what counts is how long this instance has seen the same heartbeat without a gap.
 * When half of the owners or more seem dead at once, a broken store is the likelier reason, and nothing
 * is concluded for some minutes.
 */
import type { InstanceId } from "@tocsin/domain/model";
import { writeQuorum } from "@tocsin/domain/quorum";
import type { RingReading } from "../ports/index.ts";

export interface DeathTimings {
  readonly heartbeatTimeoutMs: number;
  /** A longer gap between two looks is an outage: watching begins anew. */
  readonly gapMaxMs: number;
  readonly massDeathHoldMs: number;
  readonly replicationFactor: number;
}

const URGENT_DIVISOR = 3;

interface Life {
  /** Names one heartbeat; the empty text: there is none. */
  readonly beat: string;
  readonly sinceMs: number;
}

export class Deaths {
  readonly #timings: DeathTimings;
  readonly #lives = new Map<InstanceId, Life>();
  #nowMs = -Infinity;
  #manySinceMs: number | undefined;
  #isUrgent = false;

  constructor(timings: DeathTimings) {
    this.#timings = timings;
  }

  /** A look at the store, right after the own heartbeat. `nowMs` is monotonic. */
  observe(reading: RingReading, nowMs: number): void {
    if (nowMs - this.#nowMs > this.#timings.gapMaxMs) this.#lives.clear();
    this.#nowMs = nowMs;
    const ids = new Set(reading.document?.members.map(({ id }) => id));
    for (const id of this.#lives.keys()) if (!ids.has(id)) this.#lives.delete(id);
    const beats = new Map(
      reading.heartbeats.map((one) => [one.id, `${one.incarnation} ${one.atMs}`]),
    );
    for (const id of ids) {
      const beat = beats.get(id) ?? "";
      if (this.#lives.get(id)?.beat !== beat) this.#lives.set(id, { beat, sinceMs: nowMs });
    }
    const { settled = [], target = [] } = reading.document ?? {};
    this.#isUrgent = this.#refusesWrites(settled);
    // Who was taken out was found dead before, or forgotten by an operator who knows.
    const owning = new Set([...settled, ...target]);
    this.#noteMany([...owning].filter((id) => target.includes(id) || !this.isDead(id)));
  }

  /** As of the last look. Somebody who was never looked at is not dead. */
  isDead(id: InstanceId): boolean {
    const { heartbeatTimeoutMs } = this.#timings;
    const neededMs = this.#isUrgent ? heartbeatTimeoutMs / URGENT_DIVISOR : heartbeatTimeoutMs;
    return this.#stillMs(id) >= neededMs;
  }

  /** So many seem dead that the store is doubted: nothing may be concluded now. */
  get isDoubtful(): boolean {
    if (this.#manySinceMs === undefined) return false;
    return this.#nowMs - this.#manySinceMs < this.#timings.massDeathHoldMs;
  }

  #stillMs(id: InstanceId): number {
    return this.#nowMs - (this.#lives.get(id)?.sinceMs ?? Infinity);
  }

  /**
   * Some tenant may have too few owners left for a write quorum, and others could own it. Not if all owners
   * of one may stand still: what they hold is nowhere else, and their return brings it back.
   */
  #refusesWrites(owning: readonly InstanceId[]): boolean {
    const { heartbeatTimeoutMs, replicationFactor } = this.#timings;
    const stillCount = owning.filter(
      (id) => this.#stillMs(id) >= heartbeatTimeoutMs / URGENT_DIVISOR,
    ).length;
    const areEnoughLeft = owning.length - stillCount >= replicationFactor;
    const areTooMany = stillCount > replicationFactor - writeQuorum(replicationFactor);
    return areTooMany && stillCount < replicationFactor && areEnoughLeft;
  }

  #noteMany(owning: readonly InstanceId[]): void {
    const deadCount = owning.filter((id) => this.isDead(id)).length;
    const areMany = deadCount > 0 && 2 * deadCount >= owning.length;
    this.#manySinceMs = areMany ? (this.#manySinceMs ?? this.#nowMs) : undefined;
  }
}
