/**
 * What is seen at each first byte of a request to the receiver: I7, I8 with I14, I9, I13, I17, I22, I23.
 */
import type { NotifyJob } from "@tocsin/engine/ports";
import type { Faults, FaultKind } from "../faults.ts";
import { alertName, isBefore, lastAcked, type History } from "../history.ts";
import type { Attempt } from "../world/receivers.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import type { World } from "../world/world.ts";

export interface Watch {
  readonly world: World;
  readonly history: History;
  readonly faults: Faults;
}

/** A decision may be this old when its first byte leaves: the fence's bound on the last look, and a claim. */
const LOOK_AGE_MAX_MS = 2_000;
/** After these an earlier sender may be replaced although its request is still under way. */
const REPLACING: readonly FaultKind[] = [
  "kill",
  "kill-all",
  "restart",
  "stop",
  "cut",
  "lossy",
  "clock",
];
const REPLACED_WITHIN_MS = 8_000;

export function watchSends(watch: Watch): void {
  watch.world.receiver.onFirstByte = (attempt, job) => {
    checkHolder(watch, attempt, job);
    checkContent(watch, attempt, job);
    checkSilenced(watch, attempt);
    checkOrder(watch, attempt);
  };
}

function keyOf(job: NotifyJob): string {
  const { kind, index } = job.integration;
  return `${job.tenant}\n${job.groupKey}:${job.receiver}/${kind}/${index}`;
}

function checkHolder({ world, history, faults }: Watch, attempt: Attempt, job: NotifyJob): void {
  const key = keyOf(job);
  const nowMs = attempt.firstByteMs;
  const sender = world.machine(attempt.from);
  const inspection = sender.instance?.inspection;
  if (inspection !== undefined && !inspection.isCaughtUp(attempt.tenant)) {
    history.violate("I17", nowMs, `${attempt.from} sends ${attempt.group} before it has caught up`);
  }
  if (!isMajority({ world }, attempt, key)) return;
  for (const other of world.machines) {
    if (other === sender || other.instance === undefined || other.process.state === "dead")
      continue;
    if (other.instance.inspection.heldKeys.includes(key)) {
      history.violate("I7", nowMs, `${attempt.from} sends ${attempt.group} while ${other.id} may`);
    }
  }
  for (const earlier of world.receiver.attempts) {
    if (earlier.from === attempt.from || earlier.group !== attempt.group) continue;
    if (earlier.tenant !== attempt.tenant || earlier.endedMs !== undefined) continue;
    const span = { fromMs: earlier.firstByteMs - REPLACED_WITHIN_MS, untilMs: nowMs };
    // Given up after the attempt limit: the receiver may still be at it.
    if (nowMs - earlier.firstByteMs > 29_000 || faults.touched(REPLACING, span)) continue;
    history.violate("I22", nowMs, `${attempt.from} sends ${attempt.group} beside ${earlier.from}`);
  }
}

/** Sent with a majority's leave; alone in a minority less is promised (PROTOCOL 12.2, 4). */
function isMajority({ world }: Pick<Watch, "world">, attempt: Attempt, key: string): boolean {
  return world.machine(attempt.from).instance?.inspection.heldKeys.includes(key) === true;
}

/** Every write acknowledged before the claim began is in the message. */
function checkContent({ world, history }: Watch, attempt: Attempt, job: NotifyJob): void {
  if (!isMajority({ world }, attempt, keyOf(job))) return;
  const group = /alertname="([^"]*)"/.exec(attempt.group)?.[1] ?? "";
  const told = new Map(attempt.alerts.map((alert) => [alert.name, alert]));
  for (const { name } of attempt.alerts) {
    if (name.endsWith(`tenant=${attempt.tenant}`)) continue;
    history.violate("I23", attempt.firstByteMs, `"${attempt.tenant}" is told of ${name}`);
  }
  for (const alert of history.alertsOf(attempt.tenant, group)) {
    const known = lastAcked(alert, attempt.firstByteMs - LOOK_AGE_MAX_MS);
    if (known === undefined) continue;
    // Later writes may be in force already, acknowledged or not.
    const others = alert.writes.filter((write) => write !== known && !isBefore(write, known));
    if (others.some(({ firing }) => firing !== known.firing)) continue;
    const state = told.get(alertName(alert));
    const name = alertName(alert);
    const isPast = known.endsAtMs - trueEpochMs <= attempt.firstByteMs + 1_500;
    if (known.firing && state?.resolved === true && !isPast) {
      history.violate("I14", attempt.firstByteMs, `${name} is told as resolved and fires`);
    }
    if (known.firing && state === undefined && !isPast) {
      history.violate("I8", attempt.firstByteMs, `${name} fires and is not in the message`);
    }
    if (!known.firing && state?.resolved === false) {
      history.violate("I8", attempt.firstByteMs, `${name} has ended and is told as firing`);
    }
  }
}

function checkSilenced({ world, history, faults }: Watch, attempt: Attempt): void {
  const nowMs = attempt.firstByteMs;
  if (!attempt.alerts.some(({ resolved }) => !resolved)) return;
  const group = /alertname="([^"]*)"/.exec(attempt.group)?.[1] ?? "";
  const span = { fromMs: nowMs - 20_000, untilMs: nowMs };
  if (faults.touched(["cut", "lossy", "kill-all"], span)) return;
  void world;
  for (const silence of history.silences) {
    if (silence.tenant !== attempt.tenant || silence.group !== group) continue;
    const { createAckedMs, expireBeganMs } = silence;
    if (createAckedMs === undefined || createAckedMs + 1_000 > nowMs) continue;
    if (expireBeganMs !== undefined && expireBeganMs <= nowMs) continue;
    history.violate(
      "I9",
      nowMs,
      `${attempt.from} sends ${attempt.group}, silenced at ${createAckedMs.toFixed(0)}`,
    );
  }
}

/** I13: nobody is told firing after resolved of the same start. */
function checkOrder({ world, history }: Watch, attempt: Attempt): void {
  for (const { name, startsAtMs, resolved } of attempt.alerts) {
    if (resolved) continue;
    const earlier = world.receiver.attempts.find(
      (one) =>
        one !== attempt &&
        one.tenant === attempt.tenant &&
        one.acceptedMs !== undefined &&
        one.acceptedMs < attempt.firstByteMs &&
        one.alerts.some((a) => a.name === name && a.startsAtMs === startsAtMs && a.resolved),
    );
    if (earlier === undefined) continue;
    history.violate(
      "I13",
      attempt.firstByteMs,
      `${name} is told as firing by ${attempt.from} after ${earlier.from} told its end at ${earlier.acceptedMs?.toFixed(0)}`,
    );
  }
}
