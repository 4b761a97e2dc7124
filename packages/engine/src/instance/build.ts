/** Makes the parts of an instance and ties them together; `instance.ts` starts and stops them. */
import { AppError, Pacer, Service, ServiceGroup } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { OwnerSets } from "@tocsin/domain/quorum";
import {
  Claims,
  Granter,
  Liveness,
  Quarantine,
  Reach,
  TurnMetrics,
  Turns,
  type View,
} from "../cluster/index.ts";
import { Confirmations, Distributor } from "../distributor/index.ts";
import { SLICE_SIZE, type Fleet } from "../fleet/index.ts";
import type { Membership } from "../membership/index.ts";
import { AntiEntropy, CatchUp, Contact, HandOver, PeerCalls } from "../replication/index.ts";
import { GoneReplicas, Snapshots } from "../snapshot/index.ts";
import type { ClusterTime, RunningTime, Timers } from "../time/index.ts";
import { connect } from "./connect.ts";
import { configFetcher, viewFetcher } from "./fetchers.ts";
import { FleetMetrics } from "./fleet-metrics.ts";
import { Handler } from "./handler.ts";
import type { InstanceDeps, InstanceOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { Pinger } from "./pinger.ts";
import { Pulse } from "./pulse.ts";
import { Waking } from "./waking.ts";

/** What is there before the journal is read and the incarnation drawn. */
export interface Core {
  readonly deps: InstanceDeps;
  readonly options: InstanceOptions;
  readonly timers: Timers;
  readonly running: RunningTime;
  readonly time: ClusterTime;
  readonly fleet: Fleet;
  readonly membership: Membership;
  readonly isDraining: () => boolean;
  /** Others have taken over: nothing new is claimed. */
  readonly hasLeft: () => boolean;
  readonly onFatal: (error: AppError) => void;
  /** The wall clock was set back by so much, where there is no other to go by. */
  readonly onSetBack: (byMs: number) => void;
  readonly signal: AbortSignal;
}

/** What is there from `start` on. */
export interface Built {
  readonly parts: Parts;
  readonly handler: Handler;
  readonly distributor: Distributor;
  readonly handOver: HandOver;
  readonly snapshots: Snapshots;
  /** Run while the instance registers itself. */
  readonly loops: ServiceGroup;
  /** Run once it is a member. */
  readonly afterJoin: ServiceGroup;
}

/** `ownCounts`: the own copy is one of the R that catching up needs (PROTOCOL 6). */
export function build(core: Core, ownCounts: boolean): Built {
  const view = (): View => core.membership.view;
  const onProgress = (): void => {
    parts.contact.membersChange();
    parts.turns.pokeAll();
  };
  const replication = buildReplication(core, { view, onProgress });
  replication.catchUp.restart(ownCounts);
  const parts = buildParts(core, replication);
  connect(core, parts);
  const { calls, snapshots } = replication;
  const { ownId, liveness, timings } = parts;
  const isSuspected = (id: InstanceId): boolean => liveness.isSuspected(id);
  const replicating = { ...core.deps, fleet: core.fleet, calls, ownId, view, isSuspected };
  const antiEntropy = new AntiEntropy(replicating, timings);
  const handOver = new HandOver(replicating, timings);
  return {
    parts,
    handler: new Handler(parts),
    distributor: buildDistributor(core, parts, calls),
    handOver,
    snapshots,
    ...buildLoops(core, parts, { antiEntropy, handOver, snapshots }),
  };
}

interface Replication {
  readonly calls: PeerCalls;
  readonly contact: Contact;
  readonly snapshots: Snapshots;
  readonly catchUp: CatchUp;
  readonly liveness: Liveness;
}

function buildReplication(
  core: Core,
  tied: { readonly view: () => View; readonly onProgress: () => void },
): Replication {
  const { deps, options, fleet, membership } = core;
  const { id: ownId, timings } = options;
  const { clock, transport, stateStore: store } = deps;
  const { view, onProgress } = tied;
  const liveness = new Liveness({ clock, running: core.running }, timings);
  const adoptView = membership.adopt.bind(membership);
  const calls = new PeerCalls({ clock, transport, view, adoptView });
  const owns = (tenant: TenantId): boolean => view().owns(ownId, tenant);
  const snapshots = new Snapshots({ ...deps, fleet, store, ownId, owns }, timings);
  const catchUp = new CatchUp(
    {
      ...deps,
      fleet,
      calls,
      ownId,
      view,
      isDead: (id) => membership.isDead(id),
      refreshView: async (inner) => void (await membership.refresh(inner)),
      reportSynced: (version) => membership.reportSynced(version),
      journaled: () => deps.journal.written(),
      readSnapshots: (signal) => snapshots.readAll(signal),
      tookOverContact: (...said) => contact.inherit(...said),
      onProgress,
    },
    timings,
  );
  const contact = new Contact({
    clock,
    ownId,
    owners: (tenant) => view().owners(tenant),
    members: () => liveness.membersHeard(),
    // Who is alone has nobody to take posts in its place: what it missed nobody heard.
    isReady: () => options.isAlone === true || catchUp.isReady,
    suspectTimeoutMs: timings.suspectTimeoutMs,
    ...(options.isAlone === true && { creditMs: membership.creditMs }),
  });
  return { calls, contact, snapshots, catchUp, liveness };
}

function buildParts(core: Core, replication: Replication): Parts {
  const { deps, options, running, time, fleet, membership, signal } = core;
  const { id: ownId, timings } = options;
  const { calls, contact, catchUp, liveness } = replication;
  const own = { id: ownId, incarnation: membership.incarnation };
  const quarantine = new Quarantine({ running, liveness }, timings.suspectTimeoutMs);
  const granter = new Granter({ clock: deps.clock, liveness, own }, timings);
  const claims = new Claims(
    {
      ...deps,
      timers: core.timers,
      liveness,
      granter,
      own,
      view: () => membership.view,
      adoptView: (document) => membership.adopt(document),
      onStamp: (stampUs) => time.observeStampUs(stampUs),
      isCaughtUp: (tenant) => catchUp.isCaughtUp(tenant),
      signal,
    },
    timings,
  );
  const waking = new Waking({
    clock: deps.clock,
    isMember: () => membership.viewOrNone !== undefined,
    isCaughtUp: () => catchUp.isComplete,
  });
  const reach = buildReach(core, liveness);
  const fetching = { calls, membership, fleet, signal };
  const tied = { ownId, timings, running, time, liveness, quarantine, granter, claims };
  const made: Omit<Parts, "turns"> = {
    ...tied,
    pacer: buildPacer(core),
    fleet,
    membership,
    catchUp,
    contact,
    waking,
    confirmations: new Confirmations({
      clock: deps.clock,
      waitMs: timings.confirmationWaitMs,
      time,
      ownId,
      calls,
      owners: (tenant) => membership.view.owners(tenant),
      isSuspected: (id) => liveness.isSuspected(id),
      reach,
      signal,
    }),
    reach,
    pinger: new Pinger(
      { membership, liveness, reach, claims, catchUp, time, ownId },
      { ...deps, isDraining: core.isDraining },
    ),
    journal: deps.journal,
    settingsCache: deps.settingsCache,
    maySend: (tenant) => {
      // An owner of the settled set that is caught up, or for long cut off; those that only join do not send.
      const view = membership.viewOrNone;
      const isOwner = view?.oldOwners(tenant).includes(ownId) === true;
      return isOwner && (catchUp.isCaughtUp(tenant) || catchUp.isDegraded);
    },
    fetchView: viewFetcher(fetching),
    fetchConfig: configFetcher(fetching),
  };
  return { ...made, turns: buildTurns(core, made) };
}

function buildReach({ deps, options, membership }: Core, liveness: Liveness): Reach {
  return new Reach({
    clock: deps.clock,
    liveness,
    ownerCount: () => {
      const memberCount = membership.viewOrNone?.document.settled.length ?? 0;
      return Math.min(options.replicationFactor, memberCount);
    },
    suspectTimeoutMs: options.timings.suspectTimeoutMs,
  });
}

function buildPacer({ deps, options, signal }: Core): Pacer {
  const restThen = async (next: () => void): Promise<void> => {
    // Once the instance stops, nobody's turn comes any more.
    const isOver = await deps.clock.sleep(0, signal).catch(() => true);
    if (isOver !== true) next();
  };
  return new Pacer(options.sliceSize ?? SLICE_SIZE, (next) => void restThen(next));
}

function buildTurns(core: Core, parts: Omit<Parts, "turns">): Turns {
  const { deps, options, timers, signal } = core;
  const { quarantine, contact, liveness, membership } = parts;
  return new Turns(
    {
      ...deps,
      ...parts,
      timers,
      metrics: new TurnMetrics(deps.metrics, options.namesReceivers === true),
      retentionMs: options.retentionMs,
      owners: (tenant): OwnerSets => membership.view.owners(tenant),
      mayClaim: (tenant) =>
        !core.hasLeft() &&
        quarantine.isOver &&
        parts.maySend(tenant) &&
        !core.fleet.isChanging(tenant),
      heard: (tenant) => contact.heard(tenant),
      mayTell: (...asked) => parts.confirmations.mayTell(...asked),
      whereAre: async (ids, inner) => {
        const perhaps = ids.filter((id) => liveness.peer(id)?.refused !== true);
        const isAlive = await membership.anyAlive(perhaps, inner);
        if (isAlive === true) return "alive";
        return isAlive === false || perhaps.length === 0 ? "gone" : "unknown";
      },
      journaled: () => deps.journal.written(),
    },
    options.timings,
    signal,
  );
}

function buildDistributor(core: Core, parts: Parts, calls: PeerCalls): Distributor {
  const { deps, options, running, signal } = core;
  const { waking, catchUp, liveness, membership } = parts;
  return new Distributor({
    ...deps,
    ...parts,
    calls,
    retentionMs: options.retentionMs,
    silenceLimits: options.silenceLimits ?? { countMax: 0, sizeMaxBytes: 0 },
    onSilence: deps.onSilence ?? ((): void => {}),
    matcherMode: options.matcherMode,
    view: () => membership.inhabitedView,
    isCaughtUp: (tenant) => catchUp.isCaughtUp(tenant),
    heard: (tenant) => parts.contact.heard(tenant),
    confirm: (tenant, stampsUs) => parts.confirmations.confirm(tenant, stampsUs),
    isSuspected: (id) => liveness.isSuspected(id),
    nowMs: () => {
      running.beat();
      return core.time.nowMs();
    },
    pauseCount: () => {
      // An answer may be the first that is heard after a stop.
      running.beat();
      return waking.pauseCount;
    },
    assertTakesWrites: () => {
      running.beat();
      const why = waking.refusesWrites();
      if (why !== undefined) throw new AppError("unavailable", why);
    },
    signal,
  });
}

function buildLoops(
  core: Core,
  parts: Parts,
  made: {
    readonly antiEntropy: AntiEntropy;
    readonly handOver: HandOver;
    readonly snapshots: Snapshots;
  },
): Pick<Built, "loops" | "afterJoin"> {
  const { deps, timers, membership } = core;
  const fleetMetrics = new FleetMetrics(deps);
  core.fleet.watchBatch = (store) => fleetMetrics.watchBatch(store);
  const pulse = new Pulse(parts, timers, fleetMetrics);
  const goneReplicas = new GoneReplicas(
    {
      ...deps,
      fleet: core.fleet,
      store: deps.stateStore,
      ownId: core.options.id,
      view: () => membership.view,
      hasWritten: (tenant) => made.snapshots.hasWritten(tenant),
    },
    core.options.timings,
  );
  const service = (name: string, part: { run(signal: AbortSignal): Promise<void> }): Service =>
    new Service({ name, running: (signal) => part.run(signal) });
  return {
    loops: new ServiceGroup(
      [service("timers", timers), new Service({ name: "pulse", starting: () => pulse.start() })],
      deps.logger,
    ),
    afterJoin: new ServiceGroup(
      [
        service("membership", membership),
        service("catch-up", parts.catchUp),
        service("anti-entropy", made.antiEntropy),
        service("hand-over", made.handOver),
        service("snapshots", made.snapshots),
        service("gone-replicas", goneReplicas),
      ],
      deps.logger,
    ),
  };
}
