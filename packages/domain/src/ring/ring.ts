/**
 * The consistent-hash ring: from a tenant to its owners in order.
 *
 * Every member stands on 128 points of a circle of 2^32. A tenant's owners are the first members met
 * when walking up from the tenant's own point: a member that joins or leaves moves only the tenants
 * next to its points, and of the owners of one tenant at most one. First each zone gives the first of
 * its members that is met, so that one zone's outage takes one replica; when all zones have one, the
 * others follow, again in the order in which they are met. This is the order of turns.
 *
 * Law: for one membership the owners of a tenant are the same on every instance, whatever order the
 * members are listed in. Equal tokens are ordered by ID.
 */
import { assert } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "../model/index.ts";
import { instanceTokens, tenantToken, TOKENS_PER_INSTANCE } from "./tokens.ts";

/** Members that a ring can tell apart: the rest of the 53 bits of a whole number. */
const HOLDER_COUNT_MAX = 2 ** 21;

export interface RingMember {
  readonly id: InstanceId;
  readonly zone: string;
}

export class Ring {
  readonly #members: readonly RingMember[];
  readonly #tokens: Uint32Array;
  /** Index into `#members`, parallel to `#tokens`. */
  readonly #holders: Uint32Array;

  constructor(members: readonly RingMember[]) {
    this.#members = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    // By token, then by holder: as one number each, exact below 2^53, they are sorted without a comparison.
    const points = new Float64Array(this.#members.length * TOKENS_PER_INSTANCE);
    let count = 0;
    for (const [holder, { id }] of this.#members.entries()) {
      for (const token of instanceTokens(id)) points[count++] = token * HOLDER_COUNT_MAX + holder;
    }
    points.sort();
    this.#tokens = new Uint32Array(count);
    this.#holders = new Uint32Array(count);
    for (const [at, point] of points.entries()) {
      this.#tokens[at] = Math.floor(point / HOLDER_COUNT_MAX);
      this.#holders[at] = point % HOLDER_COUNT_MAX;
    }
  }

  /** The first `factor` owners of a tenant in ring order; fewer when there are fewer members. */
  owners(tenant: TenantId, factor: number): readonly InstanceId[] {
    assert(factor >= 1, "replication factor is at least 1");
    const wanted = Math.min(factor, this.#members.length);
    const owners = pickAcrossZones(this.#walk(tenantToken(tenant)), wanted);
    assert(
      owners.length === wanted,
      "a ring names as many owners as it has members, up to the factor",
    );
    return owners;
  }

  /** Every member once, in the order in which its first point is met. */
  #walk(from: number): RingMember[] {
    const met = new Set<number>();
    const start = this.#firstAbove(from);
    for (let step = 0; step < this.#tokens.length && met.size < this.#members.length; step += 1) {
      met.add(this.#holders[(start + step) % this.#tokens.length] as number);
    }
    return Array.from(met, (holder) => this.#members[holder] as RingMember);
  }

  #firstAbove(token: number): number {
    let low = 0;
    let high = this.#tokens.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#tokens[middle] as number) > token) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function pickAcrossZones(order: readonly RingMember[], wanted: number): readonly InstanceId[] {
  const zones = new Set<string>();
  const leaders: RingMember[] = [];
  const others: RingMember[] = [];
  for (const member of order) {
    if (zones.has(member.zone)) others.push(member);
    else leaders.push(member);
    zones.add(member.zone);
  }
  return [...leaders, ...others].slice(0, wanted).map((member) => member.id);
}
