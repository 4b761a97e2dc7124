import type {
  AlertRecord,
  ConfigRecord,
  GroupRecord,
  LogRecord,
  SilenceRecord,
} from "@tocsin/domain/model";

/** The mergeable maps of a tenant, in the order in which they are compared and sent. */
export const MAP_NAMES = ["alerts", "silences", "log", "groups", "config"] as const;
export type MapName = (typeof MAP_NAMES)[number];

/** Any part of a tenant's mergeable state; absent maps are not spoken of. */
export interface PartialState {
  readonly alerts?: readonly AlertRecord[];
  readonly silences?: readonly SilenceRecord[];
  readonly log?: readonly LogRecord[];
  readonly groups?: readonly GroupRecord[];
  readonly config?: ConfigRecord | undefined;
}

/**
 * A sum of record hashes: equal sets of records have equal digests, in any order. Two unsigned 32-bit
 * sums and the number of records.
 */
export interface Digest {
  readonly hi: number;
  readonly lo: number;
  readonly count: number;
}

export type Digests = Readonly<Record<MapName, Digest>>;

/** A record's key and the hash of its content: what owners exchange when digests differ. */
export interface RecordVersion {
  readonly key: string;
  readonly hi: number;
  readonly lo: number;
}

/** Digests of exactly what one decision reads (PROTOCOL 7.2). */
export interface DecisionDigests {
  /** The alerts of the group. */
  readonly alerts: Digest;
  /** Alerts that can inhibit: those that match the source side of any rule. */
  readonly inhibitors: Digest;
  readonly silences: Digest;
  /** The log entry of the key; a count of 0 when there is none. */
  readonly log: Digest;
}

const EMPTY_DIGEST: Digest = { hi: 0, lo: 0, count: 0 };

/** Digests of a tenant of which nothing is known. */
export const EMPTY_DIGESTS: Digests = {
  alerts: EMPTY_DIGEST,
  silences: EMPTY_DIGEST,
  log: EMPTY_DIGEST,
  groups: EMPTY_DIGEST,
  config: EMPTY_DIGEST,
};
