/**
 * Which writes of alerts have reached their quorum (PROTOCOL 7.1).
 *
 * An owner stores an alert before its client has a yes, and the group's tick may fall into that moment. Told
 * then, the receiver would hear of an alert that its sender believes refused and sends again, and an
 * alert that one owner alone holds would be told on its word. So coordinators confirm, and who tells an
 * alert for the first time waits for that a moment: until it is confirmed, or so old that it never will
 * be. Time in which no quorum could be reached does not count: its sender was refused, and sends again when
 * the owners are together. The confirmation suppresses nothing and is no record; where it is lost, telling
 * is late by that moment.
 */
import type { Clock } from "@tocsin/foundation";
import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import { isOnlyOwner, ownersInOrder, type OwnerSets } from "@tocsin/domain/quorum";
import type { Reach } from "../cluster/index.ts";
import type { ConfirmedWrite } from "../peer/messages.ts";
import type { PeerCalls } from "../replication/index.ts";
import type { ClusterTime } from "../time/index.ts";

const KEPT_COUNT_MAX = 100_000;
/** For one peer; what is beyond is not confirmed, and told later. */
const QUEUE_COUNT_MAX = 10_000;
const CALL_MS = 1_000;

export interface ConfirmationsDeps {
  readonly clock: Clock;
  /** A write that is older is not waited for any more. */
  readonly waitMs: number;
  readonly time: ClusterTime;
  readonly ownId: InstanceId;
  readonly calls: Pick<PeerCalls, "call">;
  readonly owners: (tenant: TenantId) => OwnerSets;
  readonly isSuspected: (id: InstanceId) => boolean;
  readonly reach: Pick<Reach, "isCutOff" | "msSince">;
  readonly signal: AbortSignal;
}

/** Somebody wants to tell. */
export interface Waiting {
  /** Monotonic. */
  readonly sinceMs: number;
  /** Without a quorum it waits for nobody. False: a quorum has granted, be it ahead of its pings. */
  readonly isAlone: boolean;
}

interface Lane {
  queue: ConfirmedWrite[];
  isBusy: boolean;
}

export class Confirmations {
  readonly #deps: ConfirmationsDeps;
  /** When each was confirmed, monotonic, oldest first. */
  readonly #known = new Map<string, number>();
  readonly #lanes = new Map<InstanceId, Lane>();

  constructor(deps: ConfirmationsDeps) {
    this.#deps = deps;
  }

  /** A write that was coordinated here has reached its quorum: its owners are told so, if there are others. */
  confirm(tenant: TenantId, stampsUs: readonly number[]): void {
    const { ownId, owners, isSuspected } = this.#deps;
    if (isOnlyOwner(owners(tenant), ownId)) return;
    const writes = stampsUs.map((stampUs) => ({ tenant, stampUs }));
    this.note(ownId, writes);
    for (const id of ownersInOrder(owners(tenant))) {
      if (id !== ownId && !isSuspected(id)) this.#enqueue(id, writes);
    }
  }

  /** What `from` has coordinated is held by a quorum. */
  note(from: InstanceId, writes: readonly ConfirmedWrite[]): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const { tenant, stampUs } of writes) this.#known.set(nameOf(tenant, from, stampUs), nowMs);
    for (const [name, atMs] of this.#known) {
      if (nowMs - atMs < 2 * this.#deps.waitMs && this.#known.size <= KEPT_COUNT_MAX) break;
      this.#known.delete(name);
    }
  }

  /**
   * Whether these may be told for the first time: a quorum holds them, or nobody will say so any more.
   * Re-sent ones are new writes each time, which is no reason to wait on.
   */
  mayTell(tenant: TenantId, news: readonly AlertRecord[], waits: Waiting): boolean {
    const { reach } = this.#deps;
    if (waits.isAlone && reach.isCutOff()) return true;
    if (this.#isOver(waits.sinceMs)) return true;
    return news.every((alert) => this.#isConfirmed(tenant, alert));
  }

  /** A quorum could have said yes for as long as is waited, since this instant (monotonic). */
  #isOver(sinceMs: number): boolean {
    return this.#deps.reach.msSince(sinceMs) >= this.#deps.waitMs;
  }

  #isConfirmed(tenant: TenantId, { stampUs, stampBy }: AlertRecord): boolean {
    const { clock, time } = this.#deps;
    const ageMs = time.nowMs() - stampUs / 1_000;
    if (this.#isOver(clock.monotonicMs() - ageMs)) return true;
    if (this.#known.has(nameOf(tenant, stampBy, stampUs))) return true;
    // Of what another one coordinates it says itself when its client has a yes: its view may be newer.
    const { ownId, owners } = this.#deps;
    return stampBy === ownId && isOnlyOwner(owners(tenant), ownId);
  }

  /** One message at a time to each peer; what comes up meanwhile shares the next. */
  #enqueue(id: InstanceId, writes: readonly ConfirmedWrite[]): void {
    let lane = this.#lanes.get(id);
    if (lane === undefined) this.#lanes.set(id, (lane = { queue: [], isBusy: false }));
    if (lane.queue.length + writes.length > QUEUE_COUNT_MAX) return;
    lane.queue.push(...writes);
    if (!lane.isBusy) void this.#send(id, lane);
  }

  async #send(id: InstanceId, lane: Lane): Promise<void> {
    const { calls, ownId: from, signal } = this.#deps;
    lane.isBusy = true;
    while (lane.queue.length > 0 && !signal.aborted) {
      const writes = lane.queue;
      lane.queue = [];
      const request = { kind: "confirm", body: { from, writes } } as const;
      await calls.call({ id, delayMs: CALL_MS }, request, signal).catch(() => {
        // Then these are told a moment later.
      });
    }
    lane.isBusy = false;
  }
}

function nameOf(tenant: TenantId, by: InstanceId, stampUs: number): string {
  return `${tenant}\n${by}\n${stampUs}`;
}
