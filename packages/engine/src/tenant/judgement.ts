/**
 * When an alert has ended (PROTOCOL 7.4).
 *
 * An end that somebody reported is an end, whoever knows it. One that merely ran out, because nothing
 * was heard, is an end only if it could have been heard: a majority of the owners must have been in
 * unbroken contact for as long as the alert was valid. A replica on the minority side of a partition, or
 * one that was down, would otherwise call everything resolved (A15, A17). Until then it is told as firing.
 */
import { ZERO_TIME_MS } from "@tocsin/domain/alert";
import type { AlertRecord } from "@tocsin/domain/model";

/** An instant with what the judge could have heard by then. */
export interface Judgement {
  readonly nowMs: number;
  readonly contactMs: number;
}

const CONTACT_WANTED_MAX_MS = 5 * 60_000;

/** Tells whether the alert counts as ended. No record is judged before its own `updatedAtMs`. */
export function isEnded(record: AlertRecord, { nowMs, contactMs }: Judgement): boolean {
  const { endsAtMs } = record;
  if (endsAtMs === ZERO_TIME_MS) return false;
  if (isReportedEnd(record)) return true;
  if (endsAtMs > nowMs) return false;
  return contactMs >= contactWantedMs(record);
}

/** How long nothing must have been heard of an alert that ran out. */
function contactWantedMs({ endsAtMs, updatedAtMs }: AlertRecord): number {
  return Math.min(endsAtMs - updatedAtMs, CONTACT_WANTED_MAX_MS);
}

/** When an alert that ran out will count as ended if nothing is heard of it; Infinity if it has or has not to. */
export function heldUntilMs(record: AlertRecord, judgement: Judgement): number {
  const { nowMs, contactMs } = judgement;
  if (!isPastEnd(record, nowMs) || isEnded(record, judgement)) return Infinity;
  return nowMs + contactWantedMs(record) - contactMs;
}

/** A sender said that it had ended, rather than that nothing was heard of it any more. */
export function isReportedEnd({ endsAtMs, updatedAtMs }: AlertRecord): boolean {
  return endsAtMs !== ZERO_TIME_MS && endsAtMs <= updatedAtMs;
}

/** Tells whether contact was long enough for any alert: then only the clock counts. */
export function hasFullContact({ contactMs }: Judgement): boolean {
  return contactMs >= CONTACT_WANTED_MAX_MS;
}

/** The end has come by the clock, whoever could have been heard meanwhile. */
export function isPastEnd(record: AlertRecord, nowMs: number): boolean {
  return isEnded(record, { nowMs, contactMs: Infinity });
}
