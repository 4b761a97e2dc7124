/**
 * What must be true of a machine whose clock is set back, by what its senders posted and its webhook got: a
 * break, which is a step of the clock or a restart, makes nobody wait for longer than the times of the
 * configuration from then on, and nothing is told twice, too early or against what the senders say.
 */
import {
  GROUP_INTERVAL_MS,
  GROUP_WAIT_MS,
  REPEAT_MS,
  RESOLVE_TIMEOUT_MS,
  SILENCED,
  type ClockRun,
  type Episode,
} from "./clock-script.ts";
import type { Delivery } from "./webhooks.ts";

/** A start, and the look of the loop at its clocks. */
const SLACK_MS = 700;
/** What ran out is believed after as long as it was valid, and that is listened for anew after a break. */
const RUN_OUT_MS = 2 * RESOLVE_TIMEOUT_MS;
/** What is posted meanwhile is so only when the process is there again. */
const RESTART_MS = 500;
const TOLD_WITHIN_MS = Math.max(GROUP_WAIT_MS, GROUP_INTERVAL_MS) + SLACK_MS;

/** What is wrong with a run; empty if nothing is. */
export function checkClockRun(run: ClockRun): readonly string[] {
  return [
    ...run.episodes.flatMap((episode) => checkEpisode(run, episode)),
    ...groupsOf(run).flatMap((group) => checkMessages(run, group)),
  ];
}

function groupsOf({ episodes }: ClockRun): readonly string[] {
  return [...new Set(episodes.map(({ group }) => group))];
}

/** The latest instant for what is owed from `fromMs` on: each break before it begins the wait anew. */
function deadline(run: ClockRun, group: string, { fromMs, waitMs }: Span): number {
  const { breaksMs, silences, slowMs } = run;
  // What came meanwhile is told when the message before it has been answered.
  const allMs = waitMs + 2 * slowMs;
  const begins = [...breaksMs, ...(group === SILENCED ? silences.map((one) => one.untilMs) : [])];
  let untilMs = fromMs + allMs;
  for (const atMs of begins.toSorted((a, b) => a - b)) {
    if (atMs >= fromMs && atMs <= untilMs) untilMs = atMs + allMs;
  }
  return untilMs;
}

interface Span {
  readonly fromMs: number;
  readonly waitMs: number;
}

function checkEpisode(run: ClockRun, episode: Episode): readonly string[] {
  const { group, instance, fromMs, untilMs, runsOut } = episode;
  const name = `${group}/${instance} from ${fromMs.toFixed(0)}`;
  const said = statusesOf(run, episode);
  if (isTouched(run, episode)) return [];
  const problems: string[] = [];
  const firing = said.find(({ atMs, status }) => atMs >= fromMs && status === "firing");
  const firingByMs = deadline(run, group, { fromMs, waitMs: TOLD_WITHIN_MS });
  if (firingByMs < untilMs && (firing === undefined || firing.atMs > firingByMs)) {
    problems.push(`${name} told as firing at ${firing?.atMs.toFixed(0)}, not by ${firingByMs}`);
  }
  const waitMs = TOLD_WITHIN_MS + (runsOut ? RUN_OUT_MS : 0);
  const resolvedByMs = deadline(run, group, { fromMs: untilMs, waitMs });
  const resolved = said.find(({ atMs, status }) => atMs >= fromMs && status === "resolved");
  const wasTold = firing !== undefined && firing.atMs < untilMs;
  const isOwed = wasTold && resolvedByMs <= run.endMs;
  if (isOwed && (resolved === undefined || resolved.atMs > resolvedByMs)) {
    problems.push(
      `${name} told as resolved at ${resolved?.atMs.toFixed(0)}, not by ${resolvedByMs}`,
    );
  }
  if (resolved !== undefined && resolved.atMs < untilMs && resolved.atMs > fromMs + RESTART_MS) {
    problems.push(`${name} told as resolved at ${resolved.atMs.toFixed(0)}, and fires`);
  }
  return problems;
}

/** An end that comes while it is silenced is not told, nor is then what fires again: as upstream. */
function isTouched({ silences, episodes }: ClockRun, episode: Episode): boolean {
  const { group, instance, untilMs } = episode;
  if (group !== SILENCED) return false;
  const before = episodes.filter(
    (one) => one.group === group && one.instance === instance && one.fromMs <= untilMs,
  );
  const endsMs = (one: Episode): number => one.untilMs + (one.runsOut ? RUN_OUT_MS : 0);
  return before.some((one) =>
    silences.some(
      (silence) => one.fromMs < silence.untilMs && endsMs(one) > silence.fromMs - TOLD_WITHIN_MS,
    ),
  );
}

interface Said {
  readonly atMs: number;
  readonly status: "firing" | "resolved";
}

/** What was told of an alert before its next episode. */
function statusesOf({ deliveries, episodes }: ClockRun, episode: Episode): readonly Said[] {
  const { group, instance, untilMs } = episode;
  const later = episodes.filter(
    (one) => one.group === group && one.instance === instance && one.fromMs > untilMs,
  );
  const nextMs = Math.min(...later.map(({ fromMs }) => fromMs));
  return deliveries
    .filter(({ atMs, groupLabels }) => groupLabels["alertname"] === group && atMs < nextMs)
    .flatMap(({ atMs, alerts }) =>
      alerts
        .filter(({ labels }) => labels["instance"] === instance)
        .map(({ status }) => ({ atMs, status })),
    );
}

/** Each message has news, or is a repetition in its time; none is of a silenced group. */
function checkMessages(run: ClockRun, group: string): readonly string[] {
  const problems: string[] = [];
  const told = new Map<string, string>();
  let last = new Set<string>();
  let lastMs = -Infinity;
  for (const delivery of run.deliveries) {
    if (delivery.groupLabels["alertname"] !== group) continue;
    const { atMs } = delivery;
    const isSilenced = run.silences.some((one) => one.fromMs < atMs && atMs < one.untilMs);
    if (group === SILENCED && isSilenced) problems.push(`${group} is silenced at ${atMs}`);
    if (!hasNews(delivery, last, told) && atMs - lastMs < REPEAT_MS) {
      problems.push(`${group} told again at ${atMs.toFixed(0)} after ${lastMs.toFixed(0)}`);
    }
    for (const { labels, status } of delivery.alerts) told.set(labels["instance"] ?? "", status);
    last = new Set(delivery.alerts.map(({ labels }) => labels["instance"] ?? ""));
    problems.push(...checkRepeat(run, group, { lastMs, atMs }));
    lastMs = atMs;
  }
  return problems;
}

/** One fires that the last message did not have, or has another status than what was told of it last. */
function hasNews(
  { alerts }: Delivery,
  last: ReadonlySet<string>,
  told: ReadonlyMap<string, string>,
): boolean {
  return alerts.some(({ labels, status }) => {
    const instance = labels["instance"] ?? "";
    return told.get(instance) !== status || (status === "firing" && !last.has(instance));
  });
}

/** An alert that fires all the time is told again in time. */
function checkRepeat(
  run: ClockRun,
  group: string,
  { lastMs, atMs }: { readonly lastMs: number; readonly atMs: number },
): readonly string[] {
  const isFiring = run.episodes.some(
    (one) => one.group === group && one.fromMs < lastMs && one.untilMs > atMs,
  );
  if (!isFiring || group === SILENCED) return [];
  const waitMs = REPEAT_MS + TOLD_WITHIN_MS;
  const untilMs = deadline(run, group, { fromMs: lastMs, waitMs });
  return atMs <= untilMs ? [] : [`${group} told again at ${atMs}, not by ${untilMs}`];
}
