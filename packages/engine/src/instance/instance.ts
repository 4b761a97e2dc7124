/**
 * One running instance: the parts of the engine tied together, started and stopped in order.
 *
 * It owns no socket. Time, randomness, network, disk, ring store, object store and receivers come in as
 * ports, so that the simulator runs this very class.
 */
import {
  AppError,
  Service,
  ServiceGroup,
  withDeadline,
  type Clock,
  type Logger,
  type MetricRegistry,
  type Random,
} from "@tocsin/foundation";
import type { MatcherMode } from "@tocsin/domain/matcher";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { InstanceStatus, Readiness, TenantApi } from "../api/types.ts";
import {
  Claims,
  Granter,
  Liveness,
  Quarantine,
  Turns,
  TurnMetrics,
  type Timings,
  type View,
} from "../cluster/index.ts";
import { Distributor } from "../distributor/index.ts";
import { Fleet } from "../fleet/index.ts";
import { Membership } from "../membership/index.ts";
import type { TenantReadRequest } from "../peer/messages.ts";
import type {
  Journal,
  Notifier,
  PeerHandler,
  PeerTransport,
  RingStore,
  StateStore,
} from "../ports/index.ts";
import { AntiEntropy, CatchUp, Contact, PeerCalls } from "../replication/index.ts";
import { Snapshots } from "../snapshot/index.ts";
import type { SettingsCache, TenantSettings } from "../tenant/settings.ts";
import type { TenantShared } from "../tenant/tenant.ts";
import { ClusterTime, RunningTime, Timers } from "../time/index.ts";
import { Handler } from "./handler.ts";
import type { Parts } from "./parts.ts";
import { Pulse } from "./pulse.ts";

export interface InstanceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly ringStore: RingStore;
  readonly transport: PeerTransport;
  readonly journal: Journal;
  readonly stateStore: StateStore;
  readonly notifier: Notifier;
  readonly settingsCache: SettingsCache;
  readonly tenantShared: TenantShared;
}

export interface InstanceOptions {
  readonly id: InstanceId;
  /** `host:port` for the others' calls. */
  readonly address: string;
  readonly zone: string;
  readonly replicationFactor: number;
  /** `--data.retention`. */
  readonly retentionMs: number;
  readonly timings: Timings;
  readonly matcherMode: MatcherMode;
  /** For tenants without a configuration of their own. */
  readonly fallback: TenantSettings | undefined;
}

/** Own clock off by more than this: not ready, and loud (PROTOCOL 2). */
const CLOCK_OFFSET_MAX_MS = 60_000;
/** After a pause writes are refused for at least this long (A4). */
const WAKING_MIN_MS = 1_000;
const VIEW_CALL_MS = 1_000;
const LAST_ACT_MS = 10_000;

export class Instance {
  readonly #deps: InstanceDeps;
  readonly #options: InstanceOptions;
  readonly #abort = new AbortController();
  readonly #timers: Timers;
  readonly #running: RunningTime;
  readonly #time: ClusterTime;
  readonly #membership: Membership;
  readonly #fleet: Fleet;
  #parts: Parts | undefined;
  #started: Started | undefined;
  #pauses = 0;
  #wokeAtMs: number | undefined;
  #isDraining = false;
  /** Called on start when the incarnation is known and nothing has been sent yet: opens the transport. */
  onIdentified: (incarnation: number) => Promise<void> = () => Promise.resolve();
  /** Called when this process must end by itself, such as when another one has taken its ID. */
  onFatal: (error: AppError) => void = () => {};

  constructor(deps: InstanceDeps, options: InstanceOptions) {
    this.#deps = deps;
    this.#options = options;
    const { clock } = deps;
    const { pingIntervalMs, pauseLimitMs } = options.timings;
    this.#timers = new Timers(clock);
    this.#running = new RunningTime(clock, { beatMaxMs: pingIntervalMs, pauseLimitMs });
    this.#time = new ClusterTime(clock);
    this.#fleet = new Fleet({ ...deps, time: this.#time, shared: deps.tenantShared });
    this.#membership = new Membership({ ...deps, store: deps.ringStore }, options);
  }

  /** What the transport hands to this instance; refuses calls until `start` has read the journal. */
  get handler(): PeerHandler {
    return {
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
    };
  }

  /** Reads the journal, joins the ring and starts all loops. Returns when it is a member. */
  async start(): Promise<void> {
    const { signal } = this.#abort;
    this.#fleet.setFallback(this.#options.fallback);
    const report = await this.#deps.journal.replay(
      ({ tenant, state }) => this.#fleet.restore(tenant, state),
      signal,
    );
    await this.#membership.identify(signal);
    await this.onIdentified(this.#membership.incarnation);
    const ownCounts = report.intact && report.sameBoot && this.#membership.hasCaughtUp;
    this.#started = this.#build(ownCounts);
    await this.#started.loops.start();
    await this.#membership.join(signal);
    await this.#started.afterJoin.start();
  }

  /** Leaves the ring, flushes all state and stops. Bounded; idempotent through its parts. */
  async stop(): Promise<void> {
    const started = this.#started;
    if (started === undefined) {
      this.#abort.abort(new AppError("aborted", "Instance is stopping"));
      return;
    }
    this.#isDraining = true;
    const options = { clock: this.#deps.clock, what: "Leaving" };
    const { signal } = this.#abort;
    const { leaveBudgetMs } = this.#options.timings;
    await withDeadline({ ...options, delayMs: leaveBudgetMs }, signal, (inner) =>
      this.#membership.leave(inner),
    ).catch((error: unknown) => this.#warn("Left without a successor for every tenant", error));
    await withDeadline({ ...options, delayMs: LAST_ACT_MS }, signal, async (inner) => {
      await started.antiEntropy.round(inner);
      await started.snapshots.writeAll(inner);
      await this.#membership.remove(inner);
    }).catch((error: unknown) => this.#warn("Last snapshot or push is incomplete", error));
    await this.#halt(started);
    await this.#deps.journal.close();
  }

  /** Puts another fallback configuration in force, as a difference. */
  setFallback(settings: TenantSettings | undefined): void {
    this.#fleet.setFallback(settings);
  }

  readiness(): Readiness {
    const parts = this.#parts;
    const view = this.#membership.viewOrNone;
    if (parts === undefined || view === undefined) return { ready: false, why: "joining the ring" };
    if (this.#isDraining) return { ready: false, why: "leaving the ring" };
    if (!view.document.settled.includes(this.#options.id)) {
      return { ready: false, why: "taking over tenants" };
    }
    if (!parts.catchUp.isComplete) return { ready: false, why: "catching up with other owners" };
    if (Math.abs(this.#time.offsetMs) > CLOCK_OFFSET_MAX_MS) {
      return { ready: false, why: `own clock is off by ${Math.round(this.#time.offsetMs)} ms` };
    }
    return { ready: true };
  }

  status(): InstanceStatus {
    const liveness = this.#parts?.liveness;
    return {
      id: this.#options.id,
      incarnation: this.#membership.incarnation,
      view: this.#membership.viewOrNone?.document,
      tenantCount: this.#fleet.size,
      peers: [...(liveness?.peers ?? [])].map((peer) => ({
        id: peer.id,
        address: this.#membership.viewOrNone?.member(peer.id)?.address ?? "",
        suspected: peer.suspected,
        offsetMs: peer.offsetMs,
      })),
    };
  }

  async #halt(started: Started): Promise<void> {
    this.#abort.abort(new AppError("aborted", "Instance is stopping"));
    await started.afterJoin.stop();
    await started.loops.stop();
  }

  #need(): Started {
    if (this.#started === undefined) throw new AppError("unavailable", "Instance is starting");
    return this.#started;
  }

  #build(ownCounts: boolean): Started {
    const { clock, logger, metrics, transport } = this.#deps;
    const { id: ownId, timings } = this.#options;
    const { signal } = this.#abort;
    const membership = this.#membership;
    const fleet = this.#fleet;
    const view = (): View => membership.view;
    const own = { id: ownId, incarnation: membership.incarnation };
    const liveness = new Liveness({ clock, running: this.#running }, timings);
    const quarantine = new Quarantine(
      { running: this.#running, liveness },
      timings.suspectTimeoutMs,
    );
    const granter = new Granter({ clock, liveness, own }, timings);
    const isSuspected = (id: InstanceId): boolean => liveness.isSuspected(id);
    const adoptView = membership.adopt.bind(membership);
    const calls = new PeerCalls({ clock, transport, view, adoptView });
    const owners = (tenant: TenantId): ReturnType<View["owners"]> => view().owners(tenant);
    const contact = new Contact({
      clock,
      ownId,
      owners,
      trustedSinceMs: (id) => liveness.peer(id)?.trustedSinceMs ?? Infinity,
    });
    const snapshots = new Snapshots(
      {
        ...this.#deps,
        fleet,
        store: this.#deps.stateStore,
        ownId,
        owns: (tenant) => view().owns(ownId, tenant),
      },
      timings,
    );
    const catchUp = new CatchUp(
      {
        clock,
        logger,
        fleet,
        calls,
        ownId,
        view,
        reportSynced: (version) => membership.reportSynced(version),
        readSnapshots: (inner) => snapshots.readAll(inner),
        tookOverContact: (tenant, contactMs) => contact.inherit(tenant, contactMs),
        onProgress: () => turns.pokeAll(),
      },
      timings,
    );
    catchUp.restart(ownCounts);
    const claims = new Claims(
      {
        ...this.#deps,
        timers: this.#timers,
        liveness,
        granter,
        own,
        view,
        adoptView,
        onStamp: (stampUs) => this.#time.observeStampUs(stampUs),
        signal,
      },
      timings,
    );
    const fetchConfig = this.#configFetcher(calls);
    const turns = new Turns(
      {
        ...this.#deps,
        timers: this.#timers,
        time: this.#time,
        liveness,
        granter,
        claims,
        fleet,
        metrics: new TurnMetrics(metrics),
        ownId,
        retentionMs: this.#options.retentionMs,
        owners,
        mayClaim: (tenant) => quarantine.isOver && this.#maySend(tenant),
        contactMs: (tenant) => contact.ms(tenant),
        anyAlive: (ids, inner) => {
          const perhaps = ids.filter((id) => liveness.peer(id)?.refused !== true);
          if (perhaps.length === 0) return Promise.resolve(false);
          return membership.anyAlive(perhaps, inner);
        },
        fetchConfig,
        journaled: () => this.#deps.journal.written(),
      },
      timings,
      signal,
    );
    const parts: Parts = {
      ownId,
      timings,
      running: this.#running,
      time: this.#time,
      liveness,
      quarantine,
      granter,
      claims,
      turns,
      fleet,
      membership,
      catchUp,
      contact,
      journal: this.#deps.journal,
      refusesWrites: () => this.#refusesWrites(),
      fetchView: this.#viewFetcher(calls),
      fetchConfig,
    };
    this.#parts = parts;
    this.#connect(parts);
    const antiEntropy = new AntiEntropy(
      { clock, logger, metrics, fleet, calls, ownId, view, isSuspected },
      timings,
    );
    const distributor = new Distributor({
      ...this.#deps,
      time: this.#time,
      timings,
      ownId,
      fleet,
      calls,
      retentionMs: this.#options.retentionMs,
      matcherMode: this.#options.matcherMode,
      view,
      isCaughtUp: (tenant) => catchUp.isCaughtUp(tenant),
      isSuspected,
      pauseCount: () => this.#pauses,
      assertTakesWrites: () => {
        this.#running.beat();
        const why = this.#refusesWrites();
        if (why !== undefined) throw new AppError("unavailable", why);
      },
      signal,
    });
    const pulse = new Pulse(parts, {
      timers: this.#timers,
      transport,
      clock,
      isDraining: () => this.#isDraining,
      replicationFactor: this.#options.replicationFactor,
    });
    const loops = new ServiceGroup(
      [
        new Service({ name: "timers", running: (inner) => this.#timers.run(inner) }),
        new Service({ name: "pulse", starting: () => pulse.start() }),
      ],
      logger,
    );
    const afterJoin = new ServiceGroup(
      [
        new Service({ name: "membership", running: (inner) => membership.run(inner) }),
        new Service({ name: "catch-up", running: (inner) => catchUp.run(inner) }),
        new Service({ name: "anti-entropy", running: (inner) => antiEntropy.run(inner) }),
        new Service({ name: "snapshots", running: (inner) => snapshots.run(inner) }),
      ],
      logger,
    );
    return {
      parts,
      distributor,
      antiEntropy,
      snapshots,
      loops,
      afterJoin,
      handler: new Handler(parts),
    };
  }

  /** Lets each part hear of what happens in the others. */
  #connect(parts: Parts): void {
    const { liveness, granter, claims, turns, membership, fleet } = parts;
    liveness.events = {
      onChange: (peer, suspected) => {
        if (suspected) claims.forgetPeer(peer);
        this.#deps.logger.log(suspected ? "warn" : "info", suspected ? "Peer is suspected" : "Peer is trusted", { peer });
        turns.pokeAll();
      },
      onGone: (peer) => {
        granter.endAllOf(peer);
        claims.peerGone(peer);
        turns.pokeAll();
      },
    };
    granter.onEnd = (key) => turns.poke(key);
    fleet.mayFlush = (tenant) => this.#maySend(tenant);
    membership.onView = (view) => this.#adopted(parts, view);
    membership.onReplaced = (error) => this.onFatal(error);
    this.#running.onPause = (gapMs) => this.#woke(parts, gapMs);
    this.#timers.onWake = () => this.#running.beat();
    if (membership.viewOrNone !== undefined) this.#adopted(parts, membership.viewOrNone);
  }

  #adopted(parts: Parts, view: View): void {
    const others = view.members.map((member) => member.id).filter((id) => id !== parts.ownId);
    parts.liveness.setPeers(others);
    const peers = view.members.filter((member) => member.id !== parts.ownId);
    this.#deps.transport.setPeers(peers.map(({ id, address }) => ({ id, address })));
    this.#deps.logger.log("info", "Ring view adopted", {
      version: view.version,
      settled: view.document.settled.join(","),
      target: view.inTransition ? view.document.target.join(",") : undefined,
    });
    parts.turns.pokeAll();
  }

  /** The process was stopped and goes on (PROTOCOL 8). */
  #woke(parts: Parts, gapMs: number): void {
    this.#pauses += 1;
    parts.contact.restart();
    this.#deps.logger.log("warn", "The process was stopped; catching up before anything is sent", {
      gap: `${Math.round(gapMs)}ms`,
    });
    if ([...parts.liveness.peers].length === 0) return;
    this.#wokeAtMs = this.#deps.clock.monotonicMs();
    parts.liveness.forgetAll();
    parts.quarantine.restart();
    parts.catchUp.restart(true);
    parts.turns.pokeAll();
  }

  #refusesWrites(): string | undefined {
    if (this.#membership.viewOrNone === undefined) return "Not yet a member of the ring";
    if (this.#wokeAtMs === undefined) return undefined;
    const awakeMs = this.#deps.clock.monotonicMs() - this.#wokeAtMs;
    if (awakeMs < WAKING_MIN_MS || this.#parts?.catchUp.isComplete !== true) {
      return "This instance was stopped and is catching up: send to another, or again";
    }
    this.#wokeAtMs = undefined;
    return undefined;
  }

  /** An owner of the settled set that is caught up; those that only join do not send. */
  #maySend(tenant: TenantId): boolean {
    const view = this.#membership.viewOrNone;
    if (view === undefined || this.#parts === undefined) return false;
    if (!view.oldOwners(tenant).includes(this.#options.id)) return false;
    return this.#parts.catchUp.isCaughtUp(tenant);
  }

  #viewFetcher(calls: PeerCalls): (from: InstanceId) => void {
    let isFetching = false;
    return (from) => {
      if (isFetching) return;
      isFetching = true;
      const body = { viewVersion: this.#membership.viewOrNone?.version ?? 0 };
      calls
        .call({ id: from, delayMs: VIEW_CALL_MS }, { kind: "view", body }, this.#abort.signal)
        .then(({ view }) => {
          if (view !== undefined) this.#membership.adopt(view);
        })
        .catch(() => {})
        .finally(() => {
          isFetching = false;
        });
    };
  }

  #configFetcher(calls: PeerCalls): (tenant: TenantId, from: InstanceId) => void {
    const fetching = new Set<TenantId>();
    return (tenant, from) => {
      if (fetching.has(tenant)) return;
      fetching.add(tenant);
      const request = (): { kind: "read"; body: { viewVersion: number; tenants: [TenantReadRequest] } } => ({
        kind: "read",
        body: {
          viewVersion: this.#membership.view.version,
          tenants: [{ tenant, maps: ["config"], digests: this.#fleet.get(tenant)?.digests() }],
        },
      });
      calls
        .callInView({ id: from, delayMs: VIEW_CALL_MS }, request, this.#abort.signal)
        .then(({ tenants }) => {
          for (const { state } of tenants) this.#fleet.merge(tenant, state);
        })
        .catch(() => {})
        .finally(() => fetching.delete(tenant));
    };
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
}

interface Started {
  readonly parts: Parts;
  readonly distributor: Distributor;
  readonly antiEntropy: AntiEntropy;
  readonly snapshots: Snapshots;
  readonly loops: ServiceGroup;
  readonly afterJoin: ServiceGroup;
  readonly handler: Handler;
}

