/**
 * Records from other owners, from the journal and from snapshots (PROTOCOL 5), in any order and any
 * number of times. What comes back is what changed here, which the caller writes down and passes on.
 */
import { alertHash } from "@tocsin/domain/alert";
import type { AlertRecord, GroupRecord, LogRecord, SilenceRecord } from "@tocsin/domain/model";
import { isForgettable, isStrangeEnd, mergeGroupClocks, newerAlert } from "@tocsin/domain/records";
import type { PartialState } from "../peer/index.ts";
import { internAlert, type AlertEntry } from "./alert-entry.ts";
import { isGivenUp } from "./garbage.ts";
import { inOrder } from "./hash-list.ts";
import { joinGroups } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";

type Changes = {
  -readonly [Map in keyof PartialState]: PartialState[Map];
};

interface MergeAt {
  readonly nowMs: number;
  /** Clocks for groups that have to be made, if they are not those of the state. */
  readonly clocks: ReadonlyMap<string, GroupRecord> | undefined;
}

/** Merges a part of the state. Log entries go before alerts: they tell which ends are over. */
export function mergeState(
  data: TenantData,
  state: PartialState,
  { nowMs, clocks: given }: MergeAt,
): PartialState {
  const changes: Changes = {};
  if (state.config !== undefined && data.config.merge(state.config)) {
    data.awaitsSettings = true;
    changes.config = state.config;
  }
  const log = changesOf(state.log, (record) => mergeLog(data, record, nowMs));
  const silences = changesOf(state.silences, (record) => mergeSilence(data, record, nowMs));
  const groups = new Map<string, GroupRecord>();
  const clocks = given ?? clocksOf(data, state.groups);
  const merge = { nowMs, clocks, groups, toldFiring: new ToldFiring(data) };
  const alerts = changesOf(state.alerts, (record) => mergeAlert(data, record, merge));
  for (const record of log) rejoin(data, record, merge);
  for (const record of state.groups ?? []) mergeGroup(data, record, groups);
  if (log.length > 0) changes.log = log;
  if (silences.length > 0) changes.silences = silences;
  if (alerts.length > 0) changes.alerts = alerts;
  if (groups.size > 0) changes.groups = [...groups.values()];
  return changes;
}

function changesOf<R>(
  records: readonly R[] | undefined,
  merge: (record: R) => R | undefined,
): readonly R[] {
  const changed: R[] = [];
  for (const record of records ?? []) {
    const stands = merge(record);
    if (stands !== undefined) changed.push(stands);
  }
  return changed;
}

function mergeLog(data: TenantData, record: LogRecord, nowMs: number): LogRecord | undefined {
  if (isForgettable(record, nowMs)) return undefined;
  const { interner } = data.shared;
  const stands = data.log.merge({
    ...record,
    firing: inOrder(record.firing),
    resolved: inOrder(record.resolved),
    // The pool gives back the very text, so the brand stays.
    groupKey: interner.text(record.groupKey) as LogRecord["groupKey"],
    receiver: interner.text(record.receiver),
    integration: interner.text(record.integration),
    versionBy: interner.text(record.versionBy) as LogRecord["versionBy"],
  });
  if (stands !== undefined) data.strays.note(data, stands);
  return stands;
}

function mergeSilence(
  data: TenantData,
  record: SilenceRecord,
  nowMs: number,
): SilenceRecord | undefined {
  return isForgettable(record, nowMs) ? undefined : data.silences.merge(record);
}

interface AlertMerge {
  readonly nowMs: number;
  readonly toldFiring: ToldFiring;
  readonly clocks: ReadonlyMap<string, GroupRecord> | undefined;
  /** Collects the groups that changed. */
  readonly groups: Map<string, GroupRecord>;
}

function mergeAlert(
  data: TenantData,
  record: AlertRecord,
  { nowMs, clocks, groups, toldFiring }: AlertMerge,
): AlertRecord | undefined {
  const known = data.alerts.get({ hi: record.fpHi, lo: record.fpLo });
  if (known !== undefined && isForgettable(record, nowMs)) return undefined;
  // Whoever holds it may be the last one, and it was told as firing: then its end is still owed.
  const isOld = isForgettable(record, nowMs) || isStrangeEnd(record, nowMs);
  if (known === undefined && isOld && (isGivenUp(record, nowMs) || !toldFiring.has(record))) {
    return undefined;
  }
  const entry = known ?? data.addAlert(record, nowMs);
  if (known !== undefined && !replaceByNewer(data, known, { record, nowMs })) return undefined;
  if (entry.groups.length === 0 || entry.hasLeft) {
    const birth = { bornMs: entry.record.updatedAtMs, nowMs, clocks };
    for (const { clock } of joinGroups(data, entry, birth)) groups.set(clock.id, clock);
  }
  return entry.record;
}

/** What the log says was told as firing, and not as ended since. Looked up only where it matters. */
class ToldFiring {
  readonly #data: TenantData;
  #hashes: ReadonlySet<string> | undefined;

  constructor(data: TenantData) {
    this.#data = data;
  }

  has(record: AlertRecord): boolean {
    this.#hashes ??= new Set([...this.#data.log.records()].flatMap(({ firing }) => firing));
    return this.#hashes.has(alertHash(record));
  }
}

/**
 * Somebody has told as firing what was told as ended here before: a cut-off owner with an old picture.
 * The ended alert goes back into its group, so that its end is told again and the contradiction goes.
 */
function rejoin(
  data: TenantData,
  { firing }: LogRecord,
  { nowMs, clocks, groups }: AlertMerge,
): void {
  for (const hash of firing) {
    const entry = data.alerts.findLeft(hash);
    if (entry === undefined) continue;
    const birth = { bornMs: entry.record.updatedAtMs, nowMs, clocks };
    for (const { clock } of joinGroups(data, entry, birth)) groups.set(clock.id, clock);
  }
}

/** False: the record adds nothing. */
function replaceByNewer(
  data: TenantData,
  known: AlertEntry,
  { record, nowMs }: { record: AlertRecord; nowMs: number },
): boolean {
  const merged = newerAlert(known.record, record);
  if (merged === known.record) return false;
  data.replaceAlert(known, internAlert(merged, known.record, data.shared.interner), nowMs);
  return true;
}

/** Clocks for groups that have to be made: those that came along, and those that were waiting. */
function clocksOf(
  data: TenantData,
  received: readonly GroupRecord[] | undefined,
): ReadonlyMap<string, GroupRecord> | undefined {
  if (received === undefined || received.length === 0) return data.awaitedClocks;
  const clocks = new Map(data.awaitedClocks);
  for (const record of received) addClock(clocks, record);
  return clocks;
}

/** A clock without alerts here is of no use, unless the configuration that it belongs to is on its way. */
function mergeGroup(
  data: TenantData,
  record: GroupRecord,
  changed: Map<string, GroupRecord>,
): void {
  const group = data.groups.get(record.id);
  if (group !== undefined) {
    if (data.groups.mergeClock(group, record)) changed.set(record.id, group.clock);
  } else if (data.awaitsSettings) {
    data.awaitedClocks ??= new Map();
    addClock(data.awaitedClocks, record);
  }
}

function addClock(clocks: Map<string, GroupRecord>, record: GroupRecord): void {
  const known = clocks.get(record.id);
  clocks.set(record.id, known === undefined ? record : mergeGroupClocks(known, record));
}
