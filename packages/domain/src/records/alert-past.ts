/**
 * Which start an alert has that ended and fires again, when owners have seen different writes (ADR 0032).
 *
 * Upstream joins a posted alert with the stored one if they overlap. An owner that missed the end of an
 * episode finds the next one within the old range, and gives it the start of the one before. No comparison of
 * two results of the same write says which is right: it may have missed the end and yet have seen some
 * later write that the other has not. So a record says three things, and each merges by itself:
 *
 * - what its write made of the version that it met: the *joined* times, and the *posted* ones if they differ;
 * - the last *end* known before it: a stamp, and the instant before which all that had begun was over;
 * - which times stand follows from the two: the posted ones, if they begin after that end and the joined ones
 *   before it.
 *
 * Where one owner applies all writes the rule changes nothing: whatever it would undo there, upstream's rule
 * did with the end in sight, such as for an alert that goes on for another sender. Then the write becomes
 * the end, with the joined start (`pastOf`).
 *
 * The law: of one write, ends merge by the maximum of their stamps, and times are a function of two maxima.
 * From an earlier record only an end counts that the posted times lie after. As long as each episode of an
 * alert begins after the one before has ended, that does not depend on the order of merges either; for
 * senders that contradict each other it may, until owners have exchanged the record itself.
 */
import type { AlertPast, AlertRecord, AlertTimes, InstanceId } from "../model/index.ts";
import { compareUnits } from "./order.ts";

type Ended = Pick<AlertRecord, "startsAtMs" | "endsAtMs" | "sent" | "past" | "stampUs" | "stampBy">;

/** The last end before a write, as in `AlertPast`. */
export type KnownEnd = Pick<AlertPast, "endUs" | "endBy" | "endedAtMs">;

const NO_END: KnownEnd = { endUs: 0, endBy: "", endedAtMs: 0 };

/** What a write leaves to its record: the end that is known before it, and the times beside those that stand. */
export function pastOf(
  old: Ended | undefined,
  times: { readonly joined: AlertTimes; readonly posted: AlertTimes },
  write: { readonly stampUs: number; readonly stampBy: InstanceId },
): AlertPast | undefined {
  const { joined, posted } = times;
  const other = isSame(joined, posted) ? undefined : posted;
  // So it is with nearly all that are sent again.
  if (old === undefined || (old.past === undefined && !hasEnded(old.endsAtMs, old))) {
    return pastFrom(NO_END, other);
  }
  const known = endKnownTo(posted, old);
  if (!isUndoing(known, times) && !goesOn(old, posted, write)) return pastFrom(known, other);
  const { stampUs: endUs, stampBy: endBy } = write;
  return pastFrom({ endUs, endBy, endedAtMs: joined.startsAtMs }, other);
}

/** The end that is known before the record's write. */
export function endBefore({ past }: Ended): KnownEnd {
  return past ?? NO_END;
}

/** The last end that an earlier record knows, its own or one before it, and that posted times lie after. */
export function endKnownTo({ startsAtMs }: AlertTimes, earlier: Ended): KnownEnd {
  const { endsAtMs } = postedTimes(earlier);
  if (hasEnded(endsAtMs, earlier) && endsAtMs <= startsAtMs) {
    return { endUs: earlier.stampUs, endBy: earlier.stampBy, endedAtMs: endsAtMs };
  }
  const before = endBefore(earlier);
  return before.endedAtMs <= startsAtMs ? before : NO_END;
}

/** The alert fires though a record says that it ended later than it began. */
function goesOn(old: Ended, posted: AlertTimes, write: Pick<Ended, "stampUs">): boolean {
  const { endsAtMs } = postedTimes(old);
  const isResumed = hasEnded(endsAtMs, old) && endsAtMs > posted.startsAtMs;
  return isResumed && !hasEnded(posted.endsAtMs, write);
}

/** By the stamp, since that is the same for all who hold the write. */
function hasEnded(endsAtMs: number, { stampUs }: Pick<Ended, "stampUs">): boolean {
  return endsAtMs * 1_000 <= stampUs;
}

/** The one with the later stamp. */
export function laterEnd(left: KnownEnd, right: KnownEnd): KnownEnd {
  const order =
    left.endUs - right.endUs ||
    compareUnits(left.endBy, right.endBy) ||
    left.endedAtMs - right.endedAtMs;
  return order >= 0 ? left : right;
}

/** The times that the write made of the version that it met. */
export function joinedTimes({ startsAtMs, endsAtMs, sent, past }: Ended): AlertTimes {
  const other = past?.other;
  if (other !== undefined && other.startsAtMs < startsAtMs) return other;
  return { startsAtMs, endsAtMs, sent };
}

/** The times that its sender gave. */
export function postedTimes({ startsAtMs, endsAtMs, sent, past }: Ended): AlertTimes {
  const other = past?.other;
  if (other !== undefined && other.startsAtMs >= startsAtMs) return other;
  return { startsAtMs, endsAtMs, sent };
}

/** The record with this end known before it; itself if that says nothing new. */
export function withEnd(record: AlertRecord, end: KnownEnd): AlertRecord {
  if (laterEnd(endBefore(record), end).endUs === 0) return record;
  if (isSameEnd(endBefore(record), end)) return record;
  const joined = joinedTimes(record);
  const posted = postedTimes(record);
  const undoes = isUndoing(end, { joined, posted });
  const [times, other] = undoes ? [posted, joined] : [joined, posted];
  const past = pastFrom(end, record.past?.other === undefined ? undefined : other);
  return { ...record, ...times, past };
}

/** Whether the joined times reach back beyond the end, and the posted ones do not. */
function isUndoing(
  end: KnownEnd,
  { joined, posted }: { readonly joined: AlertTimes; readonly posted: AlertTimes },
): boolean {
  if (end.endUs === 0) return false;
  return joined.startsAtMs < end.endedAtMs && posted.startsAtMs >= end.endedAtMs;
}

function pastFrom(
  { endUs, endBy, endedAtMs }: KnownEnd,
  other: AlertTimes | undefined,
): AlertPast | undefined {
  if (endUs === 0 && other === undefined) return undefined;
  return { endUs, endBy, endedAtMs, other };
}

function isSameEnd(left: KnownEnd, right: KnownEnd): boolean {
  return (
    left.endUs === right.endUs && left.endBy === right.endBy && left.endedAtMs === right.endedAtMs
  );
}

function isSame(left: AlertTimes, right: AlertTimes): boolean {
  if (left.startsAtMs !== right.startsAtMs || left.endsAtMs !== right.endsAtMs) return false;
  if ((left.sent?.startSubNs ?? 0) !== (right.sent?.startSubNs ?? 0)) return false;
  return (left.sent?.endSubNs ?? 0) === (right.sent?.endSubNs ?? 0);
}
