/** Ticks, and what becomes of a group after its flush. */
import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import type { AlertRecord, GroupRecord, LogKey } from "@tocsin/domain/model";
import { atOnce, type Steps } from "@tocsin/foundation";
import type { PartialState } from "../peer/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { isOwedBy } from "./decide.ts";
import { recordMuted, recordResolved } from "./events.ts";
import type { Group } from "./group.ts";
import { includesHash } from "./hash-list.ts";
import { heldUntilMs, isEnded, type Judgement } from "./judgement.ts";
import {
  isTimeMuted,
  isToldToAll,
  JUDGED_PER_ALERT,
  judgeInSteps,
  LARGE_COUNT_MIN,
  LOOK_COUNT,
  membersOf,
  toldEndsNow,
  type Members,
} from "./judge-group.ts";
import { leaveGroup, noteOver } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";
import { ToldEnds } from "./told-ends.ts";
import type { DueFlush, FlushKey, FlushResult } from "./types.ts";

const DEADLINE_MIN_MS = 10_000;
/** Contact that does not last may hold an end back again and again. */
const HASTENED_MIN_MS = 1_000;

/** So many alerts of groups that nobody is told of are looked at while a tick is spent. */
const LOOKED_PER_TICK = 150;

/** So many leave a group in one step, while so many simple alerts are worked on. */
const LEAVER_COUNT = 4_000;
const LEAVERS_PER_ALERT = 4;

export interface DueResult {
  readonly flushes: readonly DueFlush[];
  /** The clocks that went on. */
  readonly state: PartialState;
  /** How much work that was, in ticks. */
  readonly count: number;
  /** Groups that are due and whose ticks were not spent. */
  readonly left: readonly Group[];
}

export interface DueOptions {
  /** No group's first tick is before: the end of `--dispatch.start-delay`. Default 0. */
  readonly fromMs?: number;
  /** So many ticks are spent at most, or as much is done as with so many. Default: all. */
  readonly countMax?: number;
  /** What was left by a call before, or else all that are due are put in order again. */
  readonly due?: readonly Group[];
}

/** Spends the ticks that are due. A group whose receiver has no integration flushes to nobody. */
export function takeDue(data: TenantData, nowMs: number, options: DueOptions = {}): DueResult {
  const { fromMs = 0, countMax = Infinity, due = data.groups.due(nowMs) } = options;
  const flushes: DueFlush[] = [];
  const clocks: GroupRecord[] = [];
  let count = 0;
  let takenCount = 0;
  for (const group of due) {
    if (count >= countMax) break;
    takenCount += 1;
    count += 1;
    // It may have been replaced since, or its tick may have passed.
    if (data.groups.get(group.id) !== group || group.dueMs > nowMs) continue;
    const before = group.clock;
    const tickMs = data.groups.spendTick(group, nowMs, fromMs);
    recordMuted(data, group, tickMs);
    // Another owner may have spent the same tick already, and have said so.
    if (group.clock !== before) clocks.push(group.clock);
    const keys = keysOf(data, group);
    if (keys.length === 0) {
      count += group.members.length / LOOKED_PER_TICK;
      letEndedGo(data, group, nowMs);
      continue;
    }
    const open = data.shared.isAlone === true ? keys : withoutTold(data, keys, tickMs);
    if (open.length === 0) continue;
    const deadlineMs = Math.max(group.route.groupIntervalMs, DEADLINE_MIN_MS);
    flushes.push({ groupId: group.id, groupKey: group.key, tickMs, deadlineMs, keys: open });
  }
  const state = clocks.length === 0 ? {} : { groups: clocks };
  return { flushes, state, count, left: due.slice(takenCount) };
}

/** An owner whose clock is ahead was first. What has come since then is for the next tick. */
function withoutTold(
  data: TenantData,
  keys: readonly FlushKey[],
  tickMs: number,
): readonly FlushKey[] {
  return keys.filter(({ key }) => (data.log.get(key)?.tickMs ?? 0) < tickMs);
}

/** Nobody is to be told of this group. */
function letEndedGo(data: TenantData, group: Group, nowMs: number): void {
  const judgement = { nowMs, heard: ALWAYS_HEARD };
  const ended = atOnce(endedOf(membersOf(group), new ToldEnds(data, group), judgement));
  const gone = new Set(ended.map(({ entry }) => entry));
  recordResolved(data, group, gone);
  leaveGroup(data, group, gone);
}

export interface FinishInput {
  readonly groupId: string;
  readonly key: LogKey;
  readonly tickMs: number;
  readonly result: FlushResult;
}

/**
 * Takes note that the flush of one key is over (S-30). When nothing is owed to any integration any more,
 * the ended alerts leave the group. That is asked of the state and not counted up from results, so it
 * comes out the same on an owner that only heard of the outcome, or of half of them. After a failure all
 * stay for the next tick.
 *
 * Tens of thousands leave in portions, and others may have turns between them. An alert that was sent again
 * since it was judged stays, and so do all that are left once somebody was told something or the
 * configuration is another: what was judged is true of the others still. Who stays leaves at the next tick.
 */
export function* finishing(
  data: TenantData,
  { groupId, tickMs, result }: FinishInput,
  judgement: Judgement,
): Steps<void> {
  const group = data.groups.get(groupId);
  if (group === undefined || result === "failed") return;
  const keys = keysOf(data, group);
  const isSame = samenessFor(data, group, keys);
  const members = membersOf(group);
  const leavers = yield* endedOf(members, toldEndsNow(data, group), judgement);
  if (leavers.length === 0) return;
  for (const { key } of keys) {
    const input = { key, tickMs, ...judgement };
    const judged = yield* judgeInSteps(data, () => data.groups.get(groupId), input);
    if (yield* isOwedBy(judged, input)) return;
  }
  for (let from = 0; from < leavers.length; from += LEAVER_COUNT) {
    if (from > 0) yield LEAVER_COUNT / LEAVERS_PER_ALERT;
    if (!isSame()) return;
    const isStill = ({ entry, record }: Ended): boolean =>
      entry.record === record && entry.groups.includes(group);
    const portion = leavers.slice(from, from + LEAVER_COUNT).filter(isStill);
    letGo(data, { group, keys, tickMs }, new Set(portion.map(({ entry }) => entry)));
  }
}

/**
 * Lets go of alerts of whose ends all were told while nobody here took note: what the journal brings back,
 * and what an owner of before gains again. What fires next belongs to another life of its group.
 */
export function* lettingToldGo(data: TenantData, nowMs: number): Steps<void> {
  for (const group of data.groups.groups.slice()) {
    yield group.members.length;
    if (data.groups.get(group.id) !== group) continue;
    const toldEnds = new ToldEnds(data, group);
    const gone = new Set(group.members.filter((entry) => toldEnds.includes(entry, nowMs)));
    leaveGroup(data, group, gone);
    for (const entry of gone) noteOver(data, entry);
  }
}

function letGo(
  data: TenantData,
  { group, keys, tickMs }: { group: Group; keys: readonly FlushKey[]; tickMs: number },
  leavers: ReadonlySet<AlertEntry>,
): void {
  const isHeld = isTimeMuted(data, group, tickMs);
  const gone = isHeld ? withoutOwedEnds(data, keys, leavers) : leavers;
  recordResolved(data, group, gone);
  leaveGroup(data, group, gone);
  for (const entry of gone) noteOver(data, entry);
}

/** Tells later whether the group, its configuration and what its receiver was told are the same. */
function samenessFor(data: TenantData, group: Group, keys: readonly FlushKey[]): () => boolean {
  const { settings } = data;
  const entries = keys.map(({ key }) => data.log.get(key));
  return () =>
    data.groups.get(group.id) === group &&
    data.settings === settings &&
    keys.every(({ key }, at) => data.log.get(key) === entries[at]);
}

/**
 * For who is alone: the next tick comes as soon as the first end may be told that was held back at this
 * one, because somebody could have been sent news of it while nobody listened. Others would tell it at
 * their own ticks; alone it would be late by another `group_interval`.
 */
export function hastenHeldEnds(data: TenantData, groupId: string, judgement: Judgement): void {
  const group = data.groups.get(groupId);
  if (group === undefined) return;
  const entries = keysOf(data, group).map(({ key }) => data.log.get(key));
  let untilMs = Infinity;
  for (const { record, logHash } of group.members) {
    const heldMs = heldUntilMs(record, judgement);
    if (heldMs >= untilMs) continue;
    if (entries.some((entry) => includesHash(entry?.firing, logHash))) untilMs = heldMs;
  }
  if (untilMs === Infinity) return;
  data.groups.hasten(group, Math.ceil(Math.max(untilMs, judgement.nowMs + HASTENED_MIN_MS)));
}

/**
 * Ends that a mute interval holds back stay in the group, to be told when it is over: somebody was told
 * that these alerts fire. Upstream forgets them (S-52).
 */
function withoutOwedEnds(
  data: TenantData,
  keys: readonly FlushKey[],
  leavers: ReadonlySet<AlertEntry>,
): ReadonlySet<AlertEntry> {
  const entries = keys.map(({ key }) => data.log.get(key));
  const isOwedEnd = ({ logHash }: AlertEntry): boolean =>
    entries.some((entry) => includesHash(entry?.firing, logHash));
  return new Set([...leavers].filter((entry) => !isOwedEnd(entry)));
}

interface Ended {
  readonly entry: AlertEntry;
  /** By which it was judged. */
  readonly record: AlertRecord;
}

/** The alerts that have ended for this owner, or of whose end all integrations have been told. */
function* endedOf(
  { entries, records }: Members,
  toldEnds: ToldEnds,
  judgement: Judgement,
): Steps<readonly Ended[]> {
  const ended: Ended[] = [];
  const isLarge = entries.length > LARGE_COUNT_MIN;
  for (const [at, entry] of entries.entries()) {
    if (isLarge && at % LOOK_COUNT === 0) yield LOOK_COUNT / JUDGED_PER_ALERT;
    const record = records[at] ?? entry.record;
    const isOver =
      isEnded(record, judgement) || isToldToAll(toldEnds, { entry, record }, judgement.nowMs);
    if (isOver) ended.push({ entry, record });
  }
  return ended;
}

function keysOf(data: TenantData, group: Group): readonly FlushKey[] {
  const receiver = data.settings?.receivers.get(group.route.receiver);
  return receiver === undefined ? [] : group.keys(receiver);
}
