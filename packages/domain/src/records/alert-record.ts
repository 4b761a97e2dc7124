/**
 * The merge of alert records between owners.
 *
 * Whole records are compared, and the last writer's stands: stitching fields of two records together,
 * as a client's update does, would make a third that nobody wrote. "Last" is the stamp. Two records of
 * one stamp come from one write that met different predecessors on different owners; the one that
 * replaced more wins, and what is left is settled by the content. The last end before the write is apart
 * from all that, so that an owner which missed it cannot join two episodes into one (A11), see
 * `alert-past.ts`. So is `keepUntil`, which only grows, or a short-lived record would let go of what it
 * replaced too early (A9).
 *
 * The law: a maximum over a total order times a maximum of ends times one of numbers, so commutative,
 * associative and idempotent, as long as records of one stamp come from one write.
 */
import type { AlertPast, AlertRecord, AlertTimes, SentTimes } from "../model/index.ts";
import {
  endBefore,
  endKnownTo,
  joinedTimes,
  laterEnd,
  postedTimes,
  withEnd,
} from "./alert-past.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";
import { compareUnits, withKeepUntil } from "./order.ts";

/** The record that stands. Returns `left` itself when `right` adds nothing. */
export function newerAlert(left: AlertRecord, right: AlertRecord): AlertRecord {
  const isLeft = compareAlertRecords(left, right) >= 0;
  const [winner, loser] = isLeft ? [left, right] : [right, left];
  const isOneWrite = left.stampUs === right.stampUs && left.stampBy === right.stampBy;
  const theirs = isOneWrite ? endBefore(loser) : endKnownTo(postedTimes(winner), loser);
  const end = laterEnd(endBefore(winner), theirs);
  return withKeepUntil(withEnd(winner, end), Math.max(left.keepUntilMs, right.keepUntilMs));
}

/** A total order up to `keepUntilMs` and known ends: by stamp, predecessor's stamp, content. */
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
  if (record.past !== undefined) hashPast(hash, record.past);
  return hash.finish();
}

function hashPast(hash: ContentHash, { endUs, endBy, endedAtMs, other }: AlertPast): void {
  hash.text(endBy);
  hash.number(endUs);
  hash.number(endedAtMs);
  if (other === undefined) return;
  hash.number(other.startsAtMs);
  hash.number(other.endsAtMs);
  if (other.sent !== undefined) hashSentTimes(hash, other.sent);
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
  const joined = joinedTimes(record);
  return JSON.stringify([
    joined.endsAtMs,
    joined.startsAtMs,
    record.updatedAtMs,
    record.timeout,
    record.names,
    record.values,
    record.annotations,
    record.generatorUrl,
    sentContent(joined),
    record.past?.other === undefined ? [] : timesContent(postedTimes(record)),
  ]);
}

function timesContent(times: AlertTimes): readonly unknown[] {
  return [times.endsAtMs, times.startsAtMs, sentContent(times)];
}

function sentContent({ sent }: AlertTimes): readonly number[] {
  if (sent === undefined || !hasSentTimes(sent)) return [];
  return [sent.startSubNs, sent.startOffsetMin, sent.endSubNs, sent.endOffsetMin];
}
