import {
  MetricRegistry,
  type AppError,
  type Logger,
  type LogFields,
  type LogLevel,
} from "@tocsin/foundation";
import { parseConfig } from "@tocsin/domain/config";
import type { InstanceId } from "@tocsin/domain/model";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import { DEFAULT_TIMINGS, type Timings } from "@tocsin/engine/cluster";
import type { ChangeListener } from "@tocsin/engine/fleet";
import { Instance } from "@tocsin/engine/instance";
import { Interner, SettingsCache } from "@tocsin/engine/tenant";
import { Draw, Events } from "./events.ts";
import { SimDisk, SimJournal } from "./disk.ts";
import { SimNetwork } from "./network.ts";
import { SimReceiver } from "./receivers.ts";
import { SimProcess } from "./sim-process.ts";
import { SimObjects, SimRing } from "./stores.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly instanceCount: number;
  readonly replicationFactor: number;
  readonly config: string;
  /** Largest error of the wall clocks, either way. */
  readonly skewMaxMs: number;
  /** Largest error of the clocks' rates, either way: a ratio of 1. */
  readonly rateErrorMax: number;
  /** Error of one machine's clock, which the others outvote. */
  readonly wrongClockMs: number;
  readonly timings?: Partial<Timings>;
}

/** One machine: what stays when its process dies, and the process that runs now. */
export interface Machine {
  readonly id: InstanceId;
  readonly disk: SimDisk;
  readonly skewMs: number;
  readonly rate: number;
  process: SimProcess;
  instance: Instance | undefined;
  /** Set by SIGTERM until the process has ended. */
  leaving: Promise<void> | undefined;
  /** Its process ended by its disk, and whoever looks after it starts it again in a moment. */
  startsAgain: boolean;
  /** Taken away: nobody starts it again. */
  isGone: boolean;
}

export interface LogLine {
  readonly atMs: number;
  readonly from: InstanceId;
  readonly level: LogLevel;
  readonly text: string;
}

/** A cluster of the real engine with everything around it simulated, from one seed. */
export class World {
  readonly options: WorldOptions;
  readonly events: Events = new Events();
  readonly draw: Draw;
  readonly network: SimNetwork;
  readonly ring: SimRing;
  readonly objects: SimObjects;
  readonly receiver: SimReceiver;
  readonly machines: Machine[];
  readonly lines: LogLine[] = [];
  readonly fatal: AppError[] = [];
  logLevel: LogLevel = "warn";
  /** Called with every record that any instance comes to hold. */
  onChange: (id: InstanceId, ...change: Parameters<ChangeListener>) => void = () => {};

  constructor(options: WorldOptions) {
    this.options = options;
    this.draw = new Draw(options.seed);
    this.network = new SimNetwork(this.events, new Draw(this.draw.seed()));
    this.ring = new SimRing(this.events, new Draw(this.draw.seed()));
    this.objects = new SimObjects(this.events, new Draw(this.draw.seed()));
    this.receiver = new SimReceiver(this.events, new Draw(this.draw.seed()));
    this.machines = Array.from({ length: options.instanceCount }, (_, at) => this.#machine(at));
  }

  /** Machines that were not taken away. */
  get present(): readonly Machine[] {
    return this.machines.filter(({ isGone }) => !isGone);
  }

  /** One more machine, with an empty disk and nothing running. */
  add(): Machine {
    const machine = this.#machine(this.machines.length);
    this.machines.push(machine);
    return machine;
  }

  machine(id: InstanceId): Machine {
    const found = this.machines.find((machine) => machine.id === id);
    if (found === undefined) throw new Error(`No machine "${id}"`);
    return found;
  }

  /** Machines whose process runs, stopped ones not counted. */
  get running(): readonly Machine[] {
    return this.machines.filter((machine) => machine.process.state === "running");
  }

  /** Starts the process of a machine that has none. */
  start(machine: Machine): void {
    machine.process = new SimProcess(this.events, { skewMs: machine.skewMs, rate: machine.rate });
    machine.leaving = undefined;
    machine.startsAgain = false;
    const instance = this.#instance(machine);
    machine.instance = instance;
    const { process } = machine;
    instance.fleet.onChange((tenant, state) => this.onChange(machine.id, tenant, state));
    this.network.listen(machine.id, { process, handler: instance.handler });
    process.receive(() => {
      void instance.start().catch((error: unknown) => {
        // Told to end while it was still joining.
        if (process.state === "dead" || machine.leaving !== undefined) return;
        if (!machine.disk.isFailing) throw error;
        this.kill(machine);
        machine.startsAgain = true;
        this.events.after(START_AGAIN_MS, () => {
          if (machine.process === process) this.start(machine);
        });
      });
    });
  }

  /** `kill -9`. */
  kill(machine: Machine): void {
    machine.process.kill();
    machine.instance = undefined;
  }

  /** SIGTERM: leaves, flushes and ends. */
  terminate(machine: Machine): void {
    const { process, instance } = machine;
    if (instance === undefined || process.state === "dead") return;
    process.receive(() => {
      const end = (): void => {
        if (machine.process === process) this.kill(machine);
      };
      machine.leaving = instance.stop().then(end, (error: unknown) => {
        // With a broken disk it ends with an error, but it ends.
        if (!machine.disk.isFailing) throw error;
        end();
      });
    });
  }

  /** Power loss: the process dies, and the unsynced end of its disk with it. */
  reboot(machine: Machine): void {
    this.kill(machine);
    machine.disk.reboot(this.events.nowMs);
  }

  #machine(at: number): Machine {
    const { skewMaxMs, rateErrorMax, wrongClockMs } = this.options;
    const skewMs = at === 0 ? wrongClockMs : this.draw.between(-skewMaxMs, skewMaxMs);
    const rate = 1 + this.draw.between(-rateErrorMax, rateErrorMax);
    return {
      id: `am-${at}` as InstanceId,
      disk: new SimDisk(),
      skewMs,
      rate,
      process: new SimProcess(this.events, { skewMs, rate }),
      instance: undefined,
      leaving: undefined,
      startsAgain: false,
      isGone: false,
    };
  }

  #instance(machine: Machine): Instance {
    const { id, process } = machine;
    const settingsCache = SETTINGS;
    const fallback = settingsCache.get({ text: this.options.config, templates: {} });
    if (!fallback.ok) throw fallback.error;
    const draw = new Draw(this.draw.seed());
    const instance = new Instance(
      {
        clock: process.clock,
        random: draw.random,
        logger: this.#logger(id),
        metrics: new MetricRegistry(),
        ringStore: this.ring.portFor(process),
        transport: this.network.transport(id, process),
        journal: new SimJournal(machine.disk, process, { draw, nowMs: () => this.events.nowMs }),
        stateStore: this.objects.portFor(process),
        notifier: this.receiver.notifierFor(id, process),
        settingsCache,
        tenantShared: {
          interner: new Interner(TEXT_PLACE_COUNT),
          zones: new ZoneOffsets(),
          retentionMs: RETENTION_MS,
        },
      },
      {
        id,
        address: `${id}:9095`,
        zone: "",
        replicationFactor: this.options.replicationFactor,
        retentionMs: RETENTION_MS,
        matcherMode: "fallback",
        timings: { ...DEFAULT_TIMINGS, ...this.options.timings },
        // Many alerts are too many for a run, so in some runs one is many.
        ...(this.options.seed % 3 === 0 && { sliceSize: 1 }),
        fallback: fallback.settings,
      },
    );
    instance.onFatal = (error) => this.fatal.push(error);
    return instance;
  }

  #logger(from: InstanceId): Logger {
    const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];
    const make = (fixed: LogFields): Logger => ({
      enabled: (level) => order.indexOf(level) >= order.indexOf(this.logLevel),
      log: (level, message, fields = {}) => {
        if (order.indexOf(level) < order.indexOf(this.logLevel)) return;
        const text = `${message} ${JSON.stringify({ ...fixed, ...fields })}`;
        this.lines.push({ atMs: this.events.nowMs, from, level, text });
      },
      with: (fields) => make({ ...fixed, ...fields }),
    });
    return make({});
  }
}

/** Settings never change, so all processes of all runs share those of each text. */
const SETTINGS = new SettingsCache({
  parse: ({ text }) => {
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error(parsed.problems.map((one) => one.message).join("; "));
    return parsed.config;
  },
});
/** Enough for the few texts of a run; a production-sized table takes a millisecond to make. */
const TEXT_PLACE_COUNT = 1_024;
const START_AGAIN_MS = 1_000;
const RETENTION_MS = 120 * 3_600_000;
