/** The program put together: options in, a running instance with its listeners out. */
import { systemClock, systemRandom } from "@tocsin/clock-system";
import { RegexCache, type MatcherMode } from "@tocsin/domain/matcher";
import { TemplateCache } from "@tocsin/domain/template";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import type { InstanceApi, OperatorApi } from "@tocsin/engine/api";
import { Instance, type InstanceOptions } from "@tocsin/engine/instance";
import { Interner } from "@tocsin/engine/tenant";
import { AppError, MetricRegistry, type LogFields, type Logger } from "@tocsin/foundation";
import { createAdminApi } from "@tocsin/http-api";
import {
  createNotifier,
  Firewall,
  type ClosableNotifier,
  type NotifierDeps,
} from "@tocsin/integrations";
import { FileJournal } from "@tocsin/journal-fs";
import { clusterOfOne } from "./cluster-of-one.ts";
import { ConfigSource } from "./config-source.ts";
import { keepData, type DataKeeper } from "./data-keeper.ts";
import { externalUrlOf } from "./external-url.ts";
import { EventRecording } from "./event-recording.ts";
import { UPSTREAM_VERSION, type Feature, type Options } from "./flags/index.ts";
import { countMembers } from "./member-metrics.ts";
import { NamedFiles } from "./named-files.ts";
import { nameLimitOf } from "./name-limit.ts";
import { measureLoopDelay } from "./loop-delay.ts";
import { openFor, openPeers, type Peers } from "./peers.ts";
import { startRouteLabels } from "./route-labels.ts";
import { silenceLog } from "./silence-log.ts";
import { silenceQueries } from "./silence-queries.ts";
import { stateFields } from "./state-fields.ts";
import { countState, type StateMetricsDeps } from "./state-metrics.ts";
import { makeStorageFolder, openRingStore, openStateStore } from "./stores.ts";
import { TenantLimits } from "./tenant-limits.ts";
import { listenOnWeb, webApiOf, type WebParts } from "./web-port.ts";

/** Whatever can be closed, in the order in which it was opened. */
type Closing = () => Promise<void>;

export interface RunningProgram {
  /** Reads the configuration file anew; throws what is wrong with it. */
  reload(): Promise<void>;
  /** Leaves the ring, flushes state and closes everything. */
  stop(): Promise<void>;
  /** While it stops: waits for no other instance any more. State is flushed all the same. */
  hurry(): void;
  /** What is going on, for people who look for what hangs. */
  describe(): LogFields;
}

type NotifierParts = Omit<NotifierDeps, "firewall" | "version">;

function notifierOf(parts: NotifierParts, { firewall }: Options): ClosableNotifier {
  const rules = firewall === undefined ? {} : { firewall: new Firewall(firewall) };
  return createNotifier({ ...parts, ...rules, version: UPSTREAM_VERSION });
}

/** Starts everything. What it throws is for the operator, and nothing stays open then. */
export async function startProgram(
  options: Options,
  logger: Logger,
  onFatal: (error: AppError) => void,
): Promise<RunningProgram> {
  makeStorageFolder(options.storage.folderPath);
  const metrics = new MetricRegistry();
  const startedAtMs = systemClock.wallMs();
  const deps = { clock: systemClock, random: systemRandom, logger, metrics };
  const regexes = new RegexCache();
  const mode = matcherModeOf(options);
  const files = new NamedFiles(deps);
  const limits = await TenantLimits.load(options.limits, files.readText);
  const templates = new TemplateCache();
  const { config: configLimits, templateFilesMaxBytes } = options.limits;
  const sources = {
    path: options.config.filePath,
    mode,
    limits: configLimits,
    templateFilesMaxBytes,
    retentionMs: options.data.retentionMs,
  };
  const config = new ConfigSource({ ...deps, regexes, templates, files }, sources);
  const fallback = await config.loadFirst();
  const externalUrl = externalUrlOf(options);
  const rendering = { ...deps, externalUrl, templates, templateLimits: limits.templates };
  const peers = openPeers(deps, options);
  const recording = new EventRecording({ ...deps, files }, options);
  const cluster = clusterOfOne({ ...deps, nowMs: startedAtMs }, options.cluster);
  const instance = new Instance(
    {
      ...deps,
      ringStore: await openRingStore(deps, options.ring.store),
      transport: peers.transport,
      journal: await FileJournal.open(deps, { storagePath: options.storage.folderPath }),
      stateStore: await openStateStore(deps, options),
      notifier: notifierOf({ ...rendering, readSecret: files.readSecret }, options),
      settingsCache: config.cache,
      ...recording.onSilence(silenceLog(options, logger).onSilence),
      tenantShared: {
        interner: new Interner(),
        zones: new ZoneOffsets(),
        regexes,
        retentionMs: options.data.retentionMs,
        startRouteLabels: startRouteLabels(rendering),
        ...nameLimitOf(options, metrics),
        silenceQueries: silenceQueries(deps),
        ...recording.shared,
      },
    },
    { ...instanceOptions(options), address: peers.address, matcherMode: mode, fallback },
  );
  instance.onFatal = onFatal;
  countOn(deps, instance, options);
  return new Program({
    options,
    logger,
    metrics,
    instance,
    data: keepData({ ...deps, regexes }, instance, options),
    peers,
    config,
    recording,
    limits,
    cluster,
    externalUrl,
    startedAtMs,
    mode,
  }).start();
}

/** Metrics of what there is, which are counted when they are asked for. */
function countOn(
  deps: Omit<StateMetricsDeps, "fleet">,
  instance: Instance,
  options: Options,
): void {
  countState({ ...deps, fleet: instance.fleet }, hasLabel(options, "group-key-in-metrics"));
  if (options.ring.store.kind !== "memory") countMembers(deps.metrics, () => instance.status());
}

type FlagOptions = Omit<InstanceOptions, "address" | "matcherMode" | "fallback">;

/** What of the flags concerns the engine. */
function instanceOptions(options: Options): FlagOptions {
  const { ring, data, dispatch, silences, timings } = options;
  const isAlone = ring.store.kind === "memory";
  return {
    id: ring.instanceId,
    zone: "",
    replicationFactor: ring.replicationFactor,
    retentionMs: data.retentionMs,
    dispatchStartDelayMs: dispatch.startDelayMs,
    silenceLimits: silences,
    namesReceivers: hasLabel(options, "receiver-name-in-metrics"),
    isAlone,
    // One process needs not wait for others before it founds its cluster.
    timings: isAlone ? { ...timings, foundingWaitMs: 0 } : timings,
  };
}

/** Tenants may have any number of receivers and groups: with them these are no labels. */
function hasLabel({ tenancy, features }: Options, feature: Feature): boolean {
  return !tenancy.isEnabled && features.has(feature);
}

interface ProgramParts extends WebParts {
  readonly data: DataKeeper | undefined;
  readonly peers: Peers;
  readonly recording: EventRecording;
  readonly limits: TenantLimits;
}

class Program implements RunningProgram {
  readonly #parts: ProgramParts;
  readonly #listeners: Closing[] = [];
  readonly #closing: Closing[] = [];
  #lastReload: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(parts: ProgramParts) {
    this.#parts = parts;
  }

  /** Alone it is ready when it listens; in a ring it listens first, and `/-/ready` tells how far it is. */
  async start(): Promise<this> {
    const { instance, peers, options, config, recording } = this.#parts;
    try {
      this.#closing.push(() => peers.close());
      const endMeasuring = measureLoopDelay({ clock: systemClock, metrics: this.#parts.metrics });
      this.#closing.push(() => Promise.resolve(endMeasuring()));
      this.#closing.push(() => recording.stop());
      await recording.start(config.eventRecorder);
      instance.onIdentified = (incarnation) => peers.open(instance.handler, incarnation);
      if (options.ring.store.kind === "memory") {
        await instance.start();
        await this.#listen();
      } else {
        await this.#listen();
        await instance.start();
      }
      this.#parts.data?.start();
      return this;
    } catch (error) {
      await this.#closeAll();
      throw error;
    }
  }

  /** One after the other: a large file takes a while to read, and the newest one is to be in force in the end. */
  reload(): Promise<void> {
    const reload = this.#lastReload.then(() => this.#reload());
    this.#lastReload = reload.catch(() => {});
    return reload;
  }

  async #reload(): Promise<void> {
    const { config, instance, limits, recording } = this.#parts;
    const overrides = await limits.read();
    const settings = await config.reload();
    if (this.#isStopping) throw new AppError("unavailable", "Cannot reload: the program stops");
    limits.apply(overrides);
    await recording.reload(config.eventRecorder);
    await instance.setFallback(settings);
  }

  hurry(): void {
    this.#parts.instance.hurry();
  }

  describe(): LogFields {
    return stateFields(this.#parts.instance, process.getActiveResourcesInfo());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    // Requests are answered until others have taken over; then no new ones come in.
    await this.#parts.instance.leave();
    for (const close of this.#listeners.splice(0).toReversed()) await close();
    await this.#parts.data?.stop();
    await this.#parts.instance.stop();
    await this.#closeAll();
  }

  async #listen(): Promise<void> {
    const { options, logger, instance } = this.#parts;
    const api: InstanceApi = {
      readiness: () => instance.readiness(),
      drainState: () => instance.drainState(),
      status: () => instance.status(),
      reload: () => this.reload(),
    };
    const http = webApiOf(this.#parts, api);
    this.#listeners.push(() => http.close());
    await listenOnWeb(http, options.web, logger);
    await this.#listenForOperators(api);
  }

  async #listenForOperators(api: InstanceApi): Promise<void> {
    const { options, logger, instance, limits } = this.#parts;
    const { listenAddress } = options.admin;
    if (listenAddress === undefined) return;
    const operators: OperatorApi = {
      ...api,
      heartbeats: () => instance.heartbeats(),
      drainProgress: () => instance.drainProgress(),
      drain: () => instance.drain(),
      stay: () => instance.stay(),
      forget: (id) => instance.forget(id),
    };
    const settings = { ...options.shown, overrides: () => limits.shown };
    const admin = createAdminApi({ instance: operators, settings, clock: systemClock, logger });
    this.#listeners.push(() => admin.close());
    const bound = await openFor("admin.listen-address", () =>
      admin.listen(`${listenAddress.host}:${listenAddress.port}`),
    );
    logger.log("info", "Listening for operators", { address: bound });
  }

  async #closeAll(): Promise<void> {
    for (const close of [...this.#closing.splice(0), ...this.#listeners.splice(0)].toReversed()) {
      await close();
    }
  }
}

function matcherModeOf({ features }: Options): MatcherMode {
  if (features.has("classic-mode")) return "classic";
  return features.has("utf8-strict-mode") ? "utf8" : "fallback";
}
