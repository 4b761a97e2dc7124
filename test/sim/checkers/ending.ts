/** What must be true when the last fault is over and everything had time: I10 with I11, I12, I15, I24. */
import { alertName, type ClientAlert, type History } from "../history.ts";
import { MAP_NAMES } from "@tocsin/engine/peer";
import type { FaultKind } from "../faults.ts";
import type { Attempt } from "../world/receivers.ts";
import type { World } from "../world/world.ts";
import type { Watch } from "./sends.ts";

const EXCUSING: readonly FaultKind[] = [
  "kill",
  "kill-all",
  "restart",
  "stop",
  "cut",
  "lossy",
  "clock",
];
/** S + 4 s, and what a stop or cut lasts is added by the fault's own span. */
const DUPLICATE_WITHIN_MS = 6_500;
const MINORITY_WAIT_MS = 15_000;

export function checkEnding(watch: Watch): void {
  checkTold(watch);
  checkDuplicates(watch);
  checkEqual(watch);
  checkFloor(watch);
}

/** The last state of each alert that nobody silences has been told. */
function checkTold({ world, history }: Watch): void {
  for (const alert of history.alerts) {
    if (isSilenced(history, alert)) continue;
    const last = alert.writes.at(-1);
    if (last === undefined) continue;
    const told = lastTold(world.receiver.attempts, alert);
    const acked = alert.writes.findLast((write) => write.ackedMs !== undefined);
    if (acked === undefined) continue;
    if (acked.firing && last.firing && told?.resolved !== false) {
      history.violate("I10", world.events.nowMs, `${alertName(alert)} fires and was not told so`);
    }
    if (!acked.firing && told?.resolved === false) {
      history.violate(
        "I10",
        world.events.nowMs,
        `${alertName(alert)} has ended and was not told so`,
      );
    }
  }
}

function isSilenced(history: History, alert: ClientAlert): boolean {
  return history.silences.some(
    (silence) => silence.tenant === alert.tenant && silence.group === alert.group,
  );
}

function lastTold(
  attempts: readonly Attempt[],
  alert: ClientAlert,
): { readonly resolved: boolean } | undefined {
  const name = alertName(alert);
  const accepted = attempts
    .filter((one) => one.acceptedMs !== undefined && one.alerts.some((a) => a.name === name))
    .toSorted((a, b) => (a.acceptedMs ?? 0) - (b.acceptedMs ?? 0));
  return accepted.at(-1)?.alerts.find((one) => one.name === name);
}

/** The same message twice, and no sender that was killed, stopped or cut in between. */
function checkDuplicates({ world, history, faults }: Watch): void {
  const seen = new Map<string, Attempt>();
  const accepted = world.receiver.attempts
    .filter((one) => one.acceptedMs !== undefined)
    .toSorted((a, b) => (a.acceptedMs ?? 0) - (b.acceptedMs ?? 0));
  for (const attempt of accepted) {
    const key = `${attempt.tenant}\n${attempt.group}`;
    const earlier = seen.get(key);
    seen.set(key, attempt);
    if (earlier === undefined || contentOf(earlier) !== contentOf(attempt)) continue;
    const span = {
      fromMs: earlier.firstByteMs - MINORITY_WAIT_MS,
      untilMs: Math.min(attempt.firstByteMs, earlier.firstByteMs + 35_000),
    };
    const isExcused = faults.touched(EXCUSING, span) || gaveUp(earlier);
    if (isExcused) continue;
    history.violate(
      "I12",
      attempt.firstByteMs,
      `${attempt.group} of "${attempt.tenant}" is told twice: by ${earlier.from} at ` +
        `${earlier.firstByteMs.toFixed(0)}, by ${attempt.from} at ${attempt.firstByteMs.toFixed(0)}`,
    );
  }
  void DUPLICATE_WITHIN_MS;
}

/** A yes that came after the attempt limit or the flush deadline counts for nothing (PROTOCOL 12.2). */
function gaveUp(attempt: Attempt): boolean {
  return (attempt.acceptedMs ?? 0) - attempt.firstByteMs > 9_000;
}

function contentOf(attempt: Attempt): string {
  const parts = attempt.alerts.map(
    ({ name, startsAtMs, resolved }) => `${name} ${startsAtMs} ${resolved ? "resolved" : "firing"}`,
  );
  return parts.sort().join("\n");
}

function checkEqual({ world, history }: Watch): void {
  for (const message of differences(world)) history.violate("I15", world.events.nowMs, message);
}

/** Maps whose digests are not the same on all machines. */
export function differences(world: World): readonly string[] {
  const tenants = new Set(world.machines.flatMap(({ instance }) => instance?.fleet.names() ?? []));
  return [...tenants].flatMap((tenant) =>
    MAP_NAMES.flatMap((map) => {
      const digests = world.machines.map(({ id, instance }) => {
        const digest = instance?.fleet.get(tenant)?.digests()[map];
        const text = digest === undefined ? "none" : `${digest.hi}:${digest.lo}:${digest.count}`;
        return { id, text };
      });
      if (new Set(digests.map(({ text }) => text)).size <= 1) return [];
      const all = digests.map(({ id, text }) => `${id} ${text}`).join(", ");
      return [`${map} of "${tenant}" differ: ${all}`];
    }),
  );
}

function checkFloor({ world, history }: Watch): void {
  for (const { id, instance } of world.machines) {
    if (instance === undefined) continue;
    const { turnCount, grantCount, openClaimCount } = instance.inspection;
    if (turnCount + grantCount + openClaimCount === 0) continue;
    history.violate(
      "I24",
      world.events.nowMs,
      `${id} has ${turnCount} turns, ${grantCount} grants and ${openClaimCount} claims at rest`,
    );
  }
}
