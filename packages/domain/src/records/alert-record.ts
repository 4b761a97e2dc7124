/**
 * The merge of alert records between owners.
 *
 * Whole records are compared, and the last writer's stands: stitching fields of two records together,
 * as a client's update does, would make a third that nobody wrote. "Last" is the stamp. Two records of
 * one stamp come from one write that met different predecessors on different owners; the one that
 * replaced more wins, so that an owner which missed the end of an episode cannot join two episodes into
 * one (A11). What is left is settled by the content. `keepUntil` is apart from all that and only grows,
 * or a short-lived record would let go of what it replaced too early (A9).
 *
 * The law: a maximum over a total order times a maximum of numbers, so commutative, associative and
 * idempotent.
 */
import type { AlertRecord, SentTimes } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";
import { compareUnits, withKeepUntil } from "./order.ts";

/** The record that stands. Returns `left` itself when `right` adds nothing. */
export function newerAlert(left: AlertRecord, right: AlertRecord): AlertRecord {
  const winner = compareAlertRecords(left, right) >= 0 ? left : right;
  return withKeepUntil(winner, Math.max(left.keepUntilMs, right.keepUntilMs));
}

/** A total order up to `keepUntilMs`: by stamp, predecessor's stamp, content. */
export function compareAlertRecords(left: AlertRecord, right: AlertRecord): number {
  return (
    left.stampUs - right.stampUs ||
    compareUnits(left.stampBy, right.stampBy) ||
    left.prevUs - right.prevUs ||
    compareUnits(left.prevBy, right.prevBy) ||
    compareUnits(contentText(left), contentText(right))
  );
}

/** Covers every field; labels by their fingerprint, which they are looked up by anyway. */
export function hashAlertRecord(record: AlertRecord): RecordHash {
  const hash = new ContentHash();
  hash.number(record.fpHi);
  hash.number(record.fpLo);
  hash.text(record.annotations);
  hash.text(record.generatorUrl);
  hash.number(record.startsAtMs);
  hash.number(record.endsAtMs);
  hash.number(record.updatedAtMs);
  hash.flag(record.timeout);
  hash.number(record.stampUs);
  hash.text(record.stampBy);
  hash.number(record.prevUs);
  hash.text(record.prevBy);
  hash.number(record.keepUntilMs);
  if (record.sent !== undefined) hashSentTimes(hash, record.sent);
  return hash.finish();
}

/** All zeros say the same as nothing at all, and must not make owners differ. */
function hashSentTimes(hash: ContentHash, sent: SentTimes): void {
  if (!hasSentTimes(sent)) return;
  hash.number(sent.startSubNs);
  hash.number(sent.startOffsetMin);
  hash.number(sent.endSubNs);
  hash.number(sent.endOffsetMin);
}

function hasSentTimes(sent: SentTimes): boolean {
  return (
    sent.startSubNs !== 0 ||
    sent.startOffsetMin !== 0 ||
    sent.endSubNs !== 0 ||
    sent.endOffsetMin !== 0
  );
}

function contentText(record: AlertRecord): string {
  const { sent } = record;
  return JSON.stringify([
    record.endsAtMs,
    record.startsAtMs,
    record.updatedAtMs,
    record.timeout,
    record.names,
    record.values,
    record.annotations,
    record.generatorUrl,
    sent !== undefined && hasSentTimes(sent)
      ? [sent.startSubNs, sent.startOffsetMin, sent.endSubNs, sent.endOffsetMin]
      : [],
  ]);
}
