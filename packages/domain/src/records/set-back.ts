/**
 * What records say after the wall clock was set back, for an instance that is alone.
 *
 * An instant at which something is said to have been done, and that is still to come, is of the clock as it
 * was before. How far that was off nobody knows, as the process may not have run then; so what it did is
 * taken to have been done now. What had begun or ended by then has begun or ended by now; what was still to
 * come, such as an end that a sender gave, is left as it was said. Nothing is ever taken for later than it
 * was, so each rule leaves a record alone that it has been applied to.
 *
 * Owners of a ring must not do so: what one changes by its own clock the others' copies would undo.
 */
import {
  ZERO_TIME_MS,
  type AlertRecord,
  type GroupRecord,
  type LogRecord,
  type SilenceRecord,
} from "../model/index.ts";

/** The clock of a group: its last tick was now at the latest, or else its birth. */
export function groupSetBack(record: GroupRecord, nowMs: number): GroupRecord {
  const { tickMs, bornMs, afterMs } = record;
  if (tickMs <= nowMs && bornMs <= nowMs) return record;
  if (tickMs >= bornMs) {
    const born = Math.min(bornMs, nowMs);
    return { ...record, tickMs: nowMs, bornMs: born, afterMs: Math.min(afterMs, born - 1) };
  }
  // Before the first tick it says when the life before this one was over.
  const before = nowMs - 1;
  return {
    ...record,
    bornMs: nowMs,
    tickMs: Math.min(tickMs, before),
    afterMs: Math.min(afterMs, before),
  };
}

/** A log entry: it was told now at the latest, so that the repeat interval counts from now. */
export function logSetBack(record: LogRecord, nowMs: number): LogRecord {
  const { timestampMs, tickMs } = record;
  if (timestampMs <= nowMs && tickMs <= nowMs) return record;
  return {
    ...record,
    timestampMs: Math.min(timestampMs, nowMs),
    tickMs: Math.min(tickMs, nowMs),
  };
}

/**
 * An alert: it was last posted now at the latest. An end of our own (`resolve_timeout`) keeps its distance.
 * `isEndTold`: its end had come before the clock was set back, and somebody was told so.
 */
export function alertSetBack(record: AlertRecord, nowMs: number, isEndTold: boolean): AlertRecord {
  const { startsAtMs, updatedAtMs } = record;
  const endsAtMs = endSetBack(record, nowMs, isEndTold);
  if (updatedAtMs <= nowMs && endsAtMs === record.endsAtMs) return record;
  const begunMs = startsAtMs <= updatedAtMs ? Math.min(startsAtMs, nowMs) : startsAtMs;
  const isEndMoved = endsAtMs !== record.endsAtMs;
  const beginMs = isEndMoved ? Math.min(begunMs, endsAtMs) : begunMs;
  const isMoved = isEndMoved || beginMs !== startsAtMs;
  return {
    ...record,
    updatedAtMs: Math.min(updatedAtMs, nowMs),
    startsAtMs: beginMs,
    endsAtMs,
    // Both are about the times as they were sent.
    sent: isMoved ? undefined : record.sent,
    past: isMoved ? undefined : record.past,
  };
}

function endSetBack(record: AlertRecord, nowMs: number, isEndTold: boolean): number {
  const { endsAtMs, updatedAtMs, timeout } = record;
  if (endsAtMs === ZERO_TIME_MS || endsAtMs <= nowMs) return endsAtMs;
  if (isEndTold || endsAtMs <= updatedAtMs) return nowMs;
  return timeout && updatedAtMs > nowMs ? endsAtMs - (updatedAtMs - nowMs) : endsAtMs;
}

/**
 * A silence: it was last changed now at the latest, and is what it was then. Else every change would be
 * judged at the instant of the last one, and begin there.
 */
export function silenceSetBack(record: SilenceRecord, nowMs: number): SilenceRecord {
  const { startsAtMs, endsAtMs, updatedAtMs } = record;
  if (updatedAtMs <= nowMs) return record;
  // At the very instant of its end a silence still mutes.
  const endedMs = endsAtMs < updatedAtMs ? nowMs - 1 : nowMs;
  const endMs = endsAtMs <= updatedAtMs ? Math.min(endsAtMs, endedMs) : endsAtMs;
  const begunMs = startsAtMs <= updatedAtMs ? Math.min(startsAtMs, nowMs) : startsAtMs;
  return {
    ...record,
    updatedAtMs: nowMs,
    startsAtMs: Math.min(begunMs, endMs),
    endsAtMs: endMs,
  };
}
