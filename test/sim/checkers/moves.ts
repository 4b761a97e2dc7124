/**
 * I20: joins, leaves and restarts without a crash hurry nothing, and where nothing else is wrong they
 * repeat and lose nothing either.
 *
 * Ticks are a schedule from a group's birth: messages say nothing of them, but what the clients wrote does. A
 * group is born by a write that finds none of its alerts firing, and from then on its ticks are
 * `group_interval` apart. So each first byte must follow a tick of some birth soon, and no two of one place
 * the same tick.
 */
import { DEFAULT_TIMINGS } from "@tocsin/engine/cluster";
import { GRACEFUL } from "../faults/index.ts";
import { isBefore, lastAcked, type ClientAlert } from "../history.ts";
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS } from "../scenario.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import type { Attempt } from "../world/receivers.ts";
import { nobodyUntil } from "./copies.ts";
import { groupIn, ownersAt, type Watch } from "./watch.ts";

/** The clocks by which ticks are due. */
const EARLY_MAX_MS = 400;
/** Of two members each goes by its own clock, however wrong it is and fast it runs (PROTOCOL 12.7). */
const EARLY_OF_TWO_MAX_MS = 1_000;
/** The graces of two that leave or are not there yet, and a claim that has to be repeated. */
const LATE_MAX_MS = 2_500;
const CLAIM_MAX_MS = 500;
/** A group whose first alert is older than `group_wait` is flushed this soon (S-27). */
const URGENT_MS = 50;

/** To be called when duplicates and losses have been looked for. */
export function checkMoves(watch: Watch): void {
  const { history, faults, world } = watch;
  // Configurations regroup alerts, and groups that are made anew have a schedule of their own.
  if (history.configs.some(({ writes }) => writes.length > 0)) return;
  if (faults.all.length === 0 || !faults.all.every(({ kind }) => GRACEFUL.includes(kind))) return;
  for (const { invariant, atMs, message } of history.violations) {
    if (CHANGED.includes(invariant)) history.violate("I20", atMs, message);
  }
  const last = new Map<string, readonly Tick[]>();
  for (const attempt of world.receiver.attempts) {
    if (isHastened(watch, attempt)) continue;
    const ticks = ticksOf(watch, attempt);
    const spent = last.get(attempt.key) ?? [];
    last.set(attempt.key, ticks);
    const what = `${attempt.from} sends ${attempt.group}`;
    if (ticks.length === 0)
      history.violate("I20", attempt.firstByteMs, `${what} between two ticks`);
    else if (ticks.every((tick) => spent.some((one) => isSpent(tick, one)))) {
      history.violate("I20", attempt.firstByteMs, `${what} for a tick that was told already`);
    }
  }
}

/** Told twice, told late or never, contradicted. */
const CHANGED: readonly string[] = ["I10", "I11", "I12", "I13", "I14", "I18", "I22"];

/** The `number`th tick after the first one, which was due at `firstMs`. */
interface Tick {
  readonly firstMs: number;
  readonly number: number;
}

function isSpent(tick: Tick, spent: Tick): boolean {
  return tick.firstMs === spent.firstMs && tick.number <= spent.number;
}

/**
 * An only member that held back the end of an alert that has run out tells it between two ticks, as soon as
 * it may, and from then on its ticks count from there.
 */
function isHastened({ history, world }: Watch, { tenant, group, firstByteMs }: Attempt): boolean {
  if (ownersAt(world, tenant, firstByteMs).length > 1) return false;
  return history.alertsOf(tenant, groupIn(group)).some(({ writes }) => {
    const last = lastAcked(writes, firstByteMs);
    return last?.firing === true && last.endsAtMs - trueEpochMs < firstByteMs;
  });
}

/** The ticks that a message may belong to: by each possible birth of its group at most one. */
function ticksOf(watch: Watch, { tenant, group, firstByteMs }: Attempt): readonly Tick[] {
  const alerts = watch.history.alertsOf(tenant, groupIn(group));
  const firstsMs = alerts.flatMap((alert) => firstTicksMs(alert, alerts, firstByteMs));
  const written = watch.world.ring.written.findLast((one) => one.atMs <= firstByteMs);
  const isOutvoted = (written?.document.settled.length ?? 0) > 2;
  const earlyMs = isOutvoted ? EARLY_MAX_MS : EARLY_OF_TWO_MAX_MS;
  const positions = ownersAt(watch.world, tenant, firstByteMs).length - 1;
  const gracesMs = positions * DEFAULT_TIMINGS.turnGraceMs;
  return firstsMs.flatMap((firstMs) => {
    const sinceMs = firstByteMs - firstMs + earlyMs;
    const number = Math.floor(sinceMs / GROUP_INTERVAL_MS);
    const tickMs = firstMs + number * GROUP_INTERVAL_MS;
    // Ticks that nobody was there for become one, which is due as soon as somebody is.
    const thereMs = nobodyUntil(watch, tenant, { fromMs: tickMs, untilMs: firstByteMs });
    const lateMaxMs = isSplit(alerts, tickMs) ? gracesMs + CLAIM_MAX_MS : LATE_MAX_MS;
    const isInTime = firstByteMs - Math.max(tickMs, thereMs) <= Math.max(lateMaxMs, LATE_MAX_MS);
    return number >= 0 && isInTime ? [{ firstMs, number }] : [];
  });
}

/** Something changed about a tick: the last in order may be the only one that had heard of it (PROTOCOL 7.1, A6). */
function isSplit(alerts: readonly ClientAlert[], tickMs: number): boolean {
  return alerts.some(({ writes }) =>
    writes.some(
      ({ beganMs, firing }, at) =>
        Math.abs(beganMs - tickMs) <= EARLY_MAX_MS && writes[at - 1]?.firing !== firing,
    ),
  );
}

/** When a group's first tick is due that a write of this alert may have made before `untilMs`. */
function firstTicksMs(
  { writes }: ClientAlert,
  all: readonly ClientAlert[],
  untilMs: number,
): readonly number[] {
  return writes.flatMap(({ firing, beganMs, startsAtMs }) => {
    if (!firing || beganMs > untilMs || all.some((one) => fires(one, beganMs))) return [];
    const ageMs = beganMs - (startsAtMs - trueEpochMs);
    return ageMs > GROUP_WAIT_MS - EARLY_MAX_MS
      ? [beganMs + URGENT_MS, beganMs + GROUP_WAIT_MS]
      : [beganMs + GROUP_WAIT_MS];
  });
}

/** Surely, whatever was written side by side. */
function fires({ writes }: ClientAlert, atMs: number): boolean {
  const known = lastAcked(writes, atMs);
  if (known?.firing !== true) return false;
  return writes.every((write) => write.firing || write.beganMs > atMs || isBefore(write, known));
}
