/**
 * The merge of notification log entries: the higher version stands, whole. The version is drawn when the
 * claim is granted, above all that the granters know, so a sender that was stopped between the
 * receiver's yes and its own record comes back with a version that has been overtaken (A2).
 * `keepUntil` only grows: after `repeat_interval` was shortened the newer entry may expire before the
 * one it replaced, which a stale owner would then bring back (A10).
 */
import type { LogRecord, ReceiverDataValue } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";
import { compareUnits, sortedEntries, withKeepUntil } from "./order.ts";

/** The entry that stands. Returns `left` itself when `right` adds nothing. */
export function newerLogEntry(left: LogRecord, right: LogRecord): LogRecord {
  const winner = compareLogRecords(left, right) >= 0 ? left : right;
  return withKeepUntil(winner, Math.max(left.keepUntilMs, right.keepUntilMs));
}

/** A total order up to `keepUntilMs`: by version, then content. */
export function compareLogRecords(left: LogRecord, right: LogRecord): number {
  return (
    left.versionUs - right.versionUs ||
    compareUnits(left.versionBy, right.versionBy) ||
    compareUnits(contentText(left), contentText(right))
  );
}

export function hashLogRecord(record: LogRecord): RecordHash {
  const hash = new ContentHash();
  hash.text(contentText(record));
  hash.number(record.keepUntilMs);
  return hash.finish();
}

function contentText(record: LogRecord): string {
  return JSON.stringify([
    record.key,
    record.groupKey,
    record.receiver,
    record.integration,
    record.index,
    record.firing,
    record.resolved,
    record.timestampMs,
    record.tickMs,
    sortedEntries(record.receiverData).map(([name, value]) => [name, ...dataParts(value)]),
    record.versionUs,
    record.versionBy,
  ]);
}

/** The kind belongs to it: the whole number 1 and the fraction 1.0 are different values. */
function dataParts(value: ReceiverDataValue): readonly (string | number)[] {
  switch (value.kind) {
    case "text":
      return ["text", value.text];
    case "int":
      return ["int", value.int];
    case "double":
      return ["double", String(value.double)];
  }
}
