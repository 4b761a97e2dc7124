/**
 * A client's batch on an owner (PROTOCOL 4). Alerts are applied by upstream's rule at the instant of the
 * batch; whether they may be applied is decided by the stamp alone. An equal stamp is the same write come
 * again: yes, and so it is when what stands replaced this very write. Any other higher one means that the
 * coordinator's clock lies behind what was acknowledged: it is told, and stamps again (A7).
 */
import { applyAlert, fingerprint, isResolved, type CompletedAlert } from "@tocsin/domain/alert";
import type { AlertRecord } from "@tocsin/domain/model";
import { newerAlert } from "@tocsin/domain/records";
import type { BehindAlert, PartialState } from "../peer/index.ts";
import { internAlert, shareTexts, type AlertEntry } from "./alert-entry.ts";
import { recordPosted } from "./events.ts";
import type { Group } from "./group.ts";
import { isReportedEnd } from "./judgement.ts";
import { bringForward, joinGroups } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";
import type { AlertBatch } from "./types.ts";

export interface BatchResult {
  /** The new records and the clocks of new groups, or of such as were born earlier, for the journal. */
  readonly state: PartialState;
  readonly behind: readonly BehindAlert[];
  /** Alerts of the batch that were stored; one that comes twice counts twice. */
  readonly storedCount: number;
}

export function applyBatch(data: TenantData, batch: AlertBatch): BatchResult {
  const behind: BehindAlert[] = [];
  const written = new Map<AlertEntry, AlertRecord | undefined>();
  /** Seldom are there any. */
  let learned: Set<AlertEntry> | undefined;
  /** Made, or born earlier than was known. */
  const groups: Group[] = [];
  let storedCount = 0;
  for (const [index, posted] of batch.alerts.entries()) {
    const entry = data.alerts.get(fingerprint(posted.labels));
    // An alert that comes twice in one batch is applied twice, the second time onto the first.
    const isRepeated = entry !== undefined && written.has(entry);
    const order = entry === undefined || isRepeated ? -1 : compareToStamp(entry.record, batch);
    if (entry !== undefined && order > 0 && !isReplaced(entry.record, batch)) {
      const { record } = entry;
      behind.push({ index, stampUs: record.stampUs, isEnd: isEndOf(record, posted, batch.nowMs) });
      if (learnsEnd(data, entry, applyAlert(undefined, posted, batch))) {
        (learned ??= new Set()).add(entry);
      }
    }
    if (order >= 0) continue;
    const predecessor = isRepeated ? written.get(entry) : entry?.record;
    const record = withPredecessor(applyAlert(entry?.record, posted, batch), predecessor);
    if (data.nameLimits?.admits(entry?.record, record, batch.nowMs) === false) continue;
    const known = store(data, { entry, record, batch, groups });
    storedCount += 1;
    if (!isRepeated) written.set(known, predecessor);
  }
  const changed = learned && new Set([...written.keys(), ...learned]);
  return { state: stateOf(changed ?? written.keys(), groups), behind, storedCount };
}

/** Whether the record is the end of the episode that this alert says is firing. */
function isEndOf(record: AlertRecord, posted: CompletedAlert, nowMs: number): boolean {
  return (
    isReportedEnd(record) && !isResolved(posted, nowMs) && posted.startsAtMs <= record.endsAtMs
  );
}

/**
 * A write that is behind may never be stored: if it is overtaken, what stands counts as its successor
 * (ADR 0028). If it says that an episode has ended, and what stands was posted to begin after that end, its
 * record learns of it (ADR 0032). True: it did.
 */
function learnsEnd(data: TenantData, entry: AlertEntry, earlier: AlertRecord): boolean {
  const { record } = entry;
  if (!isReportedEnd(earlier)) return false;
  const merged = newerAlert(record, earlier);
  if (merged === record) return false;
  data.replaceAlert(entry, internAlert(merged, record, data.shared.interner), earlier.updatedAtMs);
  return true;
}

/** Whether this alert of the batch was stored here, and has been replaced by a later write since. */
export function wasReplaced(data: TenantData, batch: AlertBatch, index: number): boolean {
  const posted = batch.alerts[index];
  const entry = posted && data.alerts.get(fingerprint(posted.labels));
  return entry !== undefined && isReplaced(entry.record, batch);
}

function isReplaced({ prevUs, prevBy }: AlertRecord, { stampUs, stampBy }: AlertBatch): boolean {
  return prevUs === stampUs && prevBy === stampBy;
}

interface Stored {
  readonly entry: AlertEntry | undefined;
  readonly record: AlertRecord;
  readonly batch: AlertBatch;
  readonly groups: Group[];
}

function store(data: TenantData, { entry, record, batch, groups }: Stored): AlertEntry {
  const { nowMs } = batch;
  if (entry !== undefined) {
    shareTexts(record, entry.record, data.shared.interner);
    data.replaceAlert(entry, record, nowMs);
  }
  const known = entry ?? data.addAlert(record, nowMs);
  if (known.groups.length === 0 || known.hasLeft) {
    groups.push(...joinGroups(data, known, { bornMs: nowMs, nowMs, clocks: undefined }));
  }
  const birth = { startsAtMs: record.startsAtMs, bornMs: nowMs };
  for (const group of known.groups) if (bringForward(data, group, birth)) groups.push(group);
  recordPosted(data, known, entry === undefined);
  return known;
}

/** Positive: the record is of a later write than the batch. */
function compareToStamp(record: AlertRecord, batch: AlertBatch): number {
  if (record.stampUs !== batch.stampUs) return record.stampUs - batch.stampUs;
  if (record.stampBy === batch.stampBy) return 0;
  return record.stampBy < batch.stampBy ? -1 : 1;
}

/** Within a batch the predecessor stays the record before the batch, or owners would break ties by chance. */
function withPredecessor(record: AlertRecord, predecessor: AlertRecord | undefined): AlertRecord {
  const prevUs = predecessor?.stampUs ?? 0;
  const prevBy = predecessor?.stampBy ?? "";
  if (record.prevUs === prevUs && record.prevBy === prevBy) return record;
  return { ...record, prevUs, prevBy };
}

function stateOf(changed: Iterable<AlertEntry>, groups: readonly Group[]): PartialState {
  const alerts = Array.from(changed, (entry) => entry.record);
  if (groups.length === 0) return alerts.length === 0 ? {} : { alerts };
  return { alerts, groups: groups.map((group) => group.clock) };
}
