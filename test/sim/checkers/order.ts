/** I13: nobody is told firing after resolved of the same start. */
import { CUTTING, FELLING, REPLACING } from "../faults/index.ts";
import { isBefore, lastAcked, type AlertWrite } from "../history.ts";
import type { Attempt } from "../world/receivers.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import { mayFollow } from "./content.ts";
import {
  CLOCK_ERROR_MAX_MS,
  clockErrorMs,
  groupIn,
  LOOK_AGE_MAX_MS,
  RECORDING_MS,
  type Watch,
} from "./watch.ts";

const MINORITY_WAIT_MS = 20_000;
const RIGHT_CLOCK_ERROR_MS = 50;

export function checkOrder(watch: Watch, attempt: Attempt): void {
  for (const { name, startsAtMs, resolved } of attempt.alerts) {
    if (resolved) continue;
    const earlier = watch.world.receiver.attempts.findLast(
      (one) =>
        one !== attempt &&
        one.tenant === attempt.tenant &&
        one.place === attempt.place &&
        one.acceptedMs !== undefined &&
        one.acceptedMs < attempt.firstByteMs &&
        one.alerts.some((a) => a.name === name && a.startsAtMs === startsAtMs && a.resolved),
    );
    if (earlier === undefined || isGranted(watch, { name, ended: earlier, fires: attempt }))
      continue;
    watch.history.violate(
      "I13",
      attempt.firstByteMs,
      `${name} is told as firing by ${attempt.from} after ${earlier.from} told its end at ${earlier.acceptedMs?.toFixed(0)}`,
    );
  }
}

interface Contradiction {
  readonly name: string;
  readonly ended: Attempt;
  readonly fires: Attempt;
}

/**
 * The message is right when the alert was heard of again after its end was decided: it had run out by
 * every acknowledged write (PROTOCOL 7.4), or the writes that ended and renewed it ran side by side. And
 * it cannot be had from a minority, whether the others are cut off or fell, nor when the record of the
 * end went with the power, nor when who told that an alert had run out fell before it could record that
 * (12.1): whoever is left may have to wait to judge so. What a cut-off side has contradicted was told as
 * firing last, for all owners, until one tells the end again (ADR 0023): a message about others of the
 * group, or under another key, repeats it.
 */
function isGranted(watch: Watch, { name, ended, fires }: Contradiction): boolean {
  const { history, faults } = watch;
  const span = { fromMs: ended.firstByteMs - MINORITY_WAIT_MS, untilMs: fires.firstByteMs };
  const isOfMinority = ended.isAlone || fires.isAlone || saidAlone(watch, { name, ended, fires });
  if (isOfMinority && faults.touched([...CUTTING, ...FELLING], span)) return true;
  if (faults.touched(["power-all"], { ...span, fromMs: ended.firstByteMs })) return true;
  const alert = history
    .alertsOf(ended.tenant, groupIn(ended.group))
    .find((one) => one.name === name);
  if (alert === undefined) return false;
  // Undefined: all writes were refused, and one that somebody took had run out.
  const known = lastAcked(alert.writes, ended.firstByteMs - LOOK_AGE_MAX_MS);
  const end = known?.firing === false ? known : undefined;
  const errorMs = clockErrorMs(watch, ended.firstByteMs);
  const runOutMs = (known?.endsAtMs ?? -Infinity) - trueEpochMs - errorMs;
  if (end === undefined && runOutMs > ended.firstByteMs) return false;
  const inFlight = {
    fromMs: ended.firstByteMs,
    untilMs: (ended.acceptedMs ?? 0) + RECORDING_MS,
  };
  if (end === undefined && faults.touched(REPLACING, inFlight, ended.from)) return true;
  return alert.writes.some(
    (write) =>
      write.firing &&
      write !== known &&
      mayFollow(write, ended.firstByteMs) &&
      write.beganMs < fires.firstByteMs &&
      (end === undefined || (!isBefore(write, end) && !isOvertaken(watch, write, alert.writes))),
  );
}

/** Whether it renews what was said to have ended while it was under way, and so is no later word (ADR 0028). */
function isOvertaken(
  { scenario }: Watch,
  renewal: AlertWrite,
  writes: readonly AlertWrite[],
): boolean {
  const errorMs = scenario.clocksAreRight ? RIGHT_CLOCK_ERROR_MS : CLOCK_ERROR_MAX_MS;
  const end = writes.find(
    ({ firing, startsAtMs, ackedMs }) =>
      !firing && startsAtMs === renewal.startsAtMs && ackedMs !== undefined,
  );
  return end !== undefined && renewal.beganMs + errorMs < end.beganMs;
}

/** Whether somebody who was cut off told it as firing between the two. */
function saidAlone({ world }: Watch, { name, ended, fires }: Contradiction): boolean {
  return world.receiver.attempts.some(
    (one) =>
      one.isAlone &&
      one.tenant === fires.tenant &&
      one.place === fires.place &&
      one.firstByteMs > ended.firstByteMs &&
      one.firstByteMs < fires.firstByteMs &&
      one.alerts.some((alert) => alert.name === name && !alert.resolved),
  );
}
