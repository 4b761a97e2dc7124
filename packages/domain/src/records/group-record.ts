/**
 * The merge of group clocks. A group was born with the first batch that any owner knows of, so `bornMs`
 * is a minimum, and `urgent`, a property of that batch, goes with it; but a group that ended and came back
 * has had a birth for each of its lives, and a copy may have kept an old one, so the later life stands
 * (ADR 0034). Ticks are a schedule and only go on, so `tickMs` is a maximum. Two independent maxima: the
 * result may be neither input.
 */
import type { GroupRecord } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";

/** The clock that stands. Returns `left` itself when `right` adds nothing. */
export function mergeGroupClocks(left: GroupRecord, right: GroupRecord): GroupRecord {
  const first = isRightBirth(right, left) ? right : left;
  const tickMs = Math.max(left.tickMs, right.tickMs);
  if (first === left && tickMs === left.tickMs) return left;
  const { id, bornMs, urgent, afterMs } = first;
  return { id, bornMs, urgent, tickMs, afterMs };
}

/** Of two births in the same millisecond the urgent one stands: a page too early beats one too late. */
function isRightBirth(candidate: GroupRecord, known: GroupRecord): boolean {
  if (candidate.afterMs !== known.afterMs) return candidate.afterMs > known.afterMs;
  if (candidate.bornMs !== known.bornMs) return candidate.bornMs < known.bornMs;
  return candidate.urgent && !known.urgent;
}

export function hashGroupRecord(record: GroupRecord): RecordHash {
  const hash = new ContentHash();
  hash.text(record.id);
  hash.number(record.bornMs);
  hash.flag(record.urgent);
  hash.number(record.tickMs);
  hash.number(record.afterMs);
  return hash.finish();
}
