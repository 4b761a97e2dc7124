/**
 * The merge of group clocks. A group was born with the first batch that any owner knows of, so `bornMs`
 * is a minimum, and `urgent`, a property of that batch, goes with it. Ticks are a schedule and only go
 * on, so `tickMs` is a maximum. Two independent maxima: the result may be neither input.
 */
import type { GroupRecord } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";

/** The clock that stands. Returns `left` itself when `right` adds nothing. */
export function mergeGroupClocks(left: GroupRecord, right: GroupRecord): GroupRecord {
  const first = isEarlierBirth(right, left) ? right : left;
  const tickMs = Math.max(left.tickMs, right.tickMs);
  if (first === left && tickMs === left.tickMs) return left;
  return { id: left.id, bornMs: first.bornMs, urgent: first.urgent, tickMs };
}

/** Of two births in the same millisecond the urgent one stands: a page too early beats one too late. */
function isEarlierBirth(candidate: GroupRecord, known: GroupRecord): boolean {
  if (candidate.bornMs !== known.bornMs) return candidate.bornMs < known.bornMs;
  return candidate.urgent && !known.urgent;
}

export function hashGroupRecord(record: GroupRecord): RecordHash {
  const hash = new ContentHash();
  hash.text(record.id);
  hash.number(record.bornMs);
  hash.flag(record.urgent);
  hash.number(record.tickMs);
  return hash.finish();
}
