/** I12: no message is told twice within the repeat interval, but by a sender's fault at that moment. */
import { CUTTING, FELLING, OF_ALL, REPLACING, type Fault } from "../faults/index.ts";
import { RESEND_VALID_MS } from "../clients/alerts.ts";
import { GROUP_INTERVAL_MS } from "../scenario.ts";
import type { Attempt } from "../world/receivers.ts";
import { wentUnwritten } from "./unwritten.ts";
import {
  areOutvoted,
  cameTooLate,
  HEARD_AGAIN_MS,
  ownersAt,
  RECORDING_MS,
  UNSYNCED_MS,
  type Watch,
} from "./watch.ts";

/** S + 4 s. */
const REPLACED_WITHIN_MS = 6_500;
const CLOCK_ERROR_MS = 500;
/** By which the version of who speaks without a majority is ahead of its clock (PROTOCOL 7.5). */
const ALONE_AHEAD_MS = 500;
/** Contact for as long as an alert is valid, and the next tick. */
const RUNNING_OUT_MS: number = RESEND_VALID_MS + GROUP_INTERVAL_MS;

export function checkDuplicates(watch: Watch): void {
  const { world, history, scenario } = watch;
  const last = new Map<string, Attempt>();
  const accepted = world.receiver.attempts
    .filter((one) => one.acceptedMs !== undefined)
    .toSorted((a, b) => a.firstByteMs - b.firstByteMs);
  for (const attempt of accepted) {
    const earlier = last.get(attempt.key);
    last.set(attempt.key, attempt);
    if (earlier === undefined || contentOf(earlier) !== contentOf(attempt)) continue;
    const passedMs = attempt.firstByteMs - (earlier.acceptedMs ?? 0);
    const errorMs = CLOCK_ERROR_MS + outvotedByMs(watch, [earlier, attempt]);
    if (passedMs > scenario.repeatMs - errorMs) continue;
    if (isGranted(watch, earlier, attempt)) continue;
    const [first, second] = [earlier, attempt].map((one) => one.firstByteMs.toFixed(0));
    const message =
      `${attempt.group} of "${attempt.tenant}" is told twice at ${attempt.place}: ` +
      `by ${earlier.from} at ${first}, by ${attempt.from} at ${second}`;
    history.violate("I12", attempt.firstByteMs, message);
  }
}

/** By how much the clock of a sender may have been wrong when it told (PROTOCOL 12.7). */
function outvotedByMs(watch: Watch, attempts: readonly Attempt[]): number {
  const isWrong = attempts.some(({ firstByteMs: fromMs, acceptedMs: untilMs = fromMs }) =>
    areOutvoted(watch, { fromMs, untilMs }),
  );
  return isWrong ? watch.scenario.clockJumpMaxMs : 0;
}

/** Exactly what PROTOCOL 12 says cannot be had. */
function isGranted(watch: Watch, earlier: Attempt, attempt: Attempt): boolean {
  const { faults } = watch;
  const acceptedMs = earlier.acceptedMs ?? 0;
  // 12.2: the yes came after the sender had given up.
  if ([earlier, attempt].some(cameTooLate)) return true;
  const inFlight = { fromMs: earlier.firstByteMs, untilMs: acceptedMs + RECORDING_MS };
  // 12.4: whoever speaks without a majority, or is not heard by one, until they have heard each other again.
  const apart = { fromMs: earlier.firstByteMs - HEARD_AGAIN_MS, untilMs: attempt.firstByteMs };
  if ((earlier.isAlone || attempt.isAlone) && faults.touched(CUTTING, apart)) return true;
  // And what contradicts it is told again, for nobody can know which of the two the receiver heard last.
  if (isContradicted(watch, earlier, attempt)) return true;
  // Nobody but a sender without a majority need have its record, nor but one whose peers fell before its yes.
  const again = { fromMs: attempt.firstByteMs, untilMs: attempt.firstByteMs };
  const isUnheard = earlier.isAlone || felledPeers(watch, earlier, inFlight);
  if (isUnheard && faults.touched(REPLACING, again, earlier.from)) return true;
  // 12.1: the sender fell between the yes and its record.
  const falls = [
    ...faults.during([...REPLACING, "clock"], inFlight, earlier.from),
    ...faults.during(CUTTING, inFlight),
  ];
  // The last second of the log is gone, and stays so.
  const unsynced = { ...inFlight, untilMs: acceptedMs + RECORDING_MS + UNSYNCED_MS };
  if (faults.touched(["power-all"], unsynced)) return true;
  if (wentWithProcesses(watch, earlier, attempt)) return true;
  return falls.some((fault) => {
    // Nobody is there to replace the sender before its machine is back.
    const wasAlone = OF_ALL.includes(fault.kind) || felledAllOwners(watch, attempt, fault);
    const fromMs = wasAlone
      ? fault.untilMs + GROUP_INTERVAL_MS
      : Math.max(fault.fromMs, acceptedMs);
    const backMs = groupingBackMs(watch, earlier, attempt);
    const outMs = ranOut(watch, attempt) ? fault.untilMs + RUNNING_OUT_MS : -Infinity;
    const replacedMs = Math.max(fromMs, backMs, outMs) + REPLACED_WITHIN_MS;
    return attempt.firstByteMs <= unansweredMs(watch, attempt, replacedMs);
  });
}

/** By when another takes its turn where by `replacedMs` nobody was answered, or there, or those left were apart. */
function unansweredMs(watch: Watch, attempt: Attempt, replacedMs: number): number {
  const unanswered = watch.world.receiver.attempts
    .filter((one) => one.key === attempt.key && one.acceptedMs === undefined)
    .map((one) => ({ fromMs: one.firstByteMs, untilMs: givenUpMs(watch, one) }));
  const span = { fromMs: 0, untilMs: attempt.firstByteMs };
  const hindered = watch.faults.during(["receiver-down", ...CUTTING], span);
  const nobody = watch.faults
    .during(OF_ALL, span)
    .map(({ fromMs, untilMs }) => ({ fromMs, untilMs: untilMs + GROUP_INTERVAL_MS }));
  let untilMs = replacedMs;
  for (const vain of [...unanswered, ...hindered, ...nobody].toSorted(
    (a, b) => a.fromMs - b.fromMs,
  )) {
    if (vain.fromMs <= untilMs) untilMs = Math.max(untilMs, vain.untilMs + REPLACED_WITHIN_MS);
  }
  return untilMs;
}

/** When its sender stopped waiting or fell while it waited; -Infinity: neither. */
function givenUpMs({ faults }: Watch, attempt: Attempt): number {
  const { from, firstByteMs: fromMs, endedMs: untilMs = Infinity, abandonedMs } = attempt;
  const falls = faults.during(FELLING, { fromMs, untilMs }, from);
  const fell = falls.find((fault) => fault.fromMs >= fromMs);
  return abandonedMs ?? fell?.fromMs ?? -Infinity;
}

/** Its record was in memory only, because disks were full, and those who had it fell together (PROTOCOL 9). */
function wentWithProcesses(watch: Watch, earlier: Attempt, attempt: Attempt): boolean {
  const { tenant, acceptedMs: atMs = earlier.firstByteMs } = earlier;
  const between = { fromMs: atMs, untilMs: attempt.firstByteMs };
  const falls = watch.faults.during(FELLING, between);
  return falls.some((fault) => wentUnwritten(watch, { tenant, atMs }, fault));
}

/** With few copies two that fall together are all. */
function felledAllOwners(
  { faults, world }: Watch,
  { tenant }: Attempt,
  { fromMs }: Fault,
): boolean {
  const span = { fromMs, untilMs: fromMs + REPLACED_WITHIN_MS };
  return ownersAt(world, tenant, fromMs).every((id) => faults.touched(REPLACING, span, id));
}

/** All other owners were down when its record was to be told. */
function felledPeers(
  { faults, world }: Watch,
  { tenant, from, firstByteMs }: Attempt,
  { untilMs }: { readonly untilMs: number },
): boolean {
  const span = { fromMs: untilMs, untilMs };
  const peers = ownersAt(world, tenant, firstByteMs).filter((id) => id !== from);
  return peers.length > 0 && peers.every((id) => faults.touched(REPLACING, span, id));
}

/** It tells an end that nobody reported: that waits until the fallen one is back or out (ADR 0009). */
function ranOut({ history }: Watch, { alerts }: Attempt): boolean {
  const names = new Set(alerts.filter(({ resolved }) => resolved).map(({ name }) => name));
  return history.alerts.some((one) => names.has(one.name) && one.writes.at(-1)?.firing);
}

/**
 * When the last configuration before the second message was taken or refused, if one since the first groups
 * otherwise: then nobody asks about the key until its grouping is back. -Infinity: no such thing.
 */
function groupingBackMs({ history }: Watch, earlier: Attempt, attempt: Attempt): number {
  const writes = (history.configOf(attempt.tenant)?.writes ?? []).filter(
    ({ beganMs }) => beganMs > earlier.firstByteMs && beganMs < attempt.firstByteMs,
  );
  const byTenant = attempt.group.includes("tenant=");
  if (!writes.some(({ groupBy }) => groupBy.includes("tenant") !== byTenant)) return -Infinity;
  return Math.max(...writes.map((one) => one.ackedMs ?? one.failedMs ?? one.beganMs));
}

/** Somebody without a majority told something else, at the same moment as the earlier message or after it. */
function isContradicted({ faults, world }: Watch, earlier: Attempt, attempt: Attempt): boolean {
  const fromMs = earlier.firstByteMs - ALONE_AHEAD_MS - CLOCK_ERROR_MS;
  const span = { fromMs, untilMs: attempt.firstByteMs };
  return (
    faults.touched(CUTTING, span) &&
    world.receiver.attempts.some(
      (one) =>
        one.isAlone &&
        one.firstByteMs >= span.fromMs &&
        one.firstByteMs < span.untilMs &&
        (one.key === attempt.key
          ? contentOf(one) !== contentOf(attempt)
          : saysOtherwise(one, attempt)),
    )
  );
}

/** Under another key, which no route may make any more (ADR 0023). */
function saysOtherwise(one: Attempt, attempt: Attempt): boolean {
  const isSame = one.tenant === attempt.tenant && one.place === attempt.place;
  return (
    isSame &&
    attempt.alerts.some(({ name, resolved }) =>
      one.alerts.some((told) => told.name === name && told.resolved !== resolved),
    )
  );
}

function contentOf(attempt: Attempt): string {
  const parts = attempt.alerts.map(
    ({ name, startsAtMs, resolved }) => `${name} ${startsAtMs} ${resolved ? "resolved" : "firing"}`,
  );
  return parts.sort().join("\n");
}
