/**
 * The merge of silences. An end that somebody asked for is final: it beats every update, whatever their
 * stamps, since the update may have been read before the end and stamped after it (A8). Whoever wants
 * the silence back makes a new one. Among the rest the last writer stands.
 *
 * After retention a silence shrinks to a tombstone: its ID, times and stamp. Owners shrink when their own
 * clock says so, therefore the tombstone ranks above the record it was made of, and below any later
 * write. `keepUntil` only grows.
 */
import type { SilenceRecord } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";
import { compareUnits, sortedEntries, withKeepUntil } from "./order.ts";

/** The record that stands. Returns `left` itself when `right` adds nothing. */
export function newerSilence(left: SilenceRecord, right: SilenceRecord): SilenceRecord {
  const winner = compareSilenceRecords(left, right) >= 0 ? left : right;
  return withKeepUntil(winner, Math.max(left.keepUntilMs, right.keepUntilMs));
}

/** A total order up to `keepUntilMs`: expired on request, stamp, shrunk, content. */
export function compareSilenceRecords(left: SilenceRecord, right: SilenceRecord): number {
  return (
    Number(left.expiredOnRequest) - Number(right.expiredOnRequest) ||
    left.stampUs - right.stampUs ||
    compareUnits(left.stampBy, right.stampBy) ||
    Number(isTombstone(left)) - Number(isTombstone(right)) ||
    compareUnits(contentText(left), contentText(right))
  );
}

/** True for what remains of a silence after retention; no client sees it. */
export function isTombstone(silence: SilenceRecord): boolean {
  return silence.matcherSets.length === 0;
}

/** What is kept of a silence after retention, so that a stale copy cannot bring it back (A9). */
export function shrinkSilence(silence: SilenceRecord): SilenceRecord {
  if (isTombstone(silence)) return silence;
  return { ...silence, matcherSets: [], createdBy: "", comment: "", annotations: {} };
}

export function hashSilenceRecord(record: SilenceRecord): RecordHash {
  const hash = new ContentHash();
  hash.text(contentText(record));
  hash.number(record.keepUntilMs);
  return hash.finish();
}

function contentText(record: SilenceRecord): string {
  return JSON.stringify([
    record.id,
    record.expiredOnRequest,
    record.stampUs,
    record.stampBy,
    record.startsAtMs,
    record.endsAtMs,
    record.updatedAtMs,
    record.matcherSets.map((set) => set.map(({ type, name, value }) => [type, name, value])),
    record.createdBy,
    record.comment,
    sortedEntries(record.annotations),
  ]);
}
