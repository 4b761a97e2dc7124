/**
 * One running instance: the parts of the engine tied together, started and stopped in order.
 *
 * It owns no socket. Time, randomness, network, disk, ring store, object store and receivers come in as
 * ports, so that the simulator runs this very class.
 */
import { AppError } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type {
  DrainProgress,
  DrainState,
  InstanceStatus,
  Readiness,
  SeenHeartbeat,
  TenantApi,
} from "../api/types.ts";
import type { KeyRef } from "../cluster/index.ts";
import { Fleet } from "../fleet/index.ts";
import { Membership } from "../membership/index.ts";
import type { PeerHandler } from "../ports/index.ts";
import { usedReceivers, type TenantSettings } from "../tenant/settings.ts";
import { ClusterTime, RunningTime, Timers } from "../time/index.ts";
import { build, type Built } from "./build.ts";
import { isInCharge } from "./connect.ts";
import { Departure, LAST_ACT_MS } from "./departure.ts";
import { drainProgressOf } from "./drain-progress.ts";
import { instanceStateOf } from "./instance-state.ts";
import type { InstanceDeps, InstanceOptions } from "./options.ts";

/** Own clock off by more than this: not ready, and loud (PROTOCOL 2). */
const CLOCK_OFFSET_MAX_MS = 60_000;

export class Instance {
  readonly #deps: InstanceDeps;
  readonly #options: InstanceOptions;
  readonly #abort = new AbortController();
  readonly #timers: Timers;
  readonly #running: RunningTime;
  readonly #time: ClusterTime;
  readonly #membership: Membership;
  readonly #departure: Departure;
  readonly #fleet: Fleet;
  #started: Built | undefined;
  /** All the others have heard this process since it started. */
  #wasHeard = false;
  /** Called on start when the incarnation is known and nothing has been sent yet: opens the transport. */
  onIdentified: (incarnation: number) => Promise<void> = () => Promise.resolve();
  /** Called on start when the journal has been read and nothing was judged yet: may merge more. */
  onReplayed: () => Promise<void> = () => Promise.resolve();
  /** Called when an instance that is alone has come to terms with a wall clock that was set back. */
  onSetBack: () => void = () => {};
  /** Called when this process must end by itself, such as when another one has taken its ID. */
  onFatal: (error: AppError) => void = () => {};

  constructor(deps: InstanceDeps, options: InstanceOptions) {
    this.#deps = deps;
    this.#options = options;
    const { clock } = deps;
    const { pingIntervalMs, pauseLimitMs } = options.timings;
    this.#timers = new Timers(clock);
    this.#running = new RunningTime(clock, { beatMaxMs: pingIntervalMs, pauseLimitMs });
    if (options.isAlone === true) {
      this.#running.onJump = (jumpMs) => {
        if (jumpMs < 0) void this.#setBack(-jumpMs);
      };
    }
    this.#time = new ClusterTime(clock);
    this.#fleet = new Fleet({
      ...deps,
      time: this.#time,
      shared: { ...deps.tenantShared, isAlone: options.isAlone === true },
      rest: () => clock.sleep(0, this.#abort.signal),
      ...(options.sliceSize !== undefined && { sliceSize: options.sliceSize }),
    });
    this.#membership = new Membership({ ...deps, store: deps.ringStore }, options);
    this.#departure = new Departure(
      { ...deps, membership: this.#membership, signal: this.#abort.signal },
      { isAlone: options.isAlone === true, leaveBudgetMs: options.timings.leaveBudgetMs },
    );
  }

  /** What the transport hands to this instance; refuses calls until `start` has read the journal. */
  get handler(): PeerHandler {
    return {
      onConnected: (peer) => this.#started?.handler.onConnected(peer),
      onPing: (ping) => this.#started?.handler.onPing(ping),
      onRefused: (peer) => this.#started?.handler.onRefused(peer),
      onCall: (from, request, signal) => {
        const handler = this.#started?.handler;
        if (handler === undefined) throw new AppError("unavailable", "Instance is starting");
        return handler.onCall(from, request, signal);
      },
    };
  }

  get api(): TenantApi {
    return this.#need().distributor;
  }

  get fleet(): Fleet {
    return this.#fleet;
  }

  /** What is going on inside, for those who watch from outside: operators' pages and checkers. */
  get inspection(): Inspection {
    const { turns, granter, claims, catchUp } = this.#need().parts;
    return {
      turnCount: turns.size,
      grantCount: granter.size,
      openClaimCount: claims.openCount,
      heldKeys: claims.heldKeys(),
      isCaughtUp: (tenant) => catchUp.isCaughtUp(tenant),
      holderOf: (ref) => granter.holder(ref)?.by,
    };
  }

  /** Reads the journal, joins the ring and starts all loops. Returns when it is a member. */
  async start(): Promise<void> {
    const { signal } = this.#abort;
    const { dispatchStartDelayMs = 0, fallback } = this.#options;
    if (dispatchStartDelayMs > 0) {
      this.#fleet.dispatchFromMs = this.#time.nowMs() + dispatchStartDelayMs;
    }
    await this.#fleet.setFallback(fallback);
    const report = await this.#deps.journal.replay(
      ({ tenant, state }) => this.#fleet.restore(tenant, state),
      signal,
    );
    await this.onReplayed();
    if (this.#options.isAlone === true) await this.#fleet.setBack(0);
    for (const id of this.#fleet.names()) await this.#fleet.letToldGo(id);
    await this.#membership.identify(signal, report.lastAliveMs);
    await this.onIdentified(this.#membership.incarnation);
    const { hasCaughtUp, viewOrNone } = this.#membership;
    const isDoubtful = !hasCaughtUp || !isInCharge(viewOrNone, this.#options.id);
    const ownCounts = report.intact && report.sameBoot && !isDoubtful;
    // A long start is no pause: nobody has been heard yet.
    this.#running.beat();
    this.#started = build(
      {
        deps: this.#deps,
        options: this.#options,
        timers: this.#timers,
        running: this.#running,
        time: this.#time,
        fleet: this.#fleet,
        membership: this.#membership,
        isDraining: () => this.#departure.isDraining,
        hasLeft: () => this.#departure.hasLeft,
        onFatal: (error) => this.onFatal(error),
        onSetBack: (byMs) => void this.#setBack(byMs),
        signal,
      },
      ownCounts,
    );
    this.#started.parts.turns.expect(fallback === undefined ? [] : usedReceivers(fallback));
    await this.#started.loops.start();
    await this.#membership.join(signal);
    await this.#started.afterJoin.start();
    this.#watchForReady();
  }

  async #setBack(byMs: number): Promise<void> {
    try {
      await this.#fleet.setBack(byMs);
      this.onSetBack();
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#warn("Clock was set back; some groups may wait", error);
    }
  }

  /** Being heard by all counts from when it was so, not from when somebody asked. */
  #watchForReady(): void {
    if (this.readiness().ready) return;
    const { pingIntervalMs } = this.#options.timings;
    this.#timers.after(pingIntervalMs, () => this.#watchForReady());
  }

  /**
   * Gives up ownership for good: returns when others have taken over and no message of this instance is
   * under way, or when its time is over. Requests are still answered. Idempotent.
   */
  leave(): Promise<void> {
    const parts = this.#started?.parts;
    return parts === undefined ? Promise.resolve() : this.#departure.leave(parts);
  }

  /** As `OperatorApi.drain` says. */
  drain(): void {
    void this.#departure.drain(this.#need().parts);
  }

  /** As `OperatorApi.stay` says. */
  stay(): void {
    this.#departure.stay();
  }

  /** Waits for nobody any more; the last snapshot is written all the same. */
  hurry(): void {
    this.#departure.hurry();
  }

  /** Leaves, flushes all state, takes the entry out of the ring and stops. Bounded. */
  async stop(): Promise<void> {
    const started = this.#started;
    if (started === undefined) {
      this.#abort.abort(new AppError("aborted", "Instance is stopping"));
      return;
    }
    await this.leave();
    // Nothing may be stored here any more that the others would not be given.
    started.parts.waking.left();
    let holders: ReadonlySet<InstanceId> = new Set();
    const departure = this.#departure;
    await departure.waiting(LAST_ACT_MS, "Last push is incomplete", async (signal) => {
      holders = await started.handOver.pushAll(signal);
    });
    await departure.within(LAST_ACT_MS, "Last snapshot is incomplete", (signal) =>
      started.snapshots.writeAll(signal),
    );
    await departure.within(LAST_ACT_MS, "Not taken out of the ring", (signal) =>
      this.#membership.remove((id) => holders.has(id), signal),
    );
    // Where nobody had taken over, the others own everything only from this view on.
    started.parts.pinger.pingAll();
    await this.#halt(started);
    await this.#deps.journal.close();
  }

  /**
   * Puts another fallback configuration in force, as a difference; resolves when it is for all tenants.
   * Refused while the journal is read.
   */
  async setFallback(settings: TenantSettings | undefined): Promise<void> {
    const { turns } = this.#need().parts;
    await this.#fleet.setFallback(settings);
    turns.expect(settings === undefined ? [] : usedReceivers(settings));
  }

  readiness(): Readiness {
    const parts = this.#started?.parts;
    const view = this.#membership.viewOrNone;
    if (parts === undefined || view === undefined) return { ready: false, why: "joining the ring" };
    if (this.#departure.isDraining) return { ready: false, why: "leaving the ring" };
    if (!view.document.settled.includes(this.#options.id)) {
      return { ready: false, why: "taking over tenants" };
    }
    if (!parts.catchUp.isReady) return { ready: false, why: "catching up with other owners" };
    if (Math.abs(this.#time.offsetMs) > CLOCK_OFFSET_MAX_MS) {
      return { ready: false, why: `own clock is off by ${Math.round(this.#time.offsetMs)} ms` };
    }
    // Once only: who joins later does not take out of service those who are there.
    const deaf = this.#wasHeard ? [] : parts.liveness.notHeardBy();
    if (deaf.length > 0) return { ready: false, why: `waiting to be heard by ${deaf.join(", ")}` };
    this.#wasHeard = true;
    // The question may come before the loop itself notices that the process was stopped.
    this.#running.beat();
    const why = parts.waking.refusesWrites();
    return why === undefined ? { ready: true } : { ready: false, why };
  }

  /** What the ring store said last of the members' signs of life. */
  heartbeats(): readonly SeenHeartbeat[] {
    const seen = this.#membership.lastSeen;
    if (seen === undefined) return [];
    const { heartbeats, storeNowMs } = seen.reading;
    return heartbeats.map(({ id, atMs, synced }) => {
      return { id, ageMs: Math.max(0, storeNowMs - atMs) + seen.ageMs, synced };
    });
  }

  drainState(): DrainState {
    return this.#departure.state;
  }

  drainProgress(): DrainProgress {
    const state = this.#departure.state;
    const view = this.#membership.viewOrNone;
    if (view === undefined) return { state, ownedCount: 0, takenOverCount: 0, waiting: [] };
    const versions = new Map(this.heartbeats().map(({ id, synced }) => [id, synced]));
    const synced = (id: InstanceId): number => versions.get(id) ?? 0;
    const tenants = this.#fleet.names();
    return drainProgressOf({ state, ownId: this.#options.id, view, tenants, synced });
  }

  /** As `OperatorApi.forget` says. */
  forget(id: InstanceId): Promise<void> {
    return this.#membership.forget(id, this.#abort.signal);
  }

  status(): InstanceStatus {
    const liveness = this.#started?.parts.liveness;
    const { id } = this.#options;
    const view = this.#membership.viewOrNone?.document;
    return {
      id,
      incarnation: this.#membership.incarnation,
      state: instanceStateOf(id, view, this.#departure.isDraining),
      view,
      tenantCount: this.#fleet.size,
      peers: [...(liveness?.peers ?? [])].map((peer) => ({
        id: peer.id,
        address: this.#membership.viewOrNone?.member(peer.id)?.address ?? "",
        suspected: peer.suspected,
        offsetMs: peer.offsetMs,
      })),
    };
  }

  async #halt(started: Built): Promise<void> {
    this.#abort.abort(new AppError("aborted", "Instance is stopping"));
    await started.afterJoin.stop();
    await started.loops.stop();
  }

  #need(): Built {
    if (this.#started === undefined) throw new AppError("unavailable", "Instance is starting");
    return this.#started;
  }

  #warn(message: string, error: unknown): void {
    this.#deps.logger.log("warn", message, { err: AppError.from(error).message });
  }
}

export interface Inspection {
  readonly turnCount: number;
  readonly grantCount: number;
  /** Open, or closed with an outcome that somebody has not acknowledged. */
  readonly openClaimCount: number;
  /** Keys, as tenant, line break, log key, for which a majority lets this instance send now. */
  readonly heldKeys: readonly string[];
  readonly isCaughtUp: (tenant: TenantId) => boolean;
  /** To whom this instance has granted the key. */
  readonly holderOf: (ref: KeyRef) => InstanceId | undefined;
}
