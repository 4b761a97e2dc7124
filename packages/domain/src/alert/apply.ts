/**
 * How an alert that a client sent becomes the stored record.
 *
 * Upstream's rule, field for field: if the new range lies partly inside the old one the two are merged,
 * else the new one replaces the old (S-6, S-7). A plain refresh has the old start and a later end,
 * which is no overlap in that sense, so it replaces. Between owners whole records are compared
 * instead; that is not here, but what the merge found is remembered for it (`past`).
 */
import type { AlertRecord, InstanceId } from "../model/index.ts";
import { pastOf } from "../records/index.ts";
import { fingerprint } from "./fingerprint.ts";
import type { CompletedAlert } from "./intake.ts";
import {
  compareInstants,
  endOf,
  startOf,
  timesFrom,
  ZERO_TIME_MS,
  type AlertTimes,
} from "./times.ts";

const KEEP_AFTER_END_MS = 30 * 60_000;
const KEEP_AFTER_END_MAX_MS = 24 * 3_600_000;

/** What the merge looks at and changes. */
export interface AlertVersion extends AlertTimes {
  readonly updatedAtMs: number;
  readonly timeout: boolean;
}

export interface ApplyOptions {
  /** The instant at which ends count as past: cluster time of the batch. */
  readonly nowMs: number;
  readonly stampUs: number;
  readonly stampBy: InstanceId;
}

/** True if the alert's end is set and not after the instant (S-8). */
export function isResolved(alert: Pick<AlertTimes, "endsAtMs">, nowMs: number): boolean {
  return alert.endsAtMs <= nowMs && alert.endsAtMs !== ZERO_TIME_MS;
}

/**
 * The record after a posted alert with these labels. The stamp, not the clock, says which is newer: an
 * accepted alert is newer than what is stored, so `updatedAtMs` never falls behind it.
 */
export function applyAlert(
  old: AlertRecord | undefined,
  posted: CompletedAlert,
  options: ApplyOptions,
): AlertRecord {
  const updatedAtMs = Math.max(posted.updatedAtMs, old?.updatedAtMs ?? posted.updatedAtMs);
  const next = { ...posted, updatedAtMs };
  const version = old === undefined ? next : putAlert<AlertVersion>(old, next, options.nowMs);
  const identity = old ?? identify(posted);
  return {
    names: identity.names,
    values: identity.values,
    fpHi: identity.fpHi,
    fpLo: identity.fpLo,
    annotations: posted.annotations,
    generatorUrl: posted.generatorUrl,
    startsAtMs: version.startsAtMs,
    endsAtMs: version.endsAtMs,
    sent: version.sent,
    past: pastOf(old, { joined: version, posted }, options),
    updatedAtMs,
    timeout: version.timeout,
    stampUs: options.stampUs,
    stampBy: options.stampBy,
    prevUs: old?.stampUs ?? 0,
    prevBy: old?.stampBy ?? "",
    keepUntilMs: keepUntil(old, version, options.nowMs),
  };
}

/** What upstream stores when `next` arrives and `old` is there: the merge if they overlap, or `next`. */
export function putAlert<Version extends AlertVersion>(
  old: Version,
  next: Version,
  nowMs: number,
): Version {
  return overlaps(old, next) ? mergeAlerts(old, next, nowMs) : next;
}

/** S-6: the new end or the new start lies strictly inside the old range. */
export function overlaps(old: AlertTimes, next: AlertTimes): boolean {
  return isInside(old, endOf(next)) || isInside(old, startOf(next));
}

/** S-7: all fields of the newer one, with the earlier start and the end that rules. */
export function mergeAlerts<Version extends AlertVersion>(
  first: Version,
  second: Version,
  nowMs: number,
): Version {
  if (second.updatedAtMs < first.updatedAtMs) return mergeAlerts(second, first, nowMs);
  const [older, newer] = [first, second];
  const startsEarlier = compareInstants(startOf(older), startOf(newer)) < 0;
  const endsLater = compareInstants(endOf(older), endOf(newer)) > 0;
  const keepsEnd =
    endsLater && (isResolved(newer, nowMs) ? isResolved(older, nowMs) : !older.timeout);
  const start = startsEarlier ? startOf(older) : startOf(newer);
  return { ...newer, ...timesFrom(start, keepsEnd ? endOf(older) : endOf(newer)) };
}

function isInside(range: AlertTimes, instant: { ms: number; subNs: number }): boolean {
  const point = { ...instant, offsetMin: 0 };
  return compareInstants(point, startOf(range)) > 0 && compareInstants(point, endOf(range)) < 0;
}

function identify(posted: CompletedAlert): Pick<AlertRecord, "names" | "values" | "fpHi" | "fpLo"> {
  const { hi, lo } = fingerprint(posted.labels);
  return { names: posted.labels.names, values: posted.labels.values, fpHi: hi, fpLo: lo };
}

/**
 * Until when the record must be remembered: long enough that a copy of a firing version that it replaced
 * cannot come back alive, but no longer than a day after its own end, and never shorter than its predecessor.
 */
function keepUntil(old: AlertRecord | undefined, next: AlertTimes, nowMs: number): number {
  const firingEndMs = old !== undefined && !isResolved(old, nowMs) ? old.endsAtMs : next.endsAtMs;
  const wantedMs = Math.max(next.endsAtMs, firingEndMs) + KEEP_AFTER_END_MS;
  const boundedMs = Math.min(wantedMs, next.endsAtMs + KEEP_AFTER_END_MAX_MS);
  return Math.max(boundedMs, old?.keepUntilMs ?? boundedMs);
}
