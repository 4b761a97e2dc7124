import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Draw } from "../../sim/world/events.ts";
import { makeFolder, removeFolder, startRedis, type RedisServer } from "../servers/index.ts";
import { read } from "./api.ts";
import type { Fault, FaultKind, History, Probe, Reading } from "./history.ts";
import { openNetwork, type Disturbance, type Network, type Place } from "./network/index.ts";
import type { TrafficPlan } from "./plan.ts";
import { Pod } from "./pod.ts";
import { configFor, type Program, type Surroundings } from "./programs.ts";
import { Sink } from "./sink.ts";
import { StatefulSet, type Management } from "./stateful-set.ts";
import { Traffic } from "./traffic.ts";

/** A program that a run needs is not on this machine. */
export class MissingProgram extends Error {}

export interface StagePlan {
  readonly program: Program;
  readonly seed: number;
  readonly network: Network["kind"] | "auto";
  readonly disturbance: Disturbance;
  readonly replicas: number;
  /** The most there will ever be. */
  readonly replicasMax: number;
  readonly replicationFactor: number;
  readonly management: Management;
  readonly keepsVolumes: boolean;
  readonly tenantCount: number;
  readonly flags: readonly string[];
  readonly keepsFolder: boolean;
  readonly traffic: (draw: Draw, tenants: readonly (string | undefined)[]) => TrafficPlan;
  readonly say: (text: string) => void;
}

/** What a fault is called that a busy machine made. */
export const MACHINE_STOP = "the machine stopped";

/** How long an instance may take until it shows completely what it knows. */
const READING_TIMEOUT_MS = 20_000;

/** Everything of one run: the instances, what they share, who sends, who listens, and what is written down. */
export class Stage {
  /** Of the faults: other things draw from generators of their own. */
  readonly draw: Draw;
  readonly set: StatefulSet<Pod>;
  readonly network: Network;
  readonly sink: Sink;
  readonly traffic: Traffic;
  readonly program: Program;
  readonly tenants: readonly (string | undefined)[];
  readonly redis: RedisServer;
  readonly sharedFolder: string;
  readonly #plan: StagePlan;
  readonly #clock: RunClock;
  readonly #folder: string;
  readonly #closing: AsyncDisposableStack;
  readonly #trafficPlan: TrafficPlan;
  readonly #surroundings: Surroundings;
  readonly #faults: Fault[] = [];
  readonly #probes: Probe[] = [];

  private constructor(
    plan: StagePlan,
    parts: {
      readonly clock: RunClock;
      readonly folder: string;
      readonly network: Network;
      readonly redis: RedisServer;
      readonly sink: Sink;
      readonly places: readonly Place[];
      readonly closing: AsyncDisposableStack;
    },
  ) {
    this.#plan = plan;
    this.#closing = parts.closing;
    this.#clock = parts.clock;
    this.#folder = parts.folder;
    this.network = parts.network;
    this.redis = parts.redis;
    this.sink = parts.sink;
    this.program = plan.program;
    this.sharedFolder = join(parts.folder, "shared");
    this.#surroundings = {
      redisUrl: parts.redis.url,
      sharedFolder: this.sharedFolder,
      replicationFactor: plan.replicationFactor,
      flags: plan.flags,
      places: parts.places,
    };
    const seeds = new Draw(plan.seed);
    this.draw = new Draw(seeds.seed());
    this.tenants = plan.program.tenants(plan.tenantCount);
    this.#trafficPlan = plan.traffic(new Draw(seeds.seed()), this.tenants);
    this.traffic = new Traffic(
      {
        draw: new Draw(seeds.seed()),
        nowMs: this.#clock.nowMs,
        wallMs: this.#clock.wallMs,
        running: () => this.set.running,
        isFaithful: plan.program.keepsAlertsApart,
      },
      this.#trafficPlan,
    );
    this.set = new StatefulSet({
      podOf: async (ordinal) => this.#podOf(ordinal),
      management: plan.management,
      keepsVolumes: plan.keepsVolumes,
    });
  }

  /** Starts all and waits until all are ready. What has been started is ended when that fails. */
  static async open(plan: StagePlan): Promise<Stage> {
    const closing = new AsyncDisposableStack();
    try {
      const stage = await Stage.#open(plan, closing);
      await stage.set.scale(plan.replicas);
      return stage;
    } catch (error) {
      await closing.disposeAsync();
      throw error;
    }
  }

  static async #open(plan: StagePlan, closing: AsyncDisposableStack): Promise<Stage> {
    const folder = await makeFolder("chaos");
    if (plan.keepsFolder) plan.say(`logs and volumes stay in ${folder}`);
    else closing.defer(() => removeFolder(folder));
    const drawn = new Draw(plan.seed);
    const random = (): number => drawn.between(0, 1);
    const { disturbance } = plan;
    const network = await openNetwork(plan.network, { disturbance, random });
    closing.defer(() => network.close());
    const redis = await startRedis({ host: network.hubHost });
    if (redis.kind === "missing") throw new MissingProgram(redis.reason);
    closing.defer(() => redis.stop());
    const clock = new RunClock();
    const sink = await Sink.open(clock, network.hubHost);
    closing.defer(() => sink.close());
    const ordinals = Array.from({ length: plan.replicasMax }, (_, ordinal) => ordinal);
    const places = await Promise.all(ordinals.map((ordinal) => network.place(ordinal)));
    const stage = new Stage(plan, { clock, folder, network, redis, sink, places, closing });
    closing.defer(async () => {
      stage.traffic.stop();
      await stage.set.close();
    });
    return stage;
  }

  /** Milliseconds since the start of the traffic. */
  get nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Beginnings and ends that nobody has been told yet and that nothing silences. */
  untold(): readonly string[] {
    const told = new Set(
      this.sink.deliveries.flatMap(({ group, alerts }) =>
        alerts.map(({ instance, status }) => `${group}/${instance} ${status}`),
      ),
    );
    const { episodes, silences } = this.#trafficPlan;
    return episodes
      .filter(({ group }) => !silences.some((silence) => silence.group === group))
      .flatMap(({ group, instance, endAtMs }) => [
        `${group}/${instance} firing`,
        ...(endAtMs === undefined ? [] : [`${group}/${instance} resolved`]),
      ])
      .filter((change) => !told.has(change));
  }

  get replicationFactor(): number {
    return this.#plan.replicationFactor;
  }

  /** `group/instance` of what some instance said yes to and what has not ended. */
  acknowledgedAlerts(tenant: string | undefined): readonly string[] {
    return this.#trafficPlan.episodes
      .filter((one) => one.tenant === tenant && one.firingAckAtMs !== undefined)
      .filter(({ endAtMs }) => endAtMs === undefined)
      .map(({ group, instance }) => `${group}/${instance}`);
  }

  wallMs(atMs: number): number {
    return this.#clock.wallMs(atMs);
  }

  /** From now on times count, and what the plan says is sent. */
  begin(): void {
    this.#clock.restart();
    this.sink.deliveries.length = 0;
    const { episodes, silences } = this.#trafficPlan;
    const groups = new Set(episodes.map(({ group }) => group)).size;
    this.say(`${episodes.length} alerts in ${groups} groups, ${silences.length} silences`);
    this.traffic.start();
  }

  /** Until so long after the start of the traffic. */
  async until(atMs: number): Promise<void> {
    await delay(Math.max(0, atMs - this.nowMs));
  }

  async pause(delayMs: number): Promise<void> {
    await delay(delayMs);
  }

  say(text: string): void {
    this.#plan.say(`${(this.nowMs / 1_000).toFixed(1).padStart(5)} s  ${text}`);
  }

  /** Writes a fault down, does it and says so; `over` writes down when it has ended. */
  fault(kind: FaultKind, what: string, targets: readonly Pod[]): Fault {
    const names = targets.map(({ name }) => name);
    const fault: Fault = { kind, what, targets: names, fromMs: this.nowMs, toMs: undefined };
    this.#faults.push(fault);
    this.say(`${what} ${names.join(", ")}`);
    return fault;
  }

  over(fault: Fault): void {
    fault.toMs = this.nowMs;
    this.say(`over: ${fault.what} ${fault.targets.join(", ")}`);
  }

  /** Something that the scenario asks for again and again. */
  probe(what: string, kind: Probe["kind"] = "other"): Probe {
    const probe: Probe = { kind, what, asked: 0, wrong: 0, slowestMs: 0, examples: [] };
    this.#probes.push(probe);
    return probe;
  }

  /** Ends the traffic, reads everything from everybody and returns what has been written down. */
  async finish(): Promise<History> {
    this.traffic.stop();
    const endAtMs = this.nowMs;
    const readings: Reading[] = [];
    for (const pod of this.set.running.filter(({ isStopped }) => !isStopped)) {
      for (const tenant of this.tenants) readings.push(await this.#read(pod, tenant));
    }
    return {
      ...this.#trafficPlan,
      deliveries: this.sink.deliveries,
      faults: [...this.#faults, ...(await this.#stopsByMachine())],
      probes: this.#probes,
      readings,
      endAtMs,
    };
  }

  /** When instances found themselves stopped, and nobody had: what a busy machine does counts as SIGSTOP. */
  async #stopsByMachine(): Promise<Fault[]> {
    const stops: Fault[] = [];
    for (const pod of this.set.pods) {
      for (const { fromWallMs, toWallMs } of stopsIn(await pod.log())) {
        const [fromMs, toMs] = [fromWallMs, toWallMs].map(this.#clock.atWallMs) as [number, number]; // Two.
        const isMeant = this.#faults.some(
          ({ kind, targets, ...fault }) =>
            kind === "stop" &&
            targets.includes(pod.name) &&
            fault.fromMs <= toMs &&
            fromMs <= (fault.toMs ?? Infinity),
        );
        if (toMs < 0 || isMeant) continue;
        stops.push({ kind: "stop", what: MACHINE_STOP, targets: [pod.name], fromMs, toMs });
      }
    }
    return stops;
  }

  /** The instance whose message was accepted last, which is the first in line of its tenant. */
  lastSender(): Pod {
    const name = this.sink.deliveries.at(-1)?.sender;
    return this.set.running.find((pod) => pod.name === name) ?? this.draw.pick(this.set.running);
  }

  /** Ends all that was started. */
  async close(): Promise<void> {
    await this.#closing.disposeAsync();
  }

  /** Asks again while it does not answer completely; then it shows nothing. */
  async #read(pod: Pod, tenant: string | undefined): Promise<Reading> {
    const RETRY_MS = 250;
    const giveUpAtMs = this.nowMs + READING_TIMEOUT_MS;
    while (this.nowMs < giveUpAtMs) {
      const reading = await read(pod, tenant);
      if (reading !== undefined) return reading;
      await delay(RETRY_MS);
    }
    this.say(`${pod.name} does not show "${tenant}" completely`);
    return { instance: pod.name, tenant, alerts: new Set(), silences: new Map() };
  }

  async #podOf(ordinal: number): Promise<Pod> {
    const name = `am-${ordinal}`;
    const place = this.#surroundings.places[ordinal];
    if (place === undefined) throw new Error(`there is no room for ${name}`);
    return new Pod({
      name,
      ordinal,
      place,
      network: this.network,
      folder: join(this.#folder, name),
      config: configFor(this.sink.url),
      command: (files) => this.program.command({ name, place, ...files }, this.#surroundings),
    });
  }
}

/** What an instance says of the times at which it was stopped. */
export function stopsIn(
  log: string,
): readonly { readonly fromWallMs: number; readonly toWallMs: number }[] {
  const lines = log.matchAll(/time=(\S+) .*The process was stopped.* gap=(\d+)ms/g);
  return [...lines].map(([, time = "", gapMs]) => {
    const toWallMs = Date.parse(time);
    return { fromWallMs: toWallMs - Number(gapMs), toWallMs };
  });
}

/** Time since the start of the traffic: durations are right, whatever happens to the wall clock. */
class RunClock {
  #startedAtMs = performance.now();
  #startedAtWallMs = Date.now();

  restart(): void {
    this.#startedAtMs = performance.now();
    this.#startedAtWallMs = Date.now();
  }

  readonly nowMs = (): number => performance.now() - this.#startedAtMs;
  readonly wallMs = (atMs: number): number => this.#startedAtWallMs + atMs;
  readonly atWallMs = (wallMs: number): number => wallMs - this.#startedAtWallMs;
}
