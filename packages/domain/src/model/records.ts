/**
 * The records that owners of a tenant replicate (PROTOCOL 5). Records are immutable: a change makes a
 * new one. Their merges live beside them in `records/`.
 *
 * A stamp is a hybrid logical clock: `stampUs` in µs since the epoch (whole numbers, safe until the
 * year 2255), `stampBy` the instance that drew it. Times that are shown (`updatedAtMs`) are separate.
 */
import type { GroupKey, InstanceId, LogKey } from "./ids.ts";
import type { LabelSet } from "./label-set.ts";

/** Go's zero time, 1 January of the year 1: what "not set" looks like on the wire and in records. */
export const ZERO_TIME_MS = -62_135_596_800_000;

/** An instant as a sender wrote it. Most have whole ms in UTC, so the rest is two zeros. */
export interface Instant {
  readonly ms: number;
  /** Nanoseconds within the millisecond, 0 to 999,999. */
  readonly subNs: number;
  /** Offset of the sender's zone from UTC in minutes, for showing only. */
  readonly offsetMin: number;
}

/** Start and end of an alert with what is below a millisecond and the sender's zones. */
export interface AlertTimes {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly sent: SentTimes | undefined;
}

export interface AlertRecord extends LabelSet, AlertTimes {
  /** Upper and lower half of the fingerprint, as signed 32-bit integers. */
  readonly fpHi: number;
  readonly fpLo: number;
  /** JSON text of the annotations object, keys sorted. */
  readonly annotations: string;
  readonly generatorUrl: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Sub-millisecond part and zone of both times as the sender wrote them; undefined for whole ms, UTC. */
  readonly sent: SentTimes | undefined;
  /** Undefined for most: the alert has not ended before, and its times are those that were posted. */
  readonly past: AlertPast | undefined;
  readonly updatedAtMs: number;
  /** Its end is ours (`resolve_timeout`), not the sender's. */
  readonly timeout: boolean;
  readonly stampUs: number;
  readonly stampBy: InstanceId;
  /** Stamp of the record that this one replaced; 0 and "" for none. */
  readonly prevUs: number;
  readonly prevBy: InstanceId | "";
  readonly keepUntilMs: number;
}

/** What earlier versions of an alert say about its times (ADR 0032). */
export interface AlertPast {
  /** Stamp of the write by which the episode before this one was over; 0 and "" if none is known. */
  readonly endUs: number;
  readonly endBy: InstanceId | "";
  /** What had begun before that was over. */
  readonly endedAtMs: number;
  /**
   * The posted times if those of the record were joined with the version before; the joined ones if they were
   * taken apart again. Undefined: both are the same.
   */
  readonly other: AlertTimes | undefined;
}

export interface SentTimes {
  readonly startSubNs: number;
  readonly startOffsetMin: number;
  readonly endSubNs: number;
  readonly endOffsetMin: number;
}

export type MatcherType = "=" | "!=" | "=~" | "!~";

/** A matcher as it is stored and sent; `domain/matcher` makes something of it that matches. */
export interface MatcherSpec {
  readonly type: MatcherType;
  readonly name: string;
  readonly value: string;
}

export interface SilenceRecord {
  readonly id: string;
  /** Any set that matches mutes; within a set all must match. Empty: shrunk to a tombstone. */
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Ended by a request, which is final in the merge: no update brings it back (A8). */
  readonly expiredOnRequest: boolean;
  readonly stampUs: number;
  readonly stampBy: InstanceId;
  readonly keepUntilMs: number;
}

export type ReceiverDataValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "int"; readonly int: number }
  | { readonly kind: "double"; readonly double: number };

/** What one integration was last told about one group. */
export interface LogRecord {
  readonly key: LogKey;
  readonly groupKey: GroupKey;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  /** Alert hashes (xxhash64 of the labels, 16 hex digits), sorted. */
  readonly firing: readonly string[];
  /** Told ends: kept until the alert is forgotten or fires again (A21). Sorted. */
  readonly resolved: readonly string[];
  /** When it was told, cluster time. */
  readonly timestampMs: number;
  /** The nominal tick of the flush that told it. */
  readonly tickMs: number;
  readonly receiverData: Readonly<Record<string, ReceiverDataValue>>;
  /** Drawn when the claim was granted, not at the receiver's yes (A2). */
  readonly versionUs: number;
  readonly versionBy: InstanceId;
  readonly keepUntilMs: number;
}

/** An aggregation group's clock. Which alerts are in it follows from the alerts. */
export interface GroupRecord {
  /** Route ID and group labels; unlike the group key unique among siblings. */
  readonly id: string;
  /** `updatedAtMs` of the batch that made it; of one life merges by minimum. */
  readonly bornMs: number;
  /** Its first flush was due at once, because the first alert was old (S-27). Goes with `bornMs`. */
  readonly urgent: boolean;
  /** Last nominal tick, one of a life before this too; 0 before the first. Merges by maximum. */
  readonly tickMs: number;
  /** When the life before this one was told to be over; 0: none is known of. The greater is the later life. */
  readonly afterMs: number;
}

/** A tenant's own configuration. A deletion is a version with `text` undefined, kept for 30 days. */
export interface ConfigRecord {
  readonly version: number;
  readonly text: string | undefined;
  /** Template files by name, as Cortex' envelope carries them. */
  readonly templates: Readonly<Record<string, string>>;
  readonly updatedAtMs: number;
}
