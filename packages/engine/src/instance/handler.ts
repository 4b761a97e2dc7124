import { AppError } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { ownersInOrder } from "@tocsin/domain/quorum";
import type {
  Claim,
  ClaimAnswer,
  ClaimReply,
  ClaimRequest,
  OpenClaim,
  Outcome,
  Ping,
} from "../peer/index.ts";
import type {
  CompareReply,
  CompareRequest,
  ConfirmRequest,
  ExchangeReply,
  ExchangeRequest,
  MergeReply,
  MergeRequest,
  OlderView,
  PeerReply,
  PeerRequest,
  ReadReply,
  ReadRequest,
  RequestKind,
  TenantsReply,
  TenantsRequest,
  WriteAlertsReply,
  WriteAlertsRequest,
} from "../peer/messages.ts";
import { EMPTY_DIGESTS, MAP_NAMES } from "../peer/state.ts";
import type { PeerHandler } from "../ports/index.ts";
import { isSameDigest } from "../replication/index.ts";
import { storeHere, whyTooLate } from "../distributor/index.ts";
import type { FinishInput, Tenant } from "../tenant/index.ts";
import type { Parts } from "./parts.ts";

/** What other members ask of this instance. Everything begins with a look at the own loop (PROTOCOL 8). */
export class Handler implements PeerHandler {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  onConnected(peer: InstanceId): void {
    this.#parts.pinger.pingNow(peer);
  }

  onPing(ping: Ping): void {
    const { running, liveness, granter, time, quarantine, membership, turns } = this.#parts;
    running.beat();
    if (!liveness.heardPing(ping, { incarnation: membership.incarnation })) return;
    time.observeStampUs(ping.stampUs);
    const by = { id: ping.from, incarnation: ping.incarnation };
    granter.endBelow(by, ping.below);
    if (ping.impaired) granter.endAllOf(ping.from);
    // Cut off it has no claim by a majority any more, but it may be sending without one (A32).
    granter.learn(by, ping.impaired ? ping.openClaims.filter(isSending) : ping.openClaims);
    for (const claim of ping.openClaims) turns.poke(claim);
    quarantine.heard(ping, membership);
    if (ping.viewVersion > (membership.viewOrNone?.version ?? 0)) this.#parts.fetchView(ping.from);
  }

  onRefused(peer: InstanceId): void {
    this.#parts.liveness.refused(peer);
  }

  async onCall<K extends RequestKind>(
    from: InstanceId,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    this.#parts.running.beat();
    if (this.#parts.membership.viewOrNone === undefined) {
      throw new AppError("unavailable", "Not yet a member of the ring");
    }
    // Each case answers the kind that it was asked.
    return this.#answer(from, request, signal);
  }

  #answer(from: InstanceId, request: PeerRequest, signal: AbortSignal): Promise<PeerReply> {
    const body = request.body as never;
    switch (request.kind) {
      case "claim":
        return this.#claims(body, signal);
      case "outcome":
        return this.#outcomes(body);
      case "confirm":
        return this.#confirmed(body);
      case "write-alerts":
        return this.#writeAlerts(body, signal);
      case "merge":
        return this.#merge(body, signal);
      case "read":
        return this.#read(body, signal);
      case "compare":
        return Promise.resolve(this.#compare(body));
      case "exchange":
        return Promise.resolve(this.#exchange(body));
      case "tenants":
        return this.#tenants(body, signal);
      case "view":
        return Promise.resolve({ view: this.#parts.membership.view.document });
    }
  }

  /** A lower view is refused with the newer one; a higher one is fetched first (A13). */
  async #checkView(viewVersion: number, signal: AbortSignal): Promise<OlderView | undefined> {
    const { membership } = this.#parts;
    if (viewVersion > membership.view.version) await membership.refresh(signal);
    if (viewVersion >= membership.view.version) return undefined;
    return { kind: "older-view", view: membership.view.document };
  }

  async #claims(request: ClaimRequest, signal: AbortSignal): Promise<ClaimReply> {
    const { liveness, time } = this.#parts;
    const older = await this.#checkView(request.viewVersion, signal);
    if (older !== undefined) return older;
    const peer = liveness.peer(request.from);
    const message = { incarnation: request.incarnation, number: request.pingNumber };
    const isCurrent = peer !== undefined && liveness.heard(peer, message);
    const answers = request.claims.map((claim): ClaimAnswer =>
      isCurrent ? this.#judge(claim) : { kind: "old-incarnation" },
    );
    return { kind: "answers", echo: request.pingNumber, stampUs: time.highestUs, answers };
  }

  /** PROTOCOL 7.2, in its order. */
  #judge(claim: Claim): ClaimAnswer {
    const { granter, quarantine, fleet, catchUp, ownId } = this.#parts;
    // What a group of the configuration to come would be told of cannot be found yet either.
    if (!quarantine.isOver || fleet.isChanging(claim.tenant)) return { kind: "quarantine" };
    const tenant = fleet.open(claim.tenant);
    const version = tenant.configRecord?.version ?? 0;
    if (version > claim.configVersion) return { kind: "older-config", version };
    if (version < claim.configVersion) {
      // By the own routes its group is another one or none, and what is known of it would stay unsaid.
      this.#parts.fetchConfig(claim.tenant, claim.id.by);
      return { kind: "quarantine" };
    }
    const news = tenant.newsFor(claim.groupId, claim.key, claim.digests);
    const holder = granter.holder(claim);
    if (holder?.by === ownId && this.#mustYield(claim, holder.number)) granter.end(claim, holder);
    if (holder === undefined) {
      const atMs = this.#ownTickToCome(claim);
      if (atMs !== undefined) return { kind: "due", atMs, news };
    }
    if (!granter.grant(claim, claim.id)) {
      return { kind: "held", by: granter.holder(claim)?.by ?? ownId, news };
    }
    this.#parts.turns.poke(claim);
    return { kind: "granted", caughtUp: catchUp.isCaughtUp(claim.tenant), news };
  }

  /** While both are only claiming, the earlier in order wins. */
  #mustYield(claim: Claim, ownNumber: number): boolean {
    return (
      !this.#parts.claims.isSending(ownNumber) &&
      this.#isBefore(claim.id.by, this.#parts.ownId, claim.tenant)
    );
  }

  /** This owner stands earlier, and its own tick for the same flush is just about to come. */
  #ownTickToCome(claim: Claim): number | undefined {
    const { ownId, catchUp, fleet, time, timings } = this.#parts;
    if (!this.#isBefore(ownId, claim.id.by, claim.tenant)) return undefined;
    if (!catchUp.isCaughtUp(claim.tenant)) return undefined;
    const dueMs = fleet.get(claim.tenant)?.groupDueMs(claim.groupId);
    if (dueMs === undefined || dueMs > claim.tickMs) return undefined;
    const leftMs = dueMs - time.nowMs();
    return leftMs > 0 && leftMs <= timings.turnGraceMs ? dueMs : undefined;
  }

  #isBefore(left: InstanceId, right: InstanceId, tenant: TenantId): boolean {
    const order = ownersInOrder(this.#parts.membership.view.owners(tenant));
    return order.includes(left) && order.indexOf(left) < order.indexOf(right);
  }

  async #outcomes(body: { readonly outcomes: readonly Outcome[] }): Promise<PeerReply<"outcome">> {
    const { fleet, granter, turns, journal } = this.#parts;
    const finished: Promise<void>[] = [];
    for (const outcome of body.outcomes) {
      if (outcome.entry !== undefined) {
        fleet.merge(outcome.tenant, { log: [outcome.entry], alerts: outcome.ends });
      }
      granter.end(outcome, outcome.id);
      const tenant = fleet.get(outcome.tenant);
      const result = RESULTS[outcome.kind];
      if (tenant !== undefined && result !== undefined) {
        finished.push(this.#finish(tenant, { ...outcome, result }));
      }
      turns.outcome(outcome);
    }
    await Promise.all(finished);
    await journal.written().catch(() => {});
    return {};
  }

  async #finish(tenant: Tenant, input: FinishInput): Promise<void> {
    await this.#parts.pacer.run(tenant.finishing(input), "first");
    this.#parts.fleet.arm(tenant);
  }

  #confirmed({ from, writes }: ConfirmRequest): Promise<PeerReply<"confirm">> {
    this.#parts.confirmations.note(from, writes);
    return Promise.resolve({});
  }

  async #writeAlerts(request: WriteAlertsRequest, signal: AbortSignal): Promise<WriteAlertsReply> {
    const older = await this.#checkView(request.viewVersion, signal);
    if (older !== undefined) return older;
    const reason = this.#whyNotNow(request.batches.map(({ nowMs }) => nowMs));
    if (reason !== undefined) return { kind: "refused", reason };
    const results = request.batches.map((batch) => ({
      behind: this.#parts.fleet.applyBatch(batch),
    }));
    await this.#parts.journal.written().catch(() => {});
    return { kind: "taken", results };
  }

  #whyNotNow(madeAtMs: readonly number[]): string | undefined {
    const { waking, time, timings } = this.#parts;
    const { writeDeadlineMs } = timings;
    return waking.refusesWrites() ?? whyTooLate(madeAtMs, { nowMs: time.nowMs(), writeDeadlineMs });
  }

  async #merge(request: MergeRequest, signal: AbortSignal): Promise<MergeReply> {
    if (request.viewVersion === undefined) {
      for (const { tenant, state } of request.parts) {
        await this.#parts.fleet.mergeInTurns(tenant, state);
      }
      return { kind: "merged" };
    }
    const older = await this.#checkView(request.viewVersion, signal);
    if (older !== undefined) return older;
    // Not the records' own times: an end that too few owners hold is written again as it is.
    const reason = this.#whyNotNow(request.madeAtMs === undefined ? [] : [request.madeAtMs]);
    if (reason !== undefined) return { kind: "refused", reason };
    try {
      await Promise.all(
        request.parts.map(({ tenant, state }) => storeHere(this.#parts, tenant, state)),
      );
      return { kind: "merged" };
    } catch (error) {
      return { kind: "refused", reason: AppError.from(error).message };
    }
  }

  async #read(request: ReadRequest, signal: AbortSignal): Promise<ReadReply> {
    const older = await this.#checkView(request.viewVersion, signal);
    if (older !== undefined) return older;
    const { fleet, catchUp, contact } = this.#parts;
    const tenants = request.tenants.map(({ tenant: id, maps, digests }) => {
      // What is given was decided before anything is awaited: state and `caughtUp` belong together.
      const state = fleet.get(id)?.stateFor(maps, digests) ?? {};
      return { tenant: id, caughtUp: catchUp.isCaughtUp(id), state, heard: contact.heard(id) };
    });
    return { kind: "state", tenants };
  }

  #compare(request: CompareRequest): CompareReply {
    const differing = request.tenants.flatMap(({ tenant, digests }) => {
      const own = this.#parts.fleet.get(tenant)?.digests() ?? EMPTY_DIGESTS;
      const maps = MAP_NAMES.filter((map) => !isSameDigest(own[map], digests[map]));
      return maps.length === 0 ? [] : [{ tenant, maps }];
    });
    return { differing };
  }

  #exchange(request: ExchangeRequest): ExchangeReply {
    return this.#parts.fleet.open(request.tenant).differing(request.map, request);
  }

  async #tenants(request: TenantsRequest, signal: AbortSignal): Promise<TenantsReply> {
    const older = await this.#checkView(request.viewVersion, signal);
    if (older !== undefined) return older;
    const { fleet, catchUp, contact } = this.#parts;
    const names = fleet.names(request.after);
    const tenants = names.slice(0, request.limit).map((tenant) => ({
      tenant,
      digests: fleet.open(tenant).digests(),
      heard: contact.heard(tenant),
    }));
    const more = names.length > request.limit;
    return { kind: "tenants", counts: catchUp.copyCounts, tenants, more };
  }
}

function isSending({ sending }: OpenClaim): boolean {
  return sending;
}

/** What another owner's outcome means for the group's book-keeping here. */
const RESULTS = {
  sent: "told",
  nothing: "waived",
  failed: undefined,
  refused: "failed",
  released: undefined,
} as const;
