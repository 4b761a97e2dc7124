/**
 * When an alert has ended (PROTOCOL 7.4).
 *
 * An end that somebody reported is an end, whoever knows it. One that merely ran out, because nothing
 * was heard, is an end only if it could have been heard: since its last post, a majority of the owners must
 * have been in contact for as long as the alert was valid. A replica on the minority side of a partition, or
 * one that was down, would otherwise call everything resolved (A15, A17). Until then it is told as firing.
 */
import {
  ALWAYS_HEARD,
  heardWithinMs,
  unbrokenMs,
  ZERO_TIME_MS,
  type HeardTime,
} from "@tocsin/domain/alert";
import type { AlertRecord } from "@tocsin/domain/model";

/** An instant with what the judge could have heard by then. */
export interface Judgement {
  readonly nowMs: number;
  readonly heard: HeardTime;
}

/**
 * Who re-sends does it at least so often while an alert is valid, as Prometheus does. A span of contact in
 * which nothing need have been sent says nothing.
 */
const RESENDS_WITHIN = 4;
/** No alert wants more than this, however long it was valid. */
export const CONTACT_WANTED_MAX_MS: number = 5 * 60_000;
export const CONTACT_SPAN_MAX_MS: number = CONTACT_WANTED_MAX_MS / RESENDS_WITHIN;

/** Tells whether the alert counts as ended. No record is judged before its own `updatedAtMs`. */
export function isEnded(record: AlertRecord, { nowMs, heard }: Judgement): boolean {
  const { endsAtMs } = record;
  if (endsAtMs === ZERO_TIME_MS) return false;
  if (isReportedEnd(record)) return true;
  return hasRunOut({ endsAtMs, validMs: endsAtMs - record.updatedAtMs }, { nowMs, heard });
}

/** The end has passed, and what could have been heard since the last post is enough to believe it. */
export function hasRunOut(
  { endsAtMs, validMs }: { readonly endsAtMs: number; readonly validMs: number },
  { nowMs, heard }: Judgement,
): boolean {
  if (endsAtMs > nowMs) return false;
  const wantedMs = Math.min(validMs, CONTACT_WANTED_MAX_MS);
  const ageMs = nowMs - endsAtMs + wantedMs;
  return heardWithinMs(heard, ageMs, wantedMs / RESENDS_WITHIN) >= wantedMs;
}

/** How long nothing must have been heard of an alert that ran out. */
function contactWantedMs({ endsAtMs, updatedAtMs }: AlertRecord): number {
  return Math.min(endsAtMs - updatedAtMs, CONTACT_WANTED_MAX_MS);
}

/**
 * When at the soonest an alert that ran out will count as ended if nothing is heard of it; Infinity if it
 * has or has not to.
 */
export function heldUntilMs(record: AlertRecord, judgement: Judgement): number {
  const { nowMs, heard } = judgement;
  if (!isPastEnd(record, nowMs) || isEnded(record, judgement)) return Infinity;
  const wantedMs = contactWantedMs(record);
  return nowMs + wantedMs - heardWithinMs(heard, nowMs - record.endsAtMs + wantedMs);
}

/** A sender said that it had ended, rather than that nothing was heard of it any more. */
export function isReportedEnd({ endsAtMs, updatedAtMs }: AlertRecord): boolean {
  return endsAtMs !== ZERO_TIME_MS && endsAtMs <= updatedAtMs;
}

/** Tells whether contact was long enough for any alert: then only the clock counts. */
export function hasFullContact({ heard }: Judgement): boolean {
  return unbrokenMs(heard) >= CONTACT_WANTED_MAX_MS;
}

/** The end has come by the clock, whoever could have been heard meanwhile. */
export function isPastEnd(record: AlertRecord, nowMs: number): boolean {
  return isEnded(record, { nowMs, heard: ALWAYS_HEARD });
}
