/**
 * What suppresses an alert. It depends on its labels only, so the answers are kept with the alert and
 * worked out again only when silences or sources have changed: a reader of 10,000 alerts compares two
 * numbers for each.
 */
import type { Fingerprint } from "@tocsin/domain/model";
import type { AlertEntry } from "./alert-entry.ts";
import type { Judgement } from "./judgement.ts";
import type { TenantData } from "./tenant-data.ts";

/** Contact for this long makes any alert's end an end, see `judgement.ts`. */
const CONTACT_FULL_MS = 5 * 60_000;
const NONE: readonly Fingerprint[] = [];

/** The IDs of the silences that mute the alert at this instant. */
export function silencedBy(data: TenantData, entry: AlertEntry, nowMs: number): readonly string[] {
  if (data.silences.size === 0) return NONE;
  const { version } = data.silences;
  const status = entry.statusNow();
  if (status.silencesVersion !== version) {
    status.silences = data.silences.matching(entry.record);
    status.silencesVersion = version;
  }
  return data.silences.active(status.silences, nowMs);
}

export function isSilenced(data: TenantData, entry: AlertEntry, nowMs: number): boolean {
  return silencedBy(data, entry, nowMs).length > 0;
}

/** The source that inhibits the alert at this instant, as a list of one or none. */
export function inhibitedBy(
  data: TenantData,
  entry: AlertEntry,
  nowMs: number,
): readonly Fingerprint[] {
  const { version } = data.inhibitors;
  if (version === 0) return NONE;
  const status = entry.statusNow();
  const isFresh =
    status.inhibitorVersion === version &&
    nowMs >= status.inhibitorAtMs &&
    (status.inhibitor === undefined || status.inhibitor.endsAtMs > nowMs);
  if (!isFresh) {
    status.inhibitor = data.inhibitors.find(entry.record, nowMs);
    status.inhibitorVersion = version;
    status.inhibitorAtMs = nowMs;
  }
  return status.inhibitor === undefined ? NONE : [status.inhibitor.fp];
}

/**
 * Whether the alert is inhibited, for a decision. Without enough contact a source that merely ran out
 * counts as firing, as it would be told (PROTOCOL 7.4).
 */
export function hasInhibitor(data: TenantData, entry: AlertEntry, judgement: Judgement): boolean {
  if (judgement.contactMs >= CONTACT_FULL_MS) {
    return inhibitedBy(data, entry, judgement.nowMs).length > 0;
  }
  return data.inhibitors.find(entry.record, 0) !== undefined;
}
