/**
 * The part of a decision that looks at the state: which alerts of a group its receiver is to hear of, and
 * which of them have ended. All of it is on one state. Others may have turns while a large group is judged,
 * and then
 *
 * - alerts and log entries are those of the beginning: they are replaced and never changed, so who has them
 *   in hand has the state of then;
 * - silences, sources of inhibition and the configuration are the same at the end as at the beginning, or
 *   it is begun again.
 *
 * So what comes of it is what one act would have come to at its beginning, and holds whatever happens then.
 * Where silences or sources come all the time, each alert is muted at last by those that there are when it
 * is looked at.
 */
import type { IntegrationConfig, ReceiverConfig } from "@tocsin/domain/config";
import type { AlertRecord, GroupKey, LabelSet, LogKey, LogRecord } from "@tocsin/domain/model";
import { hashesNotIn } from "@tocsin/domain/nflog";
import type { Route } from "@tocsin/domain/route";
import { decideTimeMute } from "@tocsin/domain/time-interval";
import { atOnce, type Steps } from "@tocsin/foundation";
import type { ToldAlert } from "../ports/index.ts";
import type { AlertEntry, HashedRecord } from "./alert-entry.ts";
import { isInhibited, isSilenced, statusWork, STEPS_PER_ALERT } from "./alert-status.ts";
import { keyOf, type Group } from "./group.ts";
import { includesHash } from "./hash-list.ts";
import { isEnded, isPastEnd, type Judgement } from "./judgement.ts";
import { isContradicted } from "./strays.ts";
import type { TenantSettings } from "./settings.ts";
import type { JudgingState } from "./tenant-data.ts";
import { ToldEnds } from "./told-ends.ts";
import type { Decision } from "./types.ts";

/** A group with more alerts is a large one: with fewer nothing takes time worth a turn. */
export const LARGE_COUNT_MIN = 1_000;
/** So many alerts are looked at in one step. */
export const LOOK_COUNT = 500;
/** So many are judged while a simple alert is worked on. */
export const JUDGED_PER_ALERT = 15;
/** So often it is begun again for silences and sources, and then as often for another configuration. */
const TRIED_COUNT_MAX = 3;

/** Why an alert is kept back, in upstream's words. */
export type SuppressedReason =
  | "silence"
  | "inhibition"
  | "mute_time_interval"
  | "active_time_interval";

/** What is asked about one key of a group. */
export interface KeyInput extends Judgement {
  readonly key: LogKey;
  /** The nominal tick: for time intervals and the repeat interval. */
  readonly tickMs: number;
  /** Told how many alerts are kept back and why. */
  readonly onSuppressed?: (reason: SuppressedReason, alertCount: number) => void;
}

/** A group as one integration is to hear of it, at one instant. */
export interface JudgedGroup {
  readonly kind: "judged";
  readonly groupKey: GroupKey;
  readonly route: Route;
  readonly labels: LabelSet;
  readonly target: Target;
  readonly previous: LogRecord | undefined;
  /** What the integration was told last, which may be more than what this group has told it. */
  readonly lastWord: Pick<LogRecord, "firing" | "resolved" | "timestampMs"> | undefined;
  /** Those that nothing mutes, in no order that means anything. */
  readonly alerts: readonly ToldAlert[];
  /** At the same places: by what the log knows them. */
  readonly hashes: readonly string[];
  /** All of the group, muted ones too. */
  readonly members: readonly AlertRecord[];
  readonly muted: readonly AlertEntry[];
}

export type Nothing = Extract<Decision, { readonly kind: "nothing" }>;

/** The alerts of a group at one instant. */
export interface Members {
  readonly entries: readonly AlertEntry[];
  /** At the same places. Those of the entries may be replaced while others have a turn. */
  readonly records: readonly AlertRecord[];
}

export function membersOf(group: Group): Members {
  const entries = group.members.slice();
  return { entries, records: entries.map(({ record }) => record) };
}

/**
 * Judges a group as it is now for one of its integrations; in steps, if it is large. What alerts and log
 * entries say now is kept in hand. The rest, which only says what is muted, must be the same at the end as
 * it was at the beginning, so that all is judged on one state; undefined: it is not, so ask again.
 * `bearsMutes`: silences and sources may change meanwhile.
 */
export function judging(
  data: JudgingState,
  group: Group,
  input: KeyInput & { readonly members?: Members; readonly bearsMutes?: boolean },
): Steps<JudgedGroup | Nothing | undefined> {
  const target = data.settings && findTarget(data.settings, group, input.key);
  if (target === undefined) return nothing("gone");
  if (group.members.length === 0) return nothing("empty");
  const timeMute = timeMuteOf(data, group, input.tickMs);
  if (timeMute !== undefined) {
    input.onSuppressed?.(`${timeMute}_time_interval`, group.members.length);
    return nothing("muted");
  }
  const { key: groupKey, route, labels } = group;
  const previous = data.log.get(input.key);
  return judgeMembers(data, {
    input,
    groupKey,
    route,
    labels,
    target,
    previous,
    members: input.members ?? membersOf(group),
    toldEnds: toldEndsNow(data, group),
    isSame: sameness(data, input.bearsMutes === true),
  });
}

/** Of a large group by the log as it is now. */
export function toldEndsNow(data: JudgingState, group: Group): ToldEnds {
  const toldEnds = new ToldEnds(data, group);
  return group.members.length > LARGE_COUNT_MIN ? toldEnds.frozen() : toldEnds;
}

/** Judges until that was on one state. `find` says which group it is now: a reload may have replaced it. */
export function* judgeInSteps(
  data: JudgingState,
  find: () => Group | undefined,
  input: KeyInput,
): Steps<JudgedGroup | Nothing> {
  for (let triedCount = 0; ; triedCount += 1) {
    const group = find();
    if (group === undefined) return { kind: "nothing", why: "gone" };
    const steps = judging(data, group, { ...input, bearsMutes: triedCount >= TRIED_COUNT_MAX });
    // Where the configuration changes all the time it is done in one act at last.
    const judged = triedCount < 2 * TRIED_COUNT_MAX ? yield* steps : atOnce(steps);
    if (judged !== undefined) return judged;
  }
}

// oxlint-disable-next-line require-yield -- as the others, which have steps
function* nothing(why: Nothing["why"]): Steps<Nothing> {
  return { kind: "nothing", why };
}

/** Tells later whether what mutes alerts is still what it is now. */
function sameness(data: JudgingState, bearsMutes: boolean): () => boolean {
  const { settings, inhibitors, silences, strays } = data;
  const versions = [inhibitors.version, silences.version];
  const hasSameMutes = (): boolean =>
    inhibitors.version === versions[0] && silences.version === versions[1];
  return () =>
    data.settings === settings &&
    data.inhibitors === inhibitors &&
    (bearsMutes || hasSameMutes()) &&
    strays.size === 0;
}

interface Asked extends Pick<JudgedGroup, "groupKey" | "route" | "labels" | "target" | "previous"> {
  readonly input: KeyInput;
  readonly members: Members;
  readonly toldEnds: ToldEnds;
  readonly isSame: () => boolean;
}

function* judgeMembers(data: JudgingState, asked: Asked): Steps<JudgedGroup | Nothing | undefined> {
  const {
    input,
    previous,
    toldEnds,
    members: { entries, records },
    isSame,
  } = asked;
  const judged = new Judged();
  // Contradictions are between two log entries, and seldom.
  const isSliced = entries.length > LARGE_COUNT_MIN && data.strays.size === 0;
  for (const [at, entry] of entries.entries()) {
    const size = isSliced ? sizeOfJudging(data, entry, at) : 0;
    if (size > 0) {
      yield size;
      if (!isSame()) return undefined;
    }
    const record = records[at] ?? entry.record;
    // What all have been told to have ended is no longer in the group, this owner just had no occasion
    // to let it go yet.
    if (isToldToAll(toldEnds, { entry, record }, input.nowMs)) continue;
    judged.members.push(record);
    const reason = mutedBy(data, entry, input);
    if (reason !== undefined) {
      judged.suppressed.set(reason, (judged.suppressed.get(reason) ?? 0) + 1);
      judged.muted.push(entry);
      continue;
    }
    const { logHash } = entry;
    const resolved =
      isEnded(record, input) || isToldEnd(data, previous, { record, logHash, input });
    judged.alerts.push({ record, resolved });
    judged.hashes.push(logHash);
  }
  for (const [reason, count] of judged.suppressed) input.onSuppressed?.(reason, count);
  const { members, muted, alerts, hashes } = judged;
  if (members.length === 0) return { kind: "nothing", why: "told" };
  if (alerts.length === 0) return { kind: "nothing", why: "muted" };
  const lastWord = lastWordTo(data, asked, judged);
  const { groupKey, route, labels, target } = asked;
  const of = { groupKey, route, labels, target, previous, lastWord };
  return { kind: "judged", ...of, members, muted, alerts, hashes };
}

/** Most have not ended, and need not be hashed. */
export function isToldToAll(
  toldEnds: ToldEnds,
  { entry, record }: { readonly entry: AlertEntry; readonly record: AlertRecord },
  nowMs: number,
): boolean {
  if (!isPastEnd(record, nowMs)) return false;
  return toldEnds.includes({ record, logHash: entry.logHash }, nowMs);
}

/** That of a block of simple ones, and of each whose answers are not known. */
function sizeOfJudging(data: JudgingState, entry: AlertEntry, at: number): number {
  const blockSize = at % LOOK_COUNT === 0 ? LOOK_COUNT / JUDGED_PER_ALERT : 0;
  return blockSize + statusWork(data, entry) / STEPS_PER_ALERT;
}

class Judged {
  readonly members: AlertRecord[] = [];
  readonly alerts: ToldAlert[] = [];
  readonly hashes: string[] = [];
  readonly muted: AlertEntry[] = [];
  readonly suppressed = new Map<SuppressedReason, number>();
}

function lastWordTo(
  data: JudgingState,
  { input, target, previous }: Asked,
  { alerts, hashes }: Judged,
): JudgedGroup["lastWord"] {
  if (data.strays.size === 0) return previous;
  const to = { key: input.key, receiver: target.receiver.name, integration: target.integration };
  const again = hashes.filter((logHash, at) => {
    const told = alerts[at];
    return told?.resolved === true && isContradicted(data, { record: told.record, logHash }, to);
  });
  if (again.length === 0) return previous;
  return {
    firing: [...(previous?.firing ?? []), ...again],
    resolved: hashesNotIn(previous?.resolved ?? [], again),
    timestampMs: previous?.timestampMs ?? input.tickMs,
  };
}

interface Target {
  readonly receiver: ReceiverConfig;
  readonly integration: IntegrationConfig;
}

function findTarget(settings: TenantSettings, group: Group, key: LogKey): Target | undefined {
  const receiver = settings.receivers.get(group.route.receiver);
  if (receiver === undefined) return undefined;
  const groupKey = group.key;
  const integration = receiver.integrations.find((one) => keyOf(groupKey, receiver, one) === key);
  return integration && { receiver, integration };
}

/** Whether a time interval mutes the group's route at this instant. */
export function isTimeMuted(data: JudgingState, group: Group, nowMs: number): boolean {
  return timeMuteOf(data, group, nowMs) !== undefined;
}

/** Which kind of interval mutes the group's route at this instant. */
function timeMuteOf(
  data: JudgingState,
  group: Group,
  nowMs: number,
): "active" | "mute" | undefined {
  const mute = decideTimeMute(group.route, {
    intervals: data.settings?.config.timeIntervals ?? new Map(),
    zones: data.shared.zones,
    nowMs,
  });
  // An interval that is not defined does not load; if it did, a page too many is the lesser evil.
  return mute.muted === true ? mute.by : undefined;
}

/** Inhibited or silenced. A source that may have run out here only inhibits on, as it is told as firing. */
function mutedBy(
  data: JudgingState,
  entry: AlertEntry,
  judgement: Judgement,
): SuppressedReason | undefined {
  if (isInhibited(data, entry, judgement)) return "inhibition";
  return isSilenced(data, entry, judgement.nowMs) ? "silence" : undefined;
}

/**
 * The integration was told the end: it must not hear now that the alert fires. Nor may it when another
 * one was told of this very end, be it under the key of a group that a reload has replaced: whoever told
 * it could judge that the alert had run out, also by a clock that is ahead of this one's.
 */
function isToldEnd(
  data: JudgingState,
  previous: LogRecord | undefined,
  { record, logHash, input }: HashedRecord & { readonly input: KeyInput },
): boolean {
  if (!isPastEnd(record, Math.max(input.nowMs, previous?.timestampMs ?? 0))) return false;
  if (includesHash(previous?.resolved, logHash)) return true;
  for (const { resolved, timestampMs } of data.log.records()) {
    if (timestampMs >= record.endsAtMs && includesHash(resolved, logHash)) return true;
  }
  return false;
}
