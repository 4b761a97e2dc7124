/**
 * The claiming side (PROTOCOL 7.2): opens claims, asks the owners, keeps the leases, tells the outcomes.
 *
 * Claims to one peer that come up in the same turn of the loop share a message. An outcome is repeated
 * until the peer has acknowledged it or is suspected; until then the claim stays above *below*, so that
 * no ping can end a grant before its outcome is known (A29).
 */
import { withDeadline } from "@tocsin/foundation";
import type { OwnerSets } from "@tocsin/domain/quorum";
import type { InstanceId } from "@tocsin/domain/model";
import type { Claim, ClaimReply, OpenClaim, Outcome } from "../peer/claim.ts";
import type { PeerAddress } from "../ports/index.ts";
import { nameOf } from "./granter.ts";
import { OpenedClaim, type ClaimsDeps } from "./opened-claim.ts";
import type { Timings } from "./timings.ts";

interface Unfinished {
  readonly open: OpenClaim;
  readonly handle: OpenedClaim;
  /** Set with the outcome: who has not acknowledged it yet. Undefined: the claim is open. */
  unacknowledged: Set<InstanceId> | undefined;
}

interface Asking {
  readonly claim: Claim;
  readonly handle: OpenedClaim;
}

export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #timings: Timings;
  readonly #unfinished = new Map<number, Unfinished>();
  readonly #asking = new Map<InstanceId, Asking[]>();
  readonly #telling = new Map<InstanceId, Outcome[]>();
  #next = 1;

  constructor(deps: ClaimsDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
  }

  get incarnation(): number {
    return this.#deps.own.incarnation;
  }

  /** A request to a receiver is under way, or somebody has not heard of an outcome. */
  get isBusy(): boolean {
    return [...this.#unfinished.values()].some(
      ({ handle, unacknowledged }) => handle.sending || unacknowledged !== undefined,
    );
  }

  get openCount(): number {
    return this.#unfinished.size;
  }

  /** Draws a number and takes the own grant. Undefined: the key is held here by another. */
  open(
    ref: Pick<OpenClaim, "tenant" | "key" | "tickMs">,
    owners: () => OwnerSets,
  ): OpenedClaim | undefined {
    const number = this.#next;
    const id = { by: this.#deps.own.id, incarnation: this.#deps.own.incarnation, number };
    if (!this.#deps.granter.grant(ref, id)) return undefined;
    this.#next += 1;
    const handle = new OpenedClaim(this.#deps, { number, owners, ref });
    const open = { tenant: ref.tenant, key: ref.key, number, tickMs: ref.tickMs, sending: false };
    this.#unfinished.set(number, { open, handle, unacknowledged: undefined });
    return handle;
  }

  /** Tells whether a request to the receiver may be under way for this claim. */
  isSending(number: number): boolean {
    return this.#unfinished.get(number)?.handle.sending === true;
  }

  /** Asks these owners; their answers arrive at `handle.onAnswer`. */
  ask(handle: OpenedClaim, claim: Claim, owners: readonly InstanceId[]): void {
    for (const id of owners) this.#enqueue(this.#asking, id, { claim, handle });
  }

  /** Gives the outcome to all owners and lets go of the key. */
  close(handle: OpenedClaim, end: Omit<Outcome, "id">): void {
    const unfinished = this.#unfinished.get(handle.number);
    if (unfinished === undefined || unfinished.unacknowledged !== undefined) return;
    const id = {
      by: this.#deps.own.id,
      incarnation: this.#deps.own.incarnation,
      number: handle.number,
    };
    // Former owners too: a grant outlives the view under which it was given (A27).
    unfinished.unacknowledged = new Set([...handle.others, ...handle.grants.keys()]);
    this.#deps.granter.end(end, id);
    for (const peer of unfinished.unacknowledged) {
      this.#enqueue(this.#telling, peer, { id, ...end });
    }
    this.#settle(handle.number);
  }

  /** Names of the keys for which a majority lets this instance write a first byte now. */
  heldKeys(): readonly string[] {
    return [...this.#unfinished.values()]
      .filter(({ handle, unacknowledged }) => {
        return (
          unacknowledged === undefined && handle.versionUs > 0 && !handle.alone && handle.holdsLease
        );
      })
      .map(({ open }) => nameOf(open));
  }

  /** All claims numbered less are over for this peer (A29). */
  below(peer: InstanceId): number {
    let lowest = this.#next;
    for (const [number, { unacknowledged }] of this.#unfinished) {
      const isOver = unacknowledged !== undefined && !unacknowledged.has(peer);
      if (!isOver && number < lowest) lowest = number;
    }
    return lowest;
  }

  /**
   * Open claims that this peer has not granted in its present incarnation (A20, A32). Of an impaired
   * instance peers end all grants (A18), so it lists them all: what it is sending goes on.
   */
  notGrantedBy(peer: InstanceId, impaired = false): readonly OpenClaim[] {
    return [...this.#unfinished.values()]
      .filter(({ handle, unacknowledged }) => {
        const isUnknown = impaired || handle.alone || !handle.grants.has(peer);
        return unacknowledged === undefined && isUnknown;
      })
      .map(({ open, handle }) => ({ ...open, sending: handle.sending }));
  }

  /** After a pause: lets go of what is only claimed, so that others' claims can be learned (A32). */
  releaseUnsent(): void {
    for (const { open, handle, unacknowledged } of this.#unfinished.values()) {
      if (unacknowledged !== undefined || handle.sending) continue;
      const { id: by, incarnation } = this.#deps.own;
      this.#deps.granter.end(open, { by, incarnation, number: open.number });
    }
  }

  /** The peer's process is gone, and with it what it granted. */
  peerGone(peer: InstanceId): void {
    for (const { handle } of this.#unfinished.values()) handle.grants.delete(peer);
    this.forgetPeer(peer);
  }

  /** A suspected peer is not told any more: digests will. */
  forgetPeer(peer: InstanceId): void {
    this.#telling.delete(peer);
    for (const [number, unfinished] of this.#unfinished) {
      unfinished.unacknowledged?.delete(peer);
      this.#settle(number);
    }
  }

  #settle(number: number): void {
    if (this.#unfinished.get(number)?.unacknowledged?.size === 0) this.#unfinished.delete(number);
  }

  /** What is enqueued within one turn of the loop leaves in one message. */
  #enqueue<T>(queues: Map<InstanceId, T[]>, peer: InstanceId, item: T): void {
    const queue = queues.get(peer);
    if (queue !== undefined) {
      queue.push(item);
      return;
    }
    queues.set(peer, [item]);
    void Promise.resolve().then(() => this.#flush(peer));
  }

  #flush(peer: InstanceId): void {
    const asking = this.#asking.get(peer);
    if (asking !== undefined) {
      this.#asking.delete(peer);
      void this.#sendClaims(peer, asking);
    }
    const telling = this.#telling.get(peer);
    if (telling !== undefined) {
      this.#telling.delete(peer);
      void this.#sendOutcomes(peer, telling);
    }
  }

  async #sendClaims(id: InstanceId, asking: readonly Asking[]): Promise<void> {
    const peer = this.#deps.liveness.peer(id);
    const address = this.#addressOf(id);
    if (peer === undefined || address === undefined) return;
    const sentAtMs = this.#deps.clock.monotonicMs();
    const pingNumber = this.#deps.liveness.drawNumber(peer);
    const body = {
      from: this.#deps.own.id,
      incarnation: this.#deps.own.incarnation,
      pingNumber,
      viewVersion: this.#deps.view().version,
      claims: asking.map(({ claim }) => claim),
    };
    try {
      const reply = await withDeadline(
        { clock: this.#deps.clock, delayMs: this.#timings.claimCallMs, what: "Claim" },
        this.#deps.signal,
        (signal) => this.#deps.transport.call(address, { kind: "claim", body }, signal),
      );
      this.#deps.liveness.echoed(peer, pingNumber);
      const isVoid = pingNumber < peer.disclaimedNumber;
      this.#answered(peer.id, asking, { reply, sentAtMs, isVoid });
    } catch {
      // No answer is no grant: the turn asks again.
    }
  }

  #answered(
    from: InstanceId,
    asking: readonly Asking[],
    got: {
      readonly reply: ClaimReply;
      readonly sentAtMs: number;
      /** The peer has been told since to end what it grants. */
      readonly isVoid: boolean;
    },
  ): void {
    if (got.reply.kind === "older-view") {
      this.#deps.adoptView(got.reply.view);
      return;
    }
    this.#deps.onStamp(got.reply.stampUs);
    // A grant that comes after the lease would have run out is none (A30).
    const isLate =
      got.isVoid || this.#deps.clock.monotonicMs() - got.sentAtMs >= this.#timings.sendLeaseMs;
    got.reply.answers.forEach((answer, at) => {
      const handle = asking[at]?.handle;
      if (handle === undefined || !this.#isOpen(handle)) return;
      if (answer.kind === "granted" && isLate) return;
      handle.answers.set(from, answer);
      if (answer.kind === "granted") handle.granted(from, answer.caughtUp);
      else handle.grants.delete(from);
      handle.onAnswer(from, answer);
    });
  }

  #isOpen(handle: OpenedClaim): boolean {
    const unfinished = this.#unfinished.get(handle.number);
    return unfinished !== undefined && unfinished.unacknowledged === undefined;
  }

  async #sendOutcomes(id: InstanceId, outcomes: readonly Outcome[]): Promise<void> {
    const address = this.#addressOf(id);
    if (address === undefined) {
      this.#acknowledged(id, outcomes);
      return;
    }
    try {
      const body = { from: this.#deps.own.id, outcomes };
      await withDeadline(
        { clock: this.#deps.clock, delayMs: this.#timings.claimCallMs, what: "Outcome" },
        this.#deps.signal,
        (signal) => this.#deps.transport.call(address, { kind: "outcome", body }, signal),
      );
      this.#acknowledged(id, outcomes);
    } catch {
      this.#tellAgain(id, outcomes);
    }
  }

  #acknowledged(id: InstanceId, outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      this.#unfinished.get(outcome.id.number)?.unacknowledged?.delete(id);
      this.#settle(outcome.id.number);
    }
  }

  #tellAgain(id: InstanceId, outcomes: readonly Outcome[]): void {
    if (this.#deps.signal.aborted) return;
    if (this.#deps.liveness.isSuspected(id)) {
      this.#acknowledged(id, outcomes);
      return;
    }
    this.#deps.timers.after(this.#timings.claimRetryMs, () => {
      for (const outcome of outcomes) {
        // Suspected meanwhile, and so given up: digests will.
        const isOpen = this.#unfinished.get(outcome.id.number)?.unacknowledged?.has(id) === true;
        if (isOpen) this.#enqueue(this.#telling, id, outcome);
      }
    });
  }

  #addressOf(id: InstanceId): PeerAddress | undefined {
    const member = this.#deps.view().member(id);
    return member === undefined ? undefined : { id, address: member.address };
  }
}
