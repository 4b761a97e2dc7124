/** Scripts of alerts, silences, reloads and restarts, played in virtual time (`timeline/README.md`). */
import type { PostedAlert } from "@tocsin/domain/alert";
import { labelSetFromRecord, type Instant, type MatcherSpec } from "@tocsin/domain/model";
import { LoneMachine, TENANT, type MachineOptions } from "../../../sim/alone/machine.ts";
import { Webhooks, type Delivery, type Labels } from "../../../sim/alone/webhooks.ts";
import type { FolderPlayers, VectorCase, Verdict } from "../vector.ts";
import { compareDeliveries, type WantedDelivery } from "./timeline-deliveries.ts";

export const TIMELINE_PLAYERS: FolderPlayers = {
  "dispatch.json": playTimeline,
  "groups.json": playTimeline,
  "inhibition-and-time.json": playTimeline,
  "receivers.json": playTimeline,
  "reload-restart.json": playTimeline,
  "routes.json": playTimeline,
  "silences.json": playTimeline,
};

/** What is not copied and comes out otherwise, with the difference that `docs/differences.md` lists. */
const QUIRKS: Readonly<Record<string, string | undefined>> = {
  "a reload starts all timers again": "a reload that changes nothing keeps the clocks of groups",
};

interface PostedJson {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly generatorURL?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

interface SilenceJson {
  readonly matchers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isRegex: boolean;
    readonly isEqual: boolean;
  }[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

interface Step {
  readonly at_ms: number;
  readonly post_alerts?: readonly PostedJson[];
  readonly silence?: SilenceJson;
  readonly as?: string;
  readonly expire?: string;
  readonly reload?: string | true;
  readonly status?: number;
  readonly restart?: { readonly down_ms?: number };
  readonly sink?: SinkJson;
}

type SinkJson = Readonly<Record<string, { readonly status?: number; readonly delay_ms?: number }>>;

interface Scenario {
  readonly quirk?: string;
  readonly config: string;
  readonly flags?: readonly string[];
  readonly sink?: SinkJson;
  readonly steps: readonly Step[];
  readonly duration_ms: number;
  readonly tolerance_ms?: number;
  readonly deliveries: readonly WantedDelivery[];
}

async function playTimeline(vector: VectorCase): Promise<Verdict> {
  // These vectors are not made of input and want: the case itself is the scenario.
  const scenario = vector as unknown as Scenario;
  const reason = scenario.quirk === undefined ? undefined : QUIRKS[scenario.quirk];
  if (reason !== undefined) return { kind: "skip", reason };
  const stage = new Stage(scenario);
  await stage.play();
  return compareDeliveries(scenario.deliveries, stage.deliveries, toleranceOf(scenario));
}

/** The recorded groups began anew when alerts came again after a restart; ours go on in step. */
const RESTART_TOLERANCE_MS = 650;

function toleranceOf({ steps, tolerance_ms: toleranceMs }: Scenario): number | undefined {
  const restarts = steps.some(({ restart }) => restart !== undefined);
  return toleranceMs ?? (restarts ? RESTART_TOLERANCE_MS : undefined);
}

/** Between the start of the machine and moment 0, as when the vectors were recorded. */
const LEAD_MS = 50;

class Stage {
  readonly #scenario: Scenario;
  readonly #machine: LoneMachine;
  readonly #silences = new Map<string, string>();
  #config: string;
  /** Moment 0, as the world and as a wall clock count. */
  #zeroMs = 0;
  #zeroWallMs = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#config = this.#fill(scenario.config);
    const options = { config: this.#config, ...optionsOf(scenario.flags ?? []) };
    this.#machine = new LoneMachine(options, new Webhooks());
    this.#answer(scenario.sink ?? {});
  }

  /** What came, in ms from moment 0. */
  get deliveries(): readonly Delivery[] {
    return this.#machine.webhooks.deliveries.map((delivery) => ({
      ...delivery,
      atMs: delivery.atMs - this.#zeroMs,
    }));
  }

  async play(): Promise<void> {
    const { events } = this.#machine;
    await this.#machine.start();
    this.#zeroMs = events.nowMs + LEAD_MS;
    this.#zeroWallMs = this.#machine.wallMs + LEAD_MS;
    for (const step of this.#scenario.steps) {
      await events.runUntil(Math.max(events.nowMs, this.#zeroMs + step.at_ms));
      await this.#do(step);
    }
    await events.runUntil(this.#zeroMs + this.#scenario.duration_ms);
  }

  async #do(step: Step): Promise<void> {
    if (step.post_alerts !== undefined) await this.#post(step.post_alerts);
    if (step.silence !== undefined) await this.#silence(step.silence, step.as ?? "");
    if (step.expire !== undefined) await this.#expire(step.expire);
    if (step.sink !== undefined) this.#answer(step.sink);
    if (step.reload !== undefined) this.#reload(step.reload, step.status ?? 200);
    if (step.restart !== undefined) await this.#machine.restart(step.restart.down_ms ?? 0);
  }

  async #post(alerts: readonly PostedJson[]): Promise<void> {
    const posted = alerts.map((alert): PostedAlert => ({
      labels: labelSetFromRecord(alert.labels),
      annotations: JSON.stringify(alert.annotations ?? {}),
      generatorUrl: alert.generatorURL ?? "",
      ...(alert.startsAt !== undefined && { startsAt: this.#instant(alert.startsAt) }),
      ...(alert.endsAt !== undefined && { endsAt: this.#instant(alert.endsAt) }),
    }));
    const { api } = this.#machine;
    await this.#machine.settle(api.postAlerts(TENANT, posted, new AbortController().signal));
  }

  async #silence(silence: SilenceJson, name: string): Promise<void> {
    const { createdBy, comment } = silence;
    const draft = {
      id: "",
      matcherSets: [silence.matchers.map(matcherOf)],
      startsAtMs: this.#instant(silence.startsAt).ms,
      endsAtMs: this.#instant(silence.endsAt).ms,
      createdBy,
      comment,
      annotations: {},
    };
    const { api } = this.#machine;
    const stored = api.putSilence(TENANT, draft, new AbortController().signal);
    await this.#machine.settle(stored);
    this.#silences.set(name, await stored);
  }

  async #expire(name: string): Promise<void> {
    const { api } = this.#machine;
    const id = this.#silences.get(name) ?? "";
    await this.#machine.settle(api.expireSilence(TENANT, id, new AbortController().signal));
  }

  #reload(text: string | true, status: number): void {
    const next = text === true ? this.#config : this.#fill(text);
    let failure: unknown;
    try {
      this.#machine.reload(next);
      this.#config = next;
    } catch (thrown) {
      failure = thrown;
    }
    if ((failure === undefined) === (status === 200)) return;
    throw new Error(`The reload should answer ${status}`, { cause: failure });
  }

  #answer(sink: SinkJson): void {
    for (const [path, { status = 200, delay_ms: delayMs = 0 }] of Object.entries(sink)) {
      this.#machine.webhooks.answers.set(path, { status, delayMs });
    }
  }

  /** `{{T}}`, `{{T-1h}}`, `{{T+2600ms}}`. */
  #instant(text: string): Instant {
    const found = /^\{\{T(?:([+-])(\d+)(ms|s|m|h))?\}\}$/.exec(text);
    if (found === null) throw new Error(`Cannot read "${text}" as a time`);
    const [, sign, count = "0", unit = "ms"] = found;
    const offsetMs = Number(count) * (UNITS_MS[unit] ?? 0) * (sign === "-" ? -1 : 1);
    return { ms: this.#zeroWallMs + offsetMs, subNs: 0, offsetMin: 0 };
  }

  #fill(config: string): string {
    return config.replaceAll("{{SINK}}", "http://sink");
  }
}

/** What flags say to the engine; any other is a fault of the vector. */
function optionsOf(flags: readonly string[]): Omit<MachineOptions, "config"> {
  let options: Omit<MachineOptions, "config"> = {};
  for (const flag of flags) {
    const [name, value = ""] = flag.split("=");
    if (name === "--dispatch.start-delay") {
      options = { ...options, startDelayMs: Number.parseFloat(value) * 1_000 };
    } else if (name === "--alerts.per-alertname-limit") {
      options = { ...options, nameLimit: { countMax: Number(value), onLimited: () => {} } };
    } else throw new Error(`No engine knows "${flag}"`);
  }
  return options;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function matcherOf({
  name,
  value,
  isRegex,
  isEqual,
}: SilenceJson["matchers"][number]): MatcherSpec {
  const regex = isEqual ? "=~" : "!~";
  return { name, value, type: isRegex ? regex : isEqual ? "=" : "!=" };
}
