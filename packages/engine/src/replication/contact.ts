import type { Clock } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { writeQuorum, type OwnerSets } from "@tocsin/domain/quorum";

export interface ContactDeps {
  readonly clock: Clock;
  readonly ownId: InstanceId;
  readonly owners: (tenant: TenantId) => OwnerSets;
  /** Monotonic: since when the peer has been trusted without a break; Infinity if it is not. */
  readonly trustedSinceMs: (id: InstanceId) => number;
  /** Monotonic: since when every member that senders may still post to can be heard; see below. */
  readonly membersSinceMs: () => number;
  readonly suspectTimeoutMs: number;
  /** For who was always alone: what the processes before this one have listened. Default 0. */
  readonly creditMs?: number;
}

/** The time up to a change of ownership, as it looked at its end. */
interface Era {
  readonly untilMs: number;
  readonly owners: (tenant: TenantId) => OwnerSets;
  readonly membersSinceMs: number;
  readonly trustedSinceMs: ReadonlyMap<InstanceId, number>;
}

const ERAS_MAX = 64;

/** An alert's validity is at most this for the purpose of running out. */
const VALIDITY_MAX_MS = 5 * 60_000;

/**
 * For how long this instance has been in unbroken contact with a majority of a tenant's owners
 * (PROTOCOL 7.4). A majority includes this instance; one that catches up takes over its givers' time,
 * because what it missed itself they heard.
 *
 * A majority of owners is not enough: a member that hangs still accepts posts and swallows them, so an
 * alert that seems to have run out may be re-sent to it all the time. While a member is silent, and
 * nobody can have taken it out of service yet, nothing runs out.
 *
 * Nor is it enough that the owners of the present view are together: while a tenant's former ones had
 * lost their majority, its senders were refused, and the new ones could not have heard them. So contact
 * goes on from what it was under each former view; under one in which this instance was no owner that is
 * what its givers had.
 */
export class Contact {
  readonly #deps: ContactDeps;
  #sinceMs: number;
  readonly #inherited = new Map<TenantId, { readonly atMs: number; readonly contactMs: number }>();
  /** Of the last five minutes, oldest first: what was before says nothing any more. */
  #eras: Era[] = [];

  constructor(deps: ContactDeps) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.monotonicMs();
  }

  /** After a start or a pause: whatever was heard before says nothing of the time in between. */
  restart(): void {
    this.#sinceMs = this.#deps.clock.monotonicMs();
    this.#inherited.clear();
    this.#eras = [];
  }

  /** Ownership changes: these were the owners until now. Call it before peers are forgotten. */
  ownersChange(before: (tenant: TenantId) => OwnerSets, peers: readonly InstanceId[]): void {
    const { clock, membersSinceMs, trustedSinceMs } = this.#deps;
    const nowMs = clock.monotonicMs();
    this.#eras = this.#eras.filter(({ untilMs }) => nowMs - untilMs < VALIDITY_MAX_MS);
    for (const [tenant, { atMs }] of this.#inherited) {
      if (nowMs - atMs >= VALIDITY_MAX_MS) this.#inherited.delete(tenant);
    }
    // Too much has changed to be kept in mind: contact begins anew.
    if (this.#eras.length >= ERAS_MAX) this.restart();
    this.#eras.push({
      untilMs: nowMs,
      owners: before,
      membersSinceMs: membersSinceMs(),
      trustedSinceMs: new Map(peers.map((id) => [id, trustedSinceMs(id)])),
    });
  }

  /** A giver of this tenant has been in contact for so long. */
  inherit(tenant: TenantId, contactMs: number): void {
    if (contactMs <= this.ms(tenant)) return;
    this.#inherited.set(tenant, { atMs: this.#deps.clock.monotonicMs(), contactMs });
  }

  ms(tenant: TenantId): number {
    const { clock, owners, membersSinceMs, trustedSinceMs, creditMs = 0 } = this.#deps;
    const nowMs = clock.monotonicMs();
    const sinceMs = this.#togetherSinceMs(owners(tenant), membersSinceMs(), trustedSinceMs);
    if (sinceMs === Infinity) return 0;
    const ownMs = creditMs + Math.min(nowMs - sinceMs, ...this.#boundsOf(tenant, nowMs));
    const inherited = this.#inherited.get(tenant);
    // A giver may answer before its first ping is here; a break would have lasted longer.
    const { suspectTimeoutMs } = this.#deps;
    const stands = inherited !== undefined && sinceMs <= inherited.atMs + suspectTimeoutMs;
    return stands ? Math.max(ownMs, nowMs - inherited.atMs + inherited.contactMs) : ownMs;
  }

  /** What each former view leaves: the contact at its end, and the time since. */
  #boundsOf(tenant: TenantId, nowMs: number): readonly number[] {
    return this.#eras
      .filter(({ untilMs }) => nowMs - untilMs < VALIDITY_MAX_MS)
      .map((era) => {
        const sets = era.owners(tenant);
        const owned = sets.sets.some((set) => set.includes(this.#deps.ownId));
        const trusted = (id: InstanceId): number => era.trustedSinceMs.get(id) ?? Infinity;
        const sinceMs = owned ? this.#togetherSinceMs(sets, era.membersSinceMs, trusted) : Infinity;
        return nowMs - Math.min(era.untilMs, sinceMs);
      });
  }

  /** The instant since which this instance and W - 1 others of each set have been together, and all members. */
  #togetherSinceMs(
    { sets }: OwnerSets,
    membersSinceMs: number,
    trustedSinceMs: (id: InstanceId) => number,
  ): number {
    const { ownId } = this.#deps;
    const each = sets.map((set) => {
      const others = set
        .filter((id) => id !== ownId)
        .map(trustedSinceMs)
        .sort((a, b) => a - b);
      const needed = writeQuorum(set.length) - (set.includes(ownId) ? 1 : 0);
      return needed === 0 ? this.#sinceMs : (others[needed - 1] ?? Infinity);
    });
    return Math.max(this.#sinceMs, membersSinceMs, ...each);
  }
}
