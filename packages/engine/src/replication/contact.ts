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
}

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
 */
export class Contact {
  readonly #deps: ContactDeps;
  #sinceMs: number;
  readonly #inherited = new Map<TenantId, { readonly atMs: number; readonly contactMs: number }>();

  constructor(deps: ContactDeps) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.monotonicMs();
  }

  /** After a start or a pause: whatever was heard before says nothing of the time in between. */
  restart(): void {
    this.#sinceMs = this.#deps.clock.monotonicMs();
    this.#inherited.clear();
  }

  inherit(tenant: TenantId, contactMs: number): void {
    const atMs = this.#deps.clock.monotonicMs();
    if (atMs - this.#sinceMs >= VALIDITY_MAX_MS || contactMs <= atMs - this.#sinceMs) return;
    const known = this.#inherited.get(tenant);
    if (known !== undefined && known.contactMs + (atMs - known.atMs) >= contactMs) return;
    this.#inherited.set(tenant, { atMs, contactMs });
  }

  ms(tenant: TenantId): number {
    const nowMs = this.#deps.clock.monotonicMs();
    const sinceMs = Math.max(
      this.#deps.membersSinceMs(),
      ...this.#deps.owners(tenant).sets.map((set) => this.#majoritySinceMs(set)),
    );
    if (sinceMs === Infinity) return 0;
    const inherited = this.#inherited.get(tenant);
    // A giver may answer before its first ping is here; a break would have lasted longer.
    const { suspectTimeoutMs } = this.#deps;
    if (inherited !== undefined && sinceMs <= inherited.atMs + suspectTimeoutMs) {
      return nowMs - inherited.atMs + inherited.contactMs;
    }
    return nowMs - sinceMs;
  }

  /** The instant since which this instance and W - 1 others have been together. */
  #majoritySinceMs(set: readonly InstanceId[]): number {
    const others = set
      .filter((id) => id !== this.#deps.ownId)
      .map((id) => this.#deps.trustedSinceMs(id))
      .sort((a, b) => a - b);
    const needed = writeQuorum(set.length) - (set.includes(this.#deps.ownId) ? 1 : 0);
    const lastOfThem = needed === 0 ? this.#sinceMs : (others[needed - 1] ?? Infinity);
    return Math.max(this.#sinceMs, lastOfThem);
  }
}
