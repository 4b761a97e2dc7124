import { AppError, MetricRegistry, silentLogger } from "@tocsin/foundation";
import { parseConfig, type Config } from "@tocsin/domain/config";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import type { TenantApi } from "@tocsin/engine/api";
import { DEFAULT_TIMINGS } from "@tocsin/engine/cluster";
import { Instance } from "@tocsin/engine/instance";
import {
  compileSettings,
  Interner,
  SettingsCache,
  type NameLimit,
  type TenantSettings,
} from "@tocsin/engine/tenant";
import { SimDisk, SimJournal } from "../world/disk.ts";
import { Draw, Events } from "../world/events.ts";
import { SimNetwork } from "../world/network.ts";
import { SimProcess } from "../world/sim-process.ts";
import { SimObjects, SimRing } from "../world/stores.ts";
import type { Webhooks } from "./webhooks.ts";

export interface MachineOptions {
  readonly config: string;
  readonly seed?: number;
  readonly startDelayMs?: number;
  readonly nameLimit?: NameLimit;
  /** See `InstanceOptions`. */
  readonly sliceSize?: number;
  /** By how much the wall clock is ahead. Default 0. */
  readonly clockErrorMs?: number;
}

/** The one tenant of a program without tenancy. */
export const TENANT = "anonymous" as TenantId;

const ID = "am" as InstanceId;
const RETENTION_MS = 120 * 3_600_000;
const READY_POLL_MS = 10;
const READY_MAX_MS = 60_000;

/** The real engine alone on its machine, in virtual time. Its receivers are webhooks. */
export class LoneMachine {
  readonly events: Events = new Events();
  readonly webhooks: Webhooks;
  readonly #options: MachineOptions;
  readonly #draw: Draw;
  readonly #disk = new SimDisk();
  readonly #network: SimNetwork;
  readonly #ring: SimRing;
  readonly #objects: SimObjects;
  #settings: TenantSettings;
  #process: SimProcess;
  #instance: Instance;
  #metrics = new MetricRegistry();
  #clockErrorMs: number;

  constructor(options: MachineOptions, webhooks: Webhooks) {
    this.#options = options;
    this.webhooks = webhooks;
    this.#draw = new Draw(options.seed ?? 1);
    this.#network = new SimNetwork(this.events, new Draw(this.#draw.seed()));
    this.#ring = new SimRing(this.events, new Draw(this.#draw.seed()));
    this.#objects = new SimObjects(this.events, new Draw(this.#draw.seed()));
    this.#settings = settingsOf(options.config);
    this.#clockErrorMs = options.clockErrorMs ?? 0;
    this.#process = this.#begin();
    this.#instance = this.#make();
  }

  get api(): TenantApi {
    return this.#instance.api;
  }

  /** Of the process that runs now. */
  get metrics(): MetricRegistry {
    return this.#metrics;
  }

  /** What its wall clock shows. */
  get wallMs(): number {
    return this.#process.clock.wallMs();
  }

  /** Sets the wall clock, now or for the next process. */
  stepClock(byMs: number): void {
    this.#clockErrorMs += byMs;
    this.#process.jumpClock(byMs);
  }

  /** Starts, and lets time pass until it is ready. */
  async start(): Promise<void> {
    const started = this.#instance.start();
    for (let waitedMs = 0; waitedMs < READY_MAX_MS; waitedMs += READY_POLL_MS) {
      await this.events.runUntil(this.events.nowMs + READY_POLL_MS);
      if (this.#instance.readiness().ready) return started;
    }
    throw new Error("The machine did not become ready");
  }

  /** Puts a configuration in force; throws what is wrong with it, and the old one stays. */
  reload(text: string): void {
    this.#settings = settingsOf(text);
    void this.#instance.setFallback(this.#settings);
  }

  /** A planted bug: a reload as if there had been no configuration before. */
  reloadAnew(text: string): void {
    void this.#instance.setFallback(undefined);
    this.reload(text);
  }

  /** Lets time pass until the work is done. */
  async settle(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = work.finally(() => (isOver = true));
    over.catch(() => {});
    while (!isOver) await this.events.runUntil(this.events.nowMs + 1);
    await over;
  }

  /** SIGTERM, and the same machine starts again. */
  async restart(downMs: number): Promise<void> {
    await this.settle(this.#instance.stop());
    await this.#startAgain(downMs);
  }

  /** `kill -9`, and the same machine starts again. */
  async crash(downMs: number): Promise<void> {
    await this.#startAgain(downMs);
  }

  async #startAgain(downMs: number): Promise<void> {
    // A real journal has one each second while the process is young.
    this.#disk.lastAliveMs = this.wallMs;
    this.#process.kill();
    await this.events.runUntil(this.events.nowMs + downMs);
    this.#process = this.#begin();
    this.#instance = this.#make();
    await this.start();
  }

  #begin(): SimProcess {
    return new SimProcess(this.events, { skewMs: this.#clockErrorMs, rate: 1 });
  }

  #make(): Instance {
    const process = this.#process;
    const { startDelayMs, nameLimit, sliceSize } = this.#options;
    const draw = new Draw(this.#draw.seed());
    this.#metrics = new MetricRegistry();
    const instance = new Instance(
      {
        clock: process.clock,
        random: draw.random,
        logger: silentLogger,
        metrics: this.#metrics,
        ringStore: this.#ring.portFor(process),
        transport: this.#network.transport(ID, process),
        journal: new SimJournal(this.#disk, process, { draw, nowMs: () => this.events.nowMs }),
        stateStore: this.#objects.portFor(process),
        notifier: this.webhooks.notifierFor(this.events, process),
        settingsCache: new SettingsCache({ parse: ({ text }) => configOf(text) }),
        tenantShared: {
          interner: new Interner(),
          zones: new ZoneOffsets(),
          retentionMs: RETENTION_MS,
          ...(nameLimit && { nameLimit }),
        },
      },
      {
        id: ID,
        address: `${ID}:9095`,
        zone: "",
        replicationFactor: 3,
        isAlone: true,
        retentionMs: RETENTION_MS,
        matcherMode: "fallback",
        timings: { ...DEFAULT_TIMINGS, foundingWaitMs: 0 },
        dispatchStartDelayMs: startDelayMs ?? 0,
        ...(sliceSize !== undefined && { sliceSize }),
        fallback: this.#settings,
      },
    );
    this.#network.listen(ID, { process, handler: instance.handler });
    return instance;
  }
}

function settingsOf(text: string): TenantSettings {
  return compileSettings(configOf(text), { text, templates: {} });
}

function configOf(text: string): Config {
  const parsed = parseConfig(text);
  if (parsed.ok) return parsed.config;
  const problems = parsed.problems.map((problem) => problem.message).join("; ");
  throw new AppError("invalid-argument", problems);
}
