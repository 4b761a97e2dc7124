/**
 * What suppresses an alert. It depends on its labels only, so the answers are kept with the alert and
 * worked out again only when silences or sources have changed: a reader of 10,000 alerts compares two
 * numbers for each.
 */
import type { AlertRecord, Fingerprint } from "@tocsin/domain/model";
import type { AlertEntry } from "./alert-entry.ts";
import type { JudgingState, TenantData } from "./tenant-data.ts";

/** So many steps of regular expressions on one character take as long as a simple alert. */
export const STEPS_PER_ALERT = 500;

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
export function statusWork(data: TenantData, entry: AlertEntry): number {
  const { status } = entry;
  let steps = 0;
  if (status?.silencesVersion !== data.silences.version) steps += data.silences.regexSteps;
  if (status?.inhibitorVersion !== data.inhibitors.version) steps += data.inhibitors.regexSteps;
  if (steps === 0) return 0;
  return steps * longestValue(entry.record);
}

/**
 * Works out which silences match these alerts, where that takes regular expressions and is not known yet, so
 * that whoever asks next need not. Yields before each the work that it will be, in steps on a character.
 */
export function* matchSilences(
  data: TenantData,
  entries: readonly AlertEntry[],
  nowMs: number,
): Generator<number> {
  for (const entry of entries) {
    const { regexSteps, version } = data.silences;
    if (regexSteps === 0 || entry.status?.silencesVersion === version) continue;
    yield regexSteps * longestValue(entry.record);
    silencedBy(data, entry, nowMs);
  }
}

/** Whether silences mute the alert at this instant. What is known of it is not worked out again. */
export function isSilenced({ silences }: JudgingState, entry: AlertEntry, nowMs: number): boolean {
  const { record, status } = entry;
  if (status?.silencesVersion !== silences.version) return silences.mutes(record, nowMs);
  return silences.active(status.silences, nowMs).length > 0;
}

/** Characters of the longest value of a label. */
export function longestValue({ values }: Pick<AlertRecord, "values">): number {
  return values.reduce((most, value) => Math.max(most, value.length), 0);
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
