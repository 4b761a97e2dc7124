/**
 * What suppresses an alert. It depends on its labels only, so the answers are kept with the alert and
 * worked out again only when silences or sources have changed: a reader of 10,000 alerts compares two
 * numbers for each.
 */
import { longestValue, type AlertRecord, type Fingerprint } from "@tocsin/domain/model";
import type { Steps } from "@tocsin/foundation";
import { NEVER_ASKED, type AlertEntry, type AlertStatus } from "./alert-entry.ts";
import { hasFullContact, type Judgement } from "./judgement.ts";
import type { SilenceStore } from "./silence-store.ts";
import type { JudgingState, TenantData } from "./tenant-data.ts";

/** So many steps of regular expressions on one character take as long as a simple alert. */
export const STEPS_PER_ALERT = 500;

const NONE: readonly never[] = [];

/** The IDs of the silences that mute the alert at this instant. */
export function silencedBy(data: TenantData, entry: AlertEntry, nowMs: number): readonly string[] {
  if (data.silences.size === 0) return NONE;
  return activeSilences(data, { record: entry.record, status: entry.statusNow() }, nowMs);
}

function activeSilences(
  { silences }: JudgingState,
  asked: AskedAlert,
  nowMs: number,
): readonly string[] {
  return silences.active(matchingSilences(silences, asked), nowMs);
}

interface AskedAlert {
  readonly record: AlertRecord;
  readonly status: AlertStatus;
}

function matchingSilences(
  silences: SilenceStore,
  { record, status }: AskedAlert,
): readonly string[] {
  const { silencesVersion: version, silences: ids } = status;
  if (version !== silences.version) {
    const matching = silences.matchingSince(record, { version, ids });
    status.silences = matching.length === 0 ? NONE : matching;
    status.silencesVersion = silences.version;
  }
  return status.silences;
}

/**
 * What asking for the two would take now, in steps of regular expressions on a character: nothing where the
 * answers are known, or where only a few matchers are asked.
 */
export function statusWork(data: JudgingState, entry: AlertEntry): number {
  const steps = inhibitionSteps(data, entry);
  const work = silenceWork(data, entry);
  return steps === 0 ? work : work + steps * longestValue(entry.record);
}

function silenceWork({ silences }: JudgingState, { status, record }: AlertEntry): number {
  return silences.workSince(status?.silencesVersion ?? NEVER_ASKED, record);
}

function inhibitionSteps({ inhibitors }: JudgingState, { status }: AlertEntry): number {
  const isKnown =
    status?.inhibitors === inhibitors && status.inhibitorVersion === inhibitors.version;
  return isKnown ? 0 : inhibitors.regexSteps;
}

/**
 * Some rules are asked each time: to keep their answers would take more memory than they take time, but in
 * a large group, where all are asked in one act.
 */
const KEPT_INHIBITION_STEPS = 50;

/**
 * Works out what suppresses these alerts, where that takes regular expressions, many matchers or many rules
 * and is not known yet, so that whoever asks next need not. Yields before each the work that it will be, in
 * steps on a character.
 */
export function* workOutStatus(
  data: TenantData,
  entries: readonly AlertEntry[],
  { nowMs, keepsAll }: { readonly nowMs: number; readonly keepsAll: boolean },
): Steps<void> {
  const inhibitionMax = keepsAll ? 0 : KEPT_INHIBITION_STEPS;
  for (const entry of entries) {
    const isWork = silenceWork(data, entry) > 0 || inhibitionSteps(data, entry) > inhibitionMax;
    if (!isWork) continue;
    if (statusWork(data, entry) > LONG_WORK) yield* askSilences(data, entry);
    yield statusWork(data, entry);
    silencedBy(data, entry, nowMs);
    inhibitedBy(data, entry, nowMs);
  }
}

/** In steps on a character: more is done one silence after the other. */
const LONG_WORK = 500_000;
/** Less is done in the turn of whoever asks: a few hundred such alerts take no longer than a turn may. */
const SHORT_WORK = 10_000;
/** So many alerts are looked at in one step, to find those that are work; one with many labels is several. */
const LOOK_COUNT = 500;
const LOOK_WORK = 100;
const NAMES_PER_LOOK = 10;

/**
 * Works out which silences match those alerts of which that takes long, so that a reader need not. Yields as
 * `workOutStatus` does.
 */
export function* workOutLongStatus(data: TenantData): Steps<void> {
  const { silences, alerts } = data;
  if (silences.size === 0) return;
  let lookedCount = LOOK_COUNT;
  // A copy: others may change the tenant between two of them.
  for (const entry of alerts.sorted) {
    if (lookedCount >= LOOK_COUNT) {
      yield lookedCount * LOOK_WORK;
      lookedCount = 0;
    }
    lookedCount += 1 + entry.record.names.length / NAMES_PER_LOOK;
    const work = silenceWork(data, entry);
    if (work > LONG_WORK) yield* askSilences(data, entry);
    else if (work > SHORT_WORK) {
      yield work;
      matchingSilences(silences, { record: entry.record, status: entry.statusNow() });
    }
  }
}

/** Short questions, as those without regular expressions are, make one step. */
const GRAIN_WORK = 100_000;

function* askSilences({ silences }: JudgingState, entry: AlertEntry): Steps<void> {
  const { record } = entry;
  const status = entry.statusNow();
  const { version } = silences;
  const known = { version: status.silencesVersion, ids: status.silences };
  let work = 0;
  const steps = silences.matchingSinceSteps(record, known);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) {
      status.silences = step.value;
      status.silencesVersion = version;
      if (work > 0) yield work;
      return;
    }
    work += step.value;
    if (work < GRAIN_WORK) continue;
    yield work;
    work = 0;
  }
}

/** Whether silences mute the alert at this instant. What is known of it is not worked out again. */
export function isSilenced(state: JudgingState, entry: AlertEntry, nowMs: number): boolean {
  const { record, status } = entry;
  if (status === undefined) return state.silences.mutes(record, nowMs);
  return activeSilences(state, { record, status }, nowMs).length > 0;
}

/**
 * Whether a source inhibits the alert by this judgement. What is known of it is not worked out again: by a
 * judge who heard everything, or if even the clock says so.
 */
export function isInhibited(state: JudgingState, entry: AlertEntry, judgement: Judgement): boolean {
  const { status } = entry;
  if (status !== undefined && isInhibitorKnown(state, status, judgement.nowMs)) {
    if (status.inhibitor !== undefined || hasFullContact(judgement)) {
      return status.inhibitor !== undefined;
    }
  }
  return state.inhibitors.inhibits(entry.record, judgement);
}

/** Sources that are known only end, so what was not inhibited is not until another comes. */
function isInhibitorKnown(
  { inhibitors }: JudgingState,
  status: AlertStatus,
  nowMs: number,
): boolean {
  if (status.inhibitors !== inhibitors || status.inhibitorVersion !== inhibitors.version) {
    return false;
  }
  const { inhibitor, inhibitorAtMs } = status;
  return nowMs >= inhibitorAtMs && (inhibitor === undefined || inhibitor.endsAtMs > nowMs);
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
  if (!isInhibitorKnown(data, status, nowMs)) {
    status.inhibitors = data.inhibitors;
    status.inhibitor = data.inhibitors.find(entry.record, nowMs);
    status.inhibitorVersion = version;
    status.inhibitorAtMs = nowMs;
  }
  return status.inhibitor === undefined ? NONE : [status.inhibitor.fp];
}
