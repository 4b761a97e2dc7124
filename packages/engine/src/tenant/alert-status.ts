/**
 * What suppresses an alert. It depends on its labels only, so the answers are kept with the alert and
 * worked out again only when silences or sources have changed: a reader of 10,000 alerts compares two
 * numbers for each.
 */
import type { Fingerprint } from "@tocsin/domain/model";
import type { AlertEntry } from "./alert-entry.ts";
import type { TenantData } from "./tenant-data.ts";

const NONE: readonly never[] = [];

/** The IDs of the silences that mute the alert at this instant. */
export function silencedBy(data: TenantData, entry: AlertEntry, nowMs: number): readonly string[] {
  if (data.silences.size === 0) return NONE;
  const { version } = data.silences;
  const status = entry.statusNow();
  if (status.silencesVersion !== version) {
    const matching = data.silences.matching(entry.record);
    status.silences = matching.length === 0 ? NONE : matching;
    status.silencesVersion = version;
  }
  return data.silences.active(status.silences, nowMs);
}

/**
 * What asking for the two would take now, in steps of regular expressions on a character: nothing where the
 * answers are known.
 */
export function statusWork(data: TenantData, { record, status }: AlertEntry): number {
  let steps = 0;
  if (status?.silencesVersion !== data.silences.version) steps += data.silences.regexSteps;
  if (status?.inhibitorVersion !== data.inhibitors.version) steps += data.inhibitors.regexSteps;
  if (steps === 0) return 0;
  return steps * record.values.reduce((most, value) => Math.max(most, value.length), 0);
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
