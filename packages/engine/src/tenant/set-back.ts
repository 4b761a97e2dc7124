/**
 * Brings a tenant to a wall clock that was set back, for who is alone (ADR 0035): the rules of
 * `domain/records/set-back.ts` for all that is held.
 *
 * Alerts are written anew, with stamps of their own, so that the journal brings back what was made of them.
 * The rest is only changed here: who starts again while the old instants are still to come does the same
 * once more, and what a write that is under way brings must not be older than what it finds.
 */
import { fingerprint } from "@tocsin/domain/alert";
import type { AlertRecord, LogRecord } from "@tocsin/domain/model";
import { alertSetBack, logSetBack } from "@tocsin/domain/records";
import type { Steps } from "@tocsin/foundation";
import type { PartialState } from "../peer/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { noteOver } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";
import type { AlertBatch } from "./types.ts";

/** So many are looked at in one step; most that are looked at are changed. */
const LOOK_COUNT = 200;

export interface SetBackInput {
  readonly nowMs: number;
  /** A stamp above all that are known. */
  readonly drawStampUs: () => number;
  /** Hears of alerts that were written anew. */
  readonly changed: (state: PartialState) => void;
}

/** Others may have turns between the steps. What it yields is the size of the next one, in records. */
export function* settingBack(data: TenantData, input: SetBackInput): Steps<void> {
  const { nowMs } = input;
  const groups = data.groups.groups.slice();
  for (const [at, group] of groups.entries()) {
    if (at % LOOK_COUNT === 0) yield sizeFrom(at, groups);
    if (data.groups.get(group.id) === group) data.groups.setBack(group, nowMs);
  }
  // Which ends were told by the clock of before is asked of the log as that clock has left it.
  const told = toldAhead(data.log.records(), nowMs);
  const entries = [...data.log.records()];
  for (const [at, record] of entries.entries()) {
    if (at % LOOK_COUNT === 0) yield sizeFrom(at, entries);
    if (data.log.get(record.key) === record) data.log.rewrite(logSetBack(record, nowMs));
  }
  data.silences.setBack(nowMs);
  const alerts = data.alerts.entries.slice();
  for (let from = 0; from < alerts.length; from += LOOK_COUNT) {
    yield sizeFrom(from, alerts);
    setAlertsBack(data, alerts.slice(from, from + LOOK_COUNT), { ...input, told });
  }
}

function sizeFrom(at: number, { length }: readonly unknown[]): number {
  return Math.min(LOOK_COUNT, length - at);
}

/** Does so with alerts onto which a batch is about to be applied, if their turn has not come yet. */
export function setBatchBack(data: TenantData, { alerts }: AlertBatch, input: SetBackInput): void {
  const entries = alerts.flatMap(({ labels }) => data.alerts.get(fingerprint(labels)) ?? []);
  setAlertsBack(data, entries, { ...input, told: new Map() });
}

/** By the hash of an alert: where the log says last, at an instant to come, that it was told as ended. */
type ToldAhead = ReadonlyMap<string, Pick<LogRecord, "timestampMs" | "versionUs">>;

function toldAhead(records: Iterable<LogRecord>, nowMs: number): ToldAhead {
  const told = new Map<string, LogRecord>();
  for (const record of records) {
    if (record.timestampMs <= nowMs) continue;
    for (const hash of record.resolved) {
      if ((told.get(hash)?.versionUs ?? 0) < record.versionUs) told.set(hash, record);
    }
  }
  return told;
}

/** It had ended by the clock of before, and somebody was told so; what was written since is another episode. */
function isEndTold(entry: AlertEntry, told: ToldAhead): boolean {
  if (entry.isOver) return true;
  const { record } = entry;
  const last = told.size === 0 ? undefined : told.get(entry.logHash);
  return (
    last !== undefined && last.timestampMs >= record.endsAtMs && last.versionUs > record.stampUs
  );
}

function setAlertsBack(
  data: TenantData,
  entries: readonly AlertEntry[],
  { nowMs, drawStampUs, changed, told }: SetBackInput & { readonly told: ToldAhead },
): void {
  const alerts: AlertRecord[] = [];
  for (const entry of entries) {
    const { record, isOver } = entry;
    if (data.alerts.get({ hi: record.fpHi, lo: record.fpLo }) !== entry) continue;
    const isAhead = record.updatedAtMs > nowMs || record.endsAtMs > nowMs;
    if (!isAhead) continue;
    const then = alertSetBack(record, nowMs, isEndTold(entry, told));
    if (then === record) continue;
    const { stampUs: prevUs, stampBy: prevBy } = record;
    const written = { ...then, stampUs: drawStampUs(), prevUs, prevBy };
    data.replaceAlert(entry, written, nowMs);
    if (isOver) noteOver(data, entry);
    alerts.push(written);
  }
  if (alerts.length > 0) changed({ alerts });
}
