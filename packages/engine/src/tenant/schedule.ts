/**
 * When groups are flushed.
 *
 * Ticks are a schedule, not a timer: the first is due `group_wait` after the group was born (at once for
 * an urgent one), each next one `group_interval` after the last tick's nominal time, not after the
 * work was done. So owners agree to within their clocks, and one that gains a group goes on in step.
 * Missed ticks become one, at the last of the missed instants, so the steps stay where they were.
 */
import type { GroupRecord } from "@tocsin/domain/model";
import type { Route } from "@tocsin/domain/route";

/** Even an urgent group waits until the request that made it has been answered, mostly. */
export const URGENT_WAIT_MS = 50;

type Timings = Pick<Route, "groupWaitMs" | "groupIntervalMs">;

/** Whether a tick of this life of the group has been spent. */
export function hasTicked({ bornMs, tickMs }: GroupRecord): boolean {
  return tickMs >= bornMs;
}

/** The nominal time of the tick that follows the last one spent. */
export function nextTickMs(clock: GroupRecord, timings: Timings): number {
  if (hasTicked(clock)) return clock.tickMs + timings.groupIntervalMs;
  return (
    clock.bornMs +
    (clock.urgent ? Math.min(URGENT_WAIT_MS, timings.groupWaitMs) : timings.groupWaitMs)
  );
}

/**
 * The latest instant at which the next tick can be due of a clock that says nothing of instants to come: what
 * is planned for later was planned by a wall clock that has been set back since.
 */
export function latestTickMs(clock: GroupRecord, nowMs: number, timings: Timings): number {
  return hasTicked(clock) ? nowMs + timings.groupIntervalMs : nextTickMs(clock, timings);
}

/** Of the ticks from `dueMs` on, the last that is not after `nowMs`. */
export function lastTickMs(dueMs: number, nowMs: number, timings: Timings): number {
  const missedCount = Math.floor((nowMs - dueMs) / timings.groupIntervalMs);
  return missedCount > 0 ? dueMs + missedCount * timings.groupIntervalMs : dueMs;
}

/**
 * When this owner's own next tick is due after it has learned of a clock that is ahead.
 *
 * A tick that another has spent and that is still to come here stays due: this owner must watch it, or
 * nobody would take over if the other fails. A due time that lies between the other's ticks moves on to
 * the next of them, so that owners which fell out of step are in step again. One that lies beyond, because
 * ticks of a younger schedule went by here, moves back to the other's last tick before it: none that the
 * other would have spent is left out.
 */
export function dueAfterMerge(dueMs: number, clock: GroupRecord, timings: Timings): number {
  const nextMs = nextTickMs(clock, timings);
  if (!hasTicked(clock)) return Math.min(dueMs, nextMs);
  if (dueMs <= clock.tickMs) return dueMs;
  return dueMs <= nextMs ? nextMs : lastTickMs(nextMs, dueMs, timings);
}

/** S-27: the first flush does not wait when the alert that made the group is old. */
export function isUrgent(startsAtMs: number, bornMs: number, timings: Timings): boolean {
  return startsAtMs + timings.groupWaitMs < bornMs;
}
