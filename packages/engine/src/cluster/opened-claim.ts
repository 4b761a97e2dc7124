/**
 * One claim of this instance: who has granted it, and what follows from that (PROTOCOL 7.2, 7.3).
 */
import type { Clock } from "@tocsin/foundation";
import { isQuorum, ownersInOrder, type OwnerSets } from "@tocsin/domain/quorum";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { ClaimAnswer } from "../peer/claim.ts";
import type { PeerTransport } from "../ports/index.ts";
import type { ClusterTime, Timers } from "../time/index.ts";
import type { Granter, KeyRef } from "./granter.ts";
import type { Liveness } from "./liveness.ts";
import type { View } from "./view.ts";

export interface ClaimsDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly transport: PeerTransport;
  readonly liveness: Liveness;
  readonly granter: Granter;
  readonly own: { readonly id: InstanceId; readonly incarnation: number };
  readonly view: () => View;
  /** Adopts a newer view that an owner attached to its refusal. */
  readonly adoptView: (document: RingDocument) => void;
  readonly onStamp: (stampUs: number) => void;
  /** Whether the own copy counts as one of R: not when it goes on with snapshots (ADR 0026). */
  readonly isCaughtUp: (tenant: TenantId) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Of what a majority and one without it tell at the same moment nobody knows which came last. The version
 * of the latter is the greater, by more than clocks differ: what it contradicts is then told again (7.5).
 */
const ALONE_AHEAD_MS = 500;

/** Open until its outcome is given. */
export class OpenedClaim {
  readonly number: number;
  readonly #deps: ClaimsDeps;
  readonly #owners: () => OwnerSets;
  readonly #ref: KeyRef;
  /** Granted by these, in this epoch of the lease. */
  readonly grants: Map<InstanceId, { readonly epoch: number; readonly caughtUp: boolean }> =
    new Map();
  /** The last answer of each owner in the present look. */
  readonly answers: Map<InstanceId, ClaimAnswer> = new Map();
  sending = false;
  /** Speaks without a majority (PROTOCOL 7.5): the lease then needs those that granted. */
  alone = false;
  lookedAtMs = 0;
  versionUs = 0;
  /** Called with each answer. */
  onAnswer: (from: InstanceId, answer: ClaimAnswer) => void = () => {};

  constructor(deps: ClaimsDeps, made: { number: number; owners: () => OwnerSets; ref: KeyRef }) {
    this.#deps = deps;
    this.#ref = made.ref;
    this.number = made.number;
    this.#owners = made.owners;
  }

  /** Of the present view: a quorum of sets that have moved meanwhile carries no first byte (A12). */
  get owners(): OwnerSets {
    return this.#owners();
  }

  /** Draws the version of what is about to be told. */
  drawVersion(time: ClusterTime): void {
    this.versionUs = time.drawStampUs(this.alone ? ALONE_AHEAD_MS : 0);
  }

  get others(): readonly InstanceId[] {
    return ownersInOrder(this.owners).filter((id) => id !== this.#deps.own.id);
  }

  /** Begins another look at the merged state: answers count anew, leases go on. */
  beginLook(): void {
    this.alone = false;
    this.answers.clear();
    this.lookedAtMs = this.#deps.clock.monotonicMs();
  }

  /** In this look W of each set have granted, and R of each that count as readers. */
  get isGranted(): boolean {
    return this.hasMajority && isQuorum(this.owners, "read", (id) => this.#counts(id));
  }

  /** In this look W of each set have granted, whether or not their copies count: nobody else tells now. */
  get hasMajority(): boolean {
    return isQuorum(this.owners, "write", (id) => this.#isOwn(id) || this.#grantsNow(id));
  }

  /** Owners that have not granted in this look, or whose copy does not count yet. */
  get lacking(): readonly InstanceId[] {
    return ownersInOrder(this.owners).filter((id) => !this.#counts(id));
  }

  /** Every owner that is not suspected has granted, which need not be a majority. */
  get isGrantedByAllTrusted(): boolean {
    return this.others.every((id) => this.#grantsNow(id) || this.#deps.liveness.isSuspected(id));
  }

  /** Owners that have not granted in this look. */
  get missing(): readonly InstanceId[] {
    return this.others.filter((id) => !this.#grantsNow(id));
  }

  /** Even if all who have not answered granted, it would be no quorum: somebody said no. */
  get isBlocked(): boolean {
    const own = this.#deps.own.id;
    const saysNo = (id: InstanceId): boolean => {
      const kind = this.answers.get(id)?.kind;
      return kind === "held" || kind === "due";
    };
    const someNo = this.others.some(saysNo);
    const couldGrant = (id: InstanceId): boolean =>
      id === own || (!saysNo(id) && !this.#deps.liveness.isSuspected(id));
    return someNo && !isQuorum(this.owners, "write", couldGrant);
  }

  /** The fence: may the first byte of a request leave now (PROTOCOL 7.3). */
  get holdsLease(): boolean {
    if (!this.hasOwnGrant) return false;
    if (this.alone) return [...this.grants.keys()].every((id) => this.#holds(id));
    return isQuorum(this.owners, "write", (id) => this.#isOwn(id) || this.#holds(id));
  }

  /** The last look at the merged state is fresh enough for another attempt. */
  isFresh(limitMs: number): boolean {
    return this.#deps.clock.monotonicMs() - this.lookedAtMs < limitMs;
  }

  granted(from: InstanceId, caughtUp: boolean): void {
    const epoch = this.#deps.liveness.peer(from)?.leaseEpoch ?? 0;
    this.grants.set(from, { epoch, caughtUp });
  }

  /** False once the key was granted here to an earlier one, while both were only claiming. */
  get hasOwnGrant(): boolean {
    const holder = this.#deps.granter.holder(this.#ref);
    return holder?.by === this.#deps.own.id && holder.number === this.number;
  }

  /** It has granted, and has caught up. */
  #counts(id: InstanceId): boolean {
    return this.#isOwn(id)
      ? this.#deps.isCaughtUp(this.#ref.tenant)
      : this.#grantsNow(id, "caught-up");
  }

  #isOwn(id: InstanceId): boolean {
    return id === this.#deps.own.id && this.hasOwnGrant;
  }

  #holds(id: InstanceId): boolean {
    const grant = this.grants.get(id);
    return grant !== undefined && this.#deps.liveness.holdsLease(id, grant.epoch);
  }

  #grantsNow(id: InstanceId, as?: "caught-up"): boolean {
    if (this.answers.get(id)?.kind !== "granted" || !this.#holds(id)) return false;
    return as === undefined || this.grants.get(id)?.caughtUp === true;
  }
}
