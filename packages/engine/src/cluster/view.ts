import type { OwnerSets } from "@tocsin/domain/quorum";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { Ring, type Member, type RingDocument } from "@tocsin/domain/ring";

const OWNERS_KEPT_MAX = 50_000;

/** A ring document made ready for look-ups. Immutable; a newer document makes a new view. */
export class View {
  readonly document: RingDocument;
  readonly replicationFactor: number;
  /** Everybody who owns anything now, in `settled` or in `target`. */
  readonly ownerIds: readonly InstanceId[];
  readonly #settled: Ring;
  readonly #target: Ring;
  readonly #inTransition: boolean;
  readonly #members: ReadonlyMap<InstanceId, Member>;
  /** Every write, read and flush asks for owners; a view lasts, so what was found is kept. */
  readonly #owners = new Map<TenantId, OwnerSets>();
  readonly #distinct = new Map<string, OwnerSets>();

  constructor(document: RingDocument, replicationFactor: number) {
    this.document = document;
    this.replicationFactor = replicationFactor;
    this.ownerIds = [...new Set([...document.settled, ...document.target])];
    this.#members = new Map(document.members.map((member) => [member.id, member]));
    this.#inTransition = document.settled.join("\n") !== document.target.join("\n");
    this.#settled = this.#ringOf(document.settled);
    this.#target = this.#inTransition ? this.#ringOf(document.target) : this.#settled;
  }

  get version(): number {
    return this.document.version;
  }

  get inTransition(): boolean {
    return this.#inTransition;
  }

  member(id: InstanceId): Member | undefined {
    return this.#members.get(id);
  }

  get members(): readonly Member[] {
    return this.document.members;
  }

  /** One set, or the old and the new one while they differ for this tenant. */
  owners(tenant: TenantId): OwnerSets {
    const known = this.#owners.get(tenant);
    if (known !== undefined) return known;
    if (this.#owners.size >= OWNERS_KEPT_MAX) this.#owners.clear();
    const found = this.#shared(this.#findOwners(tenant));
    this.#owners.set(tenant, found);
    return found;
  }

  /** Many tenants, few sets of owners: equal ones are one object. */
  #shared(owners: OwnerSets): OwnerSets {
    const key = owners.sets.map((set) => set.join(",")).join(";");
    const known = this.#distinct.get(key);
    if (known !== undefined) return known;
    this.#distinct.set(key, owners);
    return owners;
  }

  #findOwners(tenant: TenantId): OwnerSets {
    const settled = this.#settled.owners(tenant, this.replicationFactor);
    if (!this.#inTransition) return { sets: [settled] };
    const target = this.#target.owners(tenant, this.replicationFactor);
    const sets = [settled, target].filter((set) => set.length > 0);
    return sets.length === 2 && isSameSet(settled, target) ? { sets: [settled] } : { sets };
  }

  /** The set whose members hold what was acknowledged before this view: whom a gainer must ask. */
  oldOwners(tenant: TenantId): readonly InstanceId[] {
    const [only, ...others] = this.owners(tenant).sets;
    if (only !== undefined && others.length === 0) return only;
    const settled = this.#settled.owners(tenant, this.replicationFactor);
    return settled.length > 0 ? settled : this.#target.owners(tenant, this.replicationFactor);
  }

  newOwners(tenant: TenantId): readonly InstanceId[] {
    if (!this.#inTransition) return this.oldOwners(tenant);
    return this.#target.owners(tenant, this.replicationFactor);
  }

  owns(id: InstanceId, tenant: TenantId): boolean {
    return this.owners(tenant).sets.some((set) => set.includes(id));
  }

  #ringOf(ids: readonly InstanceId[]): Ring {
    return new Ring(ids.map((id) => ({ id, zone: this.#members.get(id)?.zone ?? "" })));
  }
}

function isSameSet(left: readonly InstanceId[], right: readonly InstanceId[]): boolean {
  return left.length === right.length && left.every((id) => right.includes(id));
}
