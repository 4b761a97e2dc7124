/**
 * A machine whose wall clock is ahead and is set back, once or more, while alerts come, are sent again, end
 * or run out, and silences come and go; at some of the steps the process is killed or reloads. The senders
 * are on the same machine, so their times are those of its clock.
 */
import { labelSetFromRecord, type Instant } from "@tocsin/domain/model";
import { Draw } from "../world/events.ts";
import { LoneMachine, TENANT } from "./machine.ts";
import { Webhooks, type Delivery } from "./webhooks.ts";

export const GROUP_WAIT_MS = 1_000;
export const GROUP_INTERVAL_MS = 3_000;
export const REPEAT_MS = 40_000;
export const RESOLVE_TIMEOUT_MS = 20_000;
const RESEND_MS = 4_000;
const LEAD_MS = 2_000;
const SCRIPT_MS = 120_000;
const CLOCK_ERROR_MS = 3 * 3_600_000;

const CONFIG = `
global: {resolve_timeout: ${RESOLVE_TIMEOUT_MS / 1_000}s}
route:
  receiver: hook
  group_by: [alertname]
  group_wait: ${GROUP_WAIT_MS / 1_000}s
  group_interval: ${GROUP_INTERVAL_MS / 1_000}s
  repeat_interval: ${REPEAT_MS / 1_000}s
receivers:
- name: hook
  webhook_configs: [{url: 'http://sink/hook'}]
`;

/** One time that an alert fires. True ms. */
export interface Episode {
  readonly group: string;
  readonly instance: string;
  readonly fromMs: number;
  /** When its sender says that it is over, or says nothing more. */
  readonly untilMs: number;
  readonly runsOut: boolean;
}

export interface ClockRun {
  readonly deliveries: readonly Delivery[];
  readonly episodes: readonly Episode[];
  /** When the clock was set back or the process began anew. */
  readonly breaksMs: readonly number[];
  /** While nothing of the silenced group may be told. */
  readonly silences: readonly { readonly fromMs: number; readonly untilMs: number }[];
  /** How long the webhook takes to answer. */
  readonly slowMs: number;
  readonly endMs: number;
}

export const SILENCED = "S";
const GROUPS = ["G0", "G1", "G2", SILENCED];

type Act = { readonly atMs: number; readonly run: (machine: LoneMachine) => Promise<void> | void };

export async function runClockScript(seed: number, sliceSize?: number): Promise<ClockRun> {
  const draw = new Draw(seed);
  const episodes = drawEpisodes(draw);
  const silences = drawSilences(draw);
  const breaks = drawBreaks(draw);
  // Who is killed while a message is under way tells it again.
  const slowMs = breaks.some(({ isKill }) => isKill) ? 0 : draw.pick([0, 900]);
  const acts = [...episodes.flatMap(actsOf), ...silences.flatMap(silenceActs), ...breaks];
  const webhooks = new Webhooks();
  webhooks.answers.set("/hook", { status: 200, delayMs: slowMs });
  const options = { config: CONFIG, seed, clockErrorMs: CLOCK_ERROR_MS };
  const machine = new LoneMachine({ ...options, ...(sliceSize && { sliceSize }) }, webhooks);
  await machine.start();
  for (const { atMs, run } of acts.toSorted((a, b) => a.atMs - b.atMs)) {
    await machine.events.runUntil(Math.max(atMs, machine.events.nowMs));
    await run(machine);
  }
  const endMs = LEAD_MS + SCRIPT_MS + RESOLVE_TIMEOUT_MS * 3;
  await machine.events.runUntil(endMs);
  const { deliveries } = webhooks;
  const breaksMs = breaks.map(({ atMs }) => atMs);
  return { deliveries, episodes, breaksMs, silences, slowMs, endMs };
}

function drawEpisodes(draw: Draw): readonly Episode[] {
  const episodes: Episode[] = [];
  for (const group of GROUPS) {
    for (const instance of ["a", "b", "c"]) {
      const runsOut = draw.chance(0.25);
      for (let fromMs = LEAD_MS + draw.between(0, 30_000); fromMs < SCRIPT_MS - 10_000;) {
        const untilMs = Math.min(SCRIPT_MS, fromMs + draw.between(8_000, 60_000));
        episodes.push({ group, instance, fromMs, untilMs, runsOut });
        // What ran out is over before it fires again.
        fromMs = untilMs + draw.between(8_000, 30_000) + (runsOut ? 3 * RESOLVE_TIMEOUT_MS : 0);
      }
    }
  }
  return episodes;
}

function actsOf({ group, instance, fromMs, untilMs, runsOut }: Episode): readonly Act[] {
  const labels = labelSetFromRecord({ alertname: group, instance });
  const alert = { labels, annotations: "{}", generatorUrl: "" };
  const post = (machine: LoneMachine, times: { startsAt?: Instant; endsAt?: Instant }) =>
    machine.settle(
      machine.api.postAlerts(TENANT, [{ ...alert, ...times }], new AbortController().signal),
    );
  const acts: Act[] = [];
  // Some give an end of their own, others leave it to `resolve_timeout`.
  const givesEnd = instance === "b" && !runsOut;
  for (let atMs = fromMs; atMs < untilMs; atMs += RESEND_MS) {
    acts.push({
      atMs,
      run: (machine) => {
        const startsAt = instantOf(machine.wallMs - (machine.events.nowMs - fromMs));
        const endsAt = instantOf(machine.wallMs + RESOLVE_TIMEOUT_MS);
        return post(machine, givesEnd ? { startsAt, endsAt } : { startsAt });
      },
    });
  }
  if (!runsOut) {
    acts.push({
      atMs: untilMs,
      run: (machine) => {
        const startsAt = instantOf(machine.wallMs - (machine.events.nowMs - fromMs));
        return post(machine, { startsAt, endsAt: instantOf(machine.wallMs) });
      },
    });
  }
  return acts;
}

function drawSilences(draw: Draw): ClockRun["silences"] {
  const fromMs = LEAD_MS + draw.between(0, 40_000);
  return [{ fromMs, untilMs: fromMs + draw.between(10_000, 60_000) }];
}

function silenceActs({ fromMs, untilMs }: ClockRun["silences"][number]): readonly Act[] {
  let id = "";
  const { signal } = new AbortController();
  const draft = (machine: LoneMachine, startsAtMs: number) => ({
    id,
    matcherSets: [[{ type: "=" as const, name: "alertname", value: SILENCED }]],
    startsAtMs,
    endsAtMs: Math.floor(machine.wallMs) + 3_600_000,
    createdBy: "ann",
    comment: "",
    annotations: {},
  });
  const put = async (machine: LoneMachine): Promise<void> => {
    const stored = machine.api.putSilence(
      TENANT,
      draft(machine, Math.floor(machine.wallMs)),
      signal,
    );
    await machine.settle(stored);
    id = await stored;
  };
  return [
    { atMs: fromMs, run: put },
    // Somebody changes how long it lasts.
    { atMs: (fromMs + untilMs) / 2, run: put },
    {
      atMs: untilMs,
      run: (machine) => machine.settle(machine.api.expireSilence(TENANT, id, signal)),
    },
  ];
}

function drawBreaks(draw: Draw): readonly (Act & { readonly isKill: boolean })[] {
  const count = draw.int(1, 4);
  return Array.from({ length: count }, () => {
    const byMs = draw.pick([300, 5_000, 30_000, 3_600_000, 36_000_000]);
    const kind = draw.pick(["run", "run", "kill", "reload"]);
    return {
      atMs: LEAD_MS + draw.between(3_000, SCRIPT_MS - 30_000),
      isKill: kind === "kill",
      run: async (machine: LoneMachine) => {
        machine.stepClock(-byMs);
        if (kind === "kill") await machine.crash(200);
        if (kind === "reload")
          machine.reload(CONFIG.replace("receivers:", "templates: []\nreceivers:"));
      },
    };
  });
}

function instantOf(ms: number): Instant {
  return { ms: Math.floor(ms), subNs: 0, offsetMin: 0 };
}
