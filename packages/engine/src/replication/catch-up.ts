/**
 * When this instance's copies count (PROTOCOL 6).
 *
 * After a start, a pause or a change of ownership a copy may lack acknowledged writes. It counts again
 * once state of R members of the tenant's old set has been merged: every acknowledged write is on one
 * of them. The own copy is one of the R if its log was whole. Members are asked for all that they hold
 * of what this instance owns, and digests keep that cheap; a member that has answered for a view is
 * *heard*, and it refuses older views from then on (it is sealed). A tenant counts as soon as enough of
 * ITS old owners are heard, not when all is done.
 *
 * The snapshots take the place of members that are dead. Those of members that live and cannot be reached
 * are read too, after a while, so that an instance that is cut off can speak; but what it lacks still means
 * nothing, and it goes on asking (ADR 0026).
 */
import {
  AppError,
  withDeadline,
  type Clock,
  type Logger,
  type MetricRegistry,
} from "@tocsin/foundation";
import type { HeardTime } from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { readQuorum } from "@tocsin/domain/quorum";
import type { Fleet } from "../fleet/fleet.ts";
import type { HeldTenant, TenantReadReply } from "../peer/messages.ts";
import { MAP_NAMES, type Digest, type Digests } from "../peer/state.ts";
import type { Timings } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";
import { GrowingPause } from "./growing-pause.ts";
import type { PeerCalls } from "./peer-calls.ts";
import type { AnswerTimes } from "./contact.ts";

export interface CatchUpDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly fleet: Fleet;
  readonly calls: PeerCalls;
  readonly ownId: InstanceId;
  readonly view: () => View;
  /** Nobody will hear of this member before it is started again. */
  readonly isDead: (id: InstanceId) => boolean;
  /** Looks for a newer view in the ring store; returns when it is known, or when the store does not answer. */
  readonly refreshView: (signal: AbortSignal) => Promise<void>;
  readonly reportSynced: (version: number) => void;
  /** Resolves when all that was merged so far would outlive this process. */
  readonly journaled: () => Promise<void>;
  /** Merges the snapshots of all replicas of every tenant owned here. */
  readonly readSnapshots: (signal: AbortSignal) => Promise<void>;
  /** A giver says when it could hear the tenant's senders (PROTOCOL 7.4). */
  readonly tookOverContact: (tenant: TenantId, heard: HeardTime, times: AnswerTimes) => void;
  readonly onProgress: () => void;
}

const PAGE_SIZE = 500;
const READ_SIZE = 50;
const CALL_MS = 2_000;
const RETRY_MS = 250;
/** Between two words of the log about snapshots that cannot be read. */
const TOLD_PAUSE_MS = 1_000;
const TOLD_PAUSE_MAX_MS = 30_000;
const VIEWS_SINCE_MAX = 16;

export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #timings: Timings;
  #ownCounts = false;
  /** Heard since the last start or pause, with the view under which. */
  readonly #heard = new Map<InstanceId, number>();
  /** Answered since then, whether or not what they hold counts, with the view under which. */
  readonly #answered = new Map<InstanceId, number>();
  /** Everything owned under this view was here when it was completed. */
  #baseline: View | undefined;
  /** Views adopted since then: a tenant that was given away meanwhile has to be caught up anew. */
  #since: View[] = [];
  #round = 0;
  /** False after a pause: ownership may have moved meanwhile, and a sole owner would hear of it from nobody. */
  #isViewChecked = true;
  #isDegraded = false;
  readonly #untold = new GrowingPause(TOLD_PAUSE_MS, TOLD_PAUSE_MAX_MS);

  constructor(deps: CatchUpDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
    const gauge = deps.metrics.gauge(
      "tocsin_catch_up_degraded",
      "1 while this instance goes on with snapshots, because owners that live do not answer it.",
    );
    deps.metrics.collectors.push(() => gauge.with().set(this.#isDegraded ? 1 : 0));
  }

  get isComplete(): boolean {
    return this.#baseline !== undefined && this.#baseline.version === this.#deps.view().version;
  }

  /**
   * Everything was here once since the last start or pause, or nobody else has it: what is gained later
   * comes while others serve it.
   */
  get isReady(): boolean {
    return this.#baseline !== undefined || this.#isDegraded;
  }

  /**
   * Goes on with snapshots, because members that live have not answered in time: it speaks, and counts for
   * nothing.
   */
  get isDegraded(): boolean {
    return this.#isDegraded;
  }

  /** Whether what is here may be given to those who catch up as one copy of R. */
  get copyCounts(): boolean {
    return this.#ownCounts || this.#baseline !== undefined;
  }

  isCaughtUp(tenant: TenantId): boolean {
    const { ownId, view } = this.#deps;
    if (this.#keptSinceBaseline(tenant)) return true;
    if (!this.#isViewChecked) return false;
    if (isUninhabited(view())) return false;
    const old = view().oldOwners(tenant);
    const wanted = wantedVersion(view());
    const heard = old.filter((id) => (this.#heard.get(id) ?? -1) >= wanted).length;
    const own = this.#ownCounts && old.includes(ownId) ? 1 : 0;
    return heard + own >= readQuorum(old.length);
  }

  /** To be called with each view that is adopted. */
  adopted(view: View): void {
    if (this.#baseline === undefined) return;
    this.#since.push(view);
    if (this.#since.length > VIEWS_SINCE_MAX) this.restart(true);
  }

  /** After a pause: the same, and the view may be an old one. */
  woke(): void {
    this.restart(this.copyCounts);
    this.#isViewChecked = false;
  }

  /** After a start: nothing counts until it is caught up again. */
  restart(ownCounts: boolean): void {
    this.#ownCounts = ownCounts;
    this.#baseline = undefined;
    this.#since = [];
    this.#heard.clear();
    this.#answered.clear();
    this.#isDegraded = false;
    this.#round += 1;
  }

  /** Catches up whenever something is missing; one loop per instance. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#isViewChecked) await this.#checkView(signal);
      if (!this.isComplete) await this.#roundFor(this.#deps.view(), signal);
      await this.#deps.clock.sleep(RETRY_MS, signal).catch(() => {});
    }
  }

  async #checkView(signal: AbortSignal): Promise<void> {
    const round = this.#round;
    await this.#deps.refreshView(signal).catch(() => {});
    if (round === this.#round) this.#isViewChecked = true;
  }

  async #roundFor(view: View, signal: AbortSignal): Promise<void> {
    const round = this.#round;
    const startedAtMs = this.#deps.clock.monotonicMs();
    const isStale = (): boolean =>
      signal.aborted || round !== this.#round || view.version !== this.#deps.view().version;
    for (;;) {
      await this.#askUnheard(view, signal);
      if (isStale()) return;
      if (this.#isEnough(view)) break;
      const waitedMs = this.#deps.clock.monotonicMs() - startedAtMs;
      // Alone, or when power was lost everywhere: nobody is left who could know more.
      const isAll = this.#othersOf(view).every((id) => this.#isOut(id, view));
      const isLate = waitedMs >= this.#timings.catchUpTimeoutMs;
      if (isAll) {
        const isRead = await this.#readSnapshots(signal);
        if (isStale()) return;
        if (isRead || isLate) break;
      } else if (isLate && !this.#isDegraded) {
        await this.#readSnapshots(signal);
        if (isStale()) return;
        this.#degrade();
      }
      await this.#deps.clock.sleep(RETRY_MS, signal).catch(() => {});
      if (isStale()) return;
    }
    if (this.#othersOf(view).length > 0) await this.#journal(signal);
    if (isStale()) return;
    this.#baseline = view;
    this.#since = [];
    this.#ownCounts = true;
    this.#isDegraded = false;
    this.#deps.reportSynced(view.version);
    this.#deps.onProgress();
  }

  /**
   * Those who hear that all is here let go of it. A log that a broken disk makes incomplete counts for
   * nothing at the next start, so that is waited for no longer.
   */
  async #journal(signal: AbortSignal): Promise<void> {
    const { clock, journaled } = this.#deps;
    const options = { clock, delayMs: CALL_MS, what: "Writing what was caught up" };
    await withDeadline(options, signal, journaled).catch((error: unknown) => {
      if (signal.aborted) return;
      const { message } = AppError.from(error);
      this.#deps.logger.log("warn", "Catching up: not written to the journal", { err: message });
    });
  }

  /** False: the store does not answer. */
  async #readSnapshots(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#deps.readSnapshots(signal);
      this.#untold.reset();
      return true;
    } catch (error) {
      if (this.#untold.isOver(this.#deps.clock.monotonicMs())) this.#tellUnread(error);
      return false;
    }
  }

  #tellUnread(error: unknown): void {
    const { message } = AppError.from(error, "unavailable");
    this.#deps.logger.log("warn", "Catching up: snapshots not read, will try again", {
      err: message,
      without_them_after: `${this.#timings.catchUpTimeoutMs}ms`,
    });
  }

  #degrade(): void {
    this.#isDegraded = true;
    const waited = `${this.#timings.catchUpTimeoutMs}ms`;
    this.#deps.logger.log("error", "Other owners do not answer: going on with snapshots", {
      waited,
    });
    this.#deps.onProgress();
  }

  #keptSinceBaseline(tenant: TenantId): boolean {
    const { ownId } = this.#deps;
    if (this.#baseline?.newOwners(tenant).includes(ownId) !== true) return false;
    return this.#since.every((view) => view.owns(ownId, tenant));
  }

  /** It has told what it has, or will not. */
  #isOut(id: InstanceId, view: View): boolean {
    return (this.#answered.get(id) ?? -1) >= wantedVersion(view) || this.#deps.isDead(id);
  }

  /** The worst tenant: as many as can of those that are unheard stand in its old set. */
  #isEnough(view: View): boolean {
    const { settled } = view.document;
    if (isUninhabited(view)) return false;
    const owners = Math.min(view.replicationFactor, settled.length);
    const spare = owners - readQuorum(owners);
    const wanted = wantedVersion(view);
    const unheard = this.#othersOf(view).filter(
      (id) => (this.#heard.get(id) ?? -1) < wanted,
    ).length;
    // Of a tenant that this instance owned all along the own copy is one of the set.
    const isOld = settled.includes(this.#deps.ownId);
    const ownMissing = this.#ownCounts ? 0 : 1;
    const isEnoughOfOwned = !isOld || Math.min(unheard, owners - 1) + ownMissing <= spare;
    const mayGain = view.inTransition || !isOld;
    return isEnoughOfOwned && (!mayGain || Math.min(unheard, owners) <= spare);
  }

  #othersOf(view: View): readonly InstanceId[] {
    return view.document.settled.filter((id) => id !== this.#deps.ownId);
  }

  async #askUnheard(view: View, signal: AbortSignal): Promise<void> {
    const wanted = wantedVersion(view);
    const unheard = this.#othersOf(view).filter((id) => (this.#heard.get(id) ?? -1) < wanted);
    await Promise.all(unheard.map((id) => this.#askOne(id, view, signal)));
  }

  async #askOne(id: InstanceId, view: View, signal: AbortSignal): Promise<void> {
    const round = this.#round;
    try {
      const counts = await this.#takeAll(id, signal);
      if (round === this.#round) this.#answered.set(id, view.version);
      if (counts && round === this.#round) {
        this.#heard.set(id, view.version);
        this.#deps.onProgress();
      }
    } catch (error) {
      const { message } = AppError.from(error);
      this.#deps.logger.log("debug", "Catching up: member does not answer", { id, err: message });
    }
  }

  /** Takes all that a member holds of what this instance owns. False: what it lacks means nothing. */
  async #takeAll(id: InstanceId, signal: AbortSignal): Promise<boolean> {
    let counts = true;
    for (let after = "", more = true; more;) {
      const askedMs = this.#deps.clock.monotonicMs();
      const reply = await this.#deps.calls.callInView(
        { id, delayMs: CALL_MS },
        () => ({
          kind: "tenants" as const,
          body: { viewVersion: this.#deps.view().version, after, limit: PAGE_SIZE },
        }),
        signal,
      );
      counts &&= reply.counts;
      const times = { askedMs, answeredMs: this.#deps.clock.monotonicMs() };
      for (const { tenant, heard } of await this.#takePage(id, reply.tenants, signal)) {
        this.#deps.tookOverContact(tenant, heard, times);
      }
      const last = reply.tenants.at(-1);
      more = reply.more && last !== undefined;
      if (last !== undefined) after = last.tenant;
    }
    return counts;
  }

  /** Returns the tenants that this instance owns. */
  async #takePage(
    id: InstanceId,
    held: readonly HeldTenant[],
    signal: AbortSignal,
  ): Promise<readonly HeldTenant[]> {
    const owned = held.filter(({ tenant }) => this.#deps.view().owns(this.#deps.ownId, tenant));
    const differing = owned.filter(({ tenant, digests }) => !this.#isEqual(tenant, digests));
    for (let at = 0; at < differing.length; at += READ_SIZE) {
      const slice = differing.slice(at, at + READ_SIZE);
      for (const reply of await this.#read(id, slice, signal)) {
        await this.#deps.fleet.mergeInTurns(reply.tenant, reply.state);
        await this.#deps.fleet.letToldGo(reply.tenant);
      }
    }
    return owned;
  }

  async #read(
    id: InstanceId,
    slice: readonly HeldTenant[],
    signal: AbortSignal,
  ): Promise<readonly TenantReadReply[]> {
    const reply = await this.#deps.calls.callInView(
      { id, delayMs: CALL_MS },
      () => ({
        kind: "read" as const,
        body: {
          viewVersion: this.#deps.view().version,
          tenants: slice.map(({ tenant }) => ({
            tenant,
            maps: MAP_NAMES,
            digests: this.#deps.fleet.get(tenant)?.digests(),
          })),
        },
      }),
      signal,
    );
    return reply.tenants;
  }

  #isEqual(tenant: TenantId, theirs: Digests): boolean {
    const ours = this.#deps.fleet.get(tenant)?.digests();
    return ours !== undefined && MAP_NAMES.every((map) => isSameDigest(ours[map], theirs[map]));
  }
}

/** While ownership moves, what was said before tells nothing: the old owners may have taken writes since. */
function wantedVersion(view: View): number {
  return view.inTransition ? view.version : 0;
}

/** The last one in charge has left: what was acknowledged there stands in its last snapshot. */
function isUninhabited({ document }: View): boolean {
  return document.settled.length === 0;
}

export function isSameDigest(left: Digest, right: Digest): boolean {
  return left.hi === right.hi && left.lo === right.lo && left.count === right.count;
}
