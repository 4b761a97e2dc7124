import type { PostedAlert } from "@tocsin/domain/alert";
import { labelSetFromRecord, type Instant } from "@tocsin/domain/model";
import { Draw } from "../world/events.ts";
import { LoneMachine, TENANT, type MachineOptions } from "./machine.ts";
import { Webhooks, type Delivery } from "./webhooks.ts";

/** Something that happens at an instant of true time. Acts never overlap. */
export interface Act {
  readonly atMs: number;
  readonly run: (machine: LoneMachine) => Promise<void> | void;
}

export const CONFIG = `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 8s
  routes:
  - {matchers: ['team="a"'], receiver: pair, group_by: [], continue: true}
  - {matchers: ['team="b"'], receiver: quiet, group_by: ['...'], group_wait: 2s}
  - {matchers: ['team=~"a|c"'], group_interval: 5s, mute_time_intervals: [odd minutes]}
inhibit_rules:
- {source_matchers: ['host="h0"'], target_matchers: ['host="h1"'], equal: [team]}
receivers:
- name: hook
  webhook_configs: [{url: 'http://sink/hook'}]
- name: pair
  webhook_configs: [{url: 'http://sink/one'}, {url: 'http://sink/two', max_alerts: 1}]
- name: quiet
  webhook_configs: [{url: 'http://sink/quiet', send_resolved: false}]
time_intervals:
- name: odd minutes
  time_intervals: [{times: [{start_time: '00:01', end_time: '00:02'}]}]
`;

export const SCRIPT_MS = 150_000;
const ACT_COUNT = 60;
const LEAD_MS = 1_000;

/** Alerts that come, are sent again and end, silences, receivers that fail or are slow, restarts. */
export function drawScript(seed: number): readonly Act[] {
  const draw = new Draw(seed);
  const silences: string[] = [];
  const acts = Array.from({ length: ACT_COUNT }, (): Act => {
    const atMs = LEAD_MS + draw.int(0, SCRIPT_MS);
    return { atMs, run: drawAct(draw, silences) };
  });
  return acts.toSorted((a, b) => a.atMs - b.atMs);
}

function drawAct(draw: Draw, silences: string[]): Act["run"] {
  const kind = draw.between(0, 1);
  if (kind < 0.6) return post(draw);
  if (kind < 0.75) return answer(draw);
  if (kind < 0.87) return silence(draw, silences);
  if (kind < 0.97) return expire(draw, silences);
  return draw.chance(0.5) ? (machine) => machine.restart(200) : (machine) => machine.crash(200);
}

function post(draw: Draw): Act["run"] {
  const alerts = Array.from({ length: draw.int(1, 5) }, () => ({
    labels: drawLabels(draw),
    ageMs: draw.pick([0, 0, 500, 60_000]),
    lastsMs: draw.pick([0, 0, 2_000, 20_000, 600_000]),
  }));
  return (machine) => {
    const { wallMs } = machine;
    const posted = alerts.map(({ labels, ageMs, lastsMs }): PostedAlert => ({
      labels: labelSetFromRecord(labels),
      annotations: "{}",
      generatorUrl: "",
      startsAt: instantOf(wallMs - ageMs),
      endsAt: instantOf(wallMs + lastsMs),
    }));
    const { signal } = new AbortController();
    return machine.settle(machine.api.postAlerts(TENANT, posted, signal));
  };
}

function drawLabels(draw: Draw): Record<string, string> {
  return {
    alertname: draw.pick(["X", "Y"]),
    team: draw.pick(["a", "b", "c", "d"]),
    host: draw.pick(["h0", "h1", "h2"]),
  };
}

function answer(draw: Draw): Act["run"] {
  const path = draw.pick(["/hook", "/one", "/two", "/quiet"]);
  const status = draw.pick([200, 200, 400, 503]);
  const delayMs = draw.pick([0, 0, 700, 4_000]);
  return (machine) => void machine.webhooks.answers.set(path, { status, delayMs });
}

function silence(draw: Draw, silences: string[]): Act["run"] {
  const { host } = drawLabels(draw);
  const lastsMs = draw.pick([5_000, 60_000]);
  return async (machine) => {
    const stored = machine.api.putSilence(
      TENANT,
      {
        id: "",
        matcherSets: [[{ type: "=", name: "host", value: host ?? "" }]],
        startsAtMs: machine.wallMs,
        endsAtMs: machine.wallMs + lastsMs,
        createdBy: "ann",
        comment: "",
        annotations: {},
      },
      new AbortController().signal,
    );
    await machine.settle(stored);
    silences.push(await stored);
  };
}

function expire(draw: Draw, silences: string[]): Act["run"] {
  const which = draw.int(0, 1_000);
  return async (machine) => {
    const id = silences[which % silences.length];
    if (id === undefined) return;
    await machine.settle(machine.api.expireSilence(TENANT, id, new AbortController().signal));
  };
}

function instantOf(ms: number): Instant {
  return { ms: Math.floor(ms), subNs: 0, offsetMin: 0 };
}

/** Plays acts in order of time on a machine of this seed. What its webhooks got. */
export async function play(
  seed: number,
  acts: readonly Act[],
  options: Pick<MachineOptions, "sliceSize"> = {},
): Promise<readonly Delivery[]> {
  const machine = new LoneMachine({ ...options, config: CONFIG, seed }, new Webhooks());
  await machine.start();
  for (const { atMs, run } of acts.toSorted((a, b) => a.atMs - b.atMs)) {
    await machine.events.runUntil(Math.max(atMs, machine.events.nowMs));
    await run(machine);
  }
  await machine.events.runUntil(LEAD_MS + SCRIPT_MS + SETTLE_MS);
  return machine.webhooks.deliveries;
}

const SETTLE_MS = 15_000;
