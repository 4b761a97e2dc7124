import { alertHash } from "@tocsin/domain/alert";
import type { SourceEnd } from "@tocsin/domain/inhibit";
import type { AlertRecord } from "@tocsin/domain/model";
import { hashAlertRecord } from "@tocsin/domain/records";
import type { Steps } from "@tocsin/foundation";
import type { Group } from "./group.ts";
import type { Inhibitors } from "./inhibitors.ts";
import type { Interner } from "./interner.ts";

/** What suppresses an alert, worked out when somebody asks and kept while the versions hold. */
export interface AlertStatus {
  silencesVersion: number;
  /** IDs of all silences that match, active or not. */
  silences: readonly string[];
  /** Whose answer `inhibitor` is: those of a configuration that is being prepared may say otherwise. */
  inhibitors: Inhibitors | undefined;
  inhibitorVersion: number;
  /** The instant at which `inhibitor` was found. */
  inhibitorAtMs: number;
  inhibitor: SourceEnd | undefined;
}

/** The version of silences at which nothing is known yet. */
export const NEVER_ASKED = -1;
const NO_GROUPS: readonly Group[] = [];
const NO_SILENCES: readonly string[] = [];

/** An alert as it is or was, with the hash by which the notification log knows it. */
export type HashedRecord = Pick<AlertEntry, "record" | "logHash">;

/** An alert held by a tenant: its record, and what follows from it here. */
export class AlertEntry {
  record: AlertRecord;
  /** Content hash of the record, as signed integers, which need no box. */
  hashHi = 0;
  hashLo = 0;
  /** The groups that it is in, in the order of their routes. */
  groups: readonly Group[] = NO_GROUPS;
  /** It ended, and at least one of its groups has let it go (S-30). Set by the `AlertStore`. */
  hasLeft = false;
  /** Its end was told, or could be: it has ended, whoever could have been heard since (PROTOCOL 7.4). */
  isOver = false;
  /** It matches the source side of an inhibition rule. */
  isSource = false;
  status: AlertStatus | undefined = undefined;
  #logHash: string | undefined = undefined;

  constructor(record: AlertRecord) {
    this.record = record;
    this.replace(record);
  }

  /** The hash by which the notification log knows it. */
  get logHash(): string {
    this.#logHash ??= alertHash(this.record);
    return this.#logHash;
  }

  /** Whether `logHash` takes no time any more. */
  get hasLogHash(): boolean {
    return this.#logHash !== undefined;
  }

  statusNow(): AlertStatus {
    this.status ??= {
      silencesVersion: NEVER_ASKED,
      silences: NO_SILENCES,
      inhibitors: undefined,
      inhibitorVersion: -1,
      inhibitorAtMs: 0,
      inhibitor: undefined,
    };
    return this.status;
  }

  /** Takes another version of the same alert. */
  replace(record: AlertRecord): void {
    const { hi, lo } = hashAlertRecord(record);
    this.record = record;
    this.isOver = false;
    this.hashHi = hi | 0;
    this.hashLo = lo | 0;
  }

  /** Says which groups it is in; those that are in none or one share their lists. */
  putInto(groups: readonly Group[]): void {
    const [first] = groups;
    if (first === undefined) this.groups = NO_GROUPS;
    else this.groups = groups.length === 1 ? first.alone : groups;
  }
}

/** In alerts: less is done when the hash is asked for, but in large groups. */
export const LONG_LOG_HASH_SIZE = 2;
/** So many characters of labels are hashed while an alert is worked on. */
const HASHED_CHARS_PER_ALERT = 500;

/** Hashes those for the log of which that takes so long, and yields before each what it will take, in alerts. */
export function* hashForLog(entries: readonly AlertEntry[], sizeMin: number): Steps<void> {
  for (const entry of entries) {
    if (entry.hasLogHash) continue;
    const size = sizeOfLogHash(entry.record);
    if (size < sizeMin) continue;
    yield size;
    void entry.logHash;
  }
}

function sizeOfLogHash({ names, values }: AlertRecord): number {
  let chars = 0;
  for (const name of names) chars += name.length;
  for (const value of values) chars += value.length;
  return 0.5 + chars / HASHED_CHARS_PER_ALERT;
}

/**
 * The record as it is kept: texts shared with the version that it replaces, else with all tenants. The
 * fields stand in the order in which `applyAlert` makes them, so that all records have one layout.
 */
export function internAlert(
  record: AlertRecord,
  old: AlertRecord | undefined,
  interner: Interner,
): AlertRecord {
  const { names, values } = old ?? interner.labels(record);
  const keepsUrl = old !== undefined && old.generatorUrl === record.generatorUrl;
  const keepsAnnotations = old !== undefined && old.annotations === record.annotations;
  return {
    names,
    values,
    fpHi: record.fpHi,
    fpLo: record.fpLo,
    annotations: keepsAnnotations ? old.annotations : record.annotations,
    generatorUrl: keepsUrl ? old.generatorUrl : interner.text(record.generatorUrl),
    startsAtMs: record.startsAtMs,
    endsAtMs: record.endsAtMs,
    sent: record.sent,
    past: record.past,
    updatedAtMs: record.updatedAtMs,
    timeout: record.timeout,
    stampUs: record.stampUs,
    // An instance's name is "" only for "no predecessor", and the pool keeps what it is given.
    stampBy: interner.text(record.stampBy) as AlertRecord["stampBy"],
    prevUs: record.prevUs,
    prevBy: interner.text(record.prevBy) as AlertRecord["prevBy"],
    keepUntilMs: record.keepUntilMs,
  };
}

type Draft = { -readonly [Field in keyof AlertRecord]: AlertRecord[Field] };

/**
 * The same for a record that was just made of `old` and that nobody else holds yet: in place, since this
 * is what happens to every alert that is sent again.
 */
export function shareTexts(made: AlertRecord, old: AlertRecord, interner: Interner): void {
  // The cast is the point, see above. Equal texts are put in the place of equal texts.
  const draft = made as Draft;
  if (draft.annotations === old.annotations) draft.annotations = old.annotations;
  const keepsUrl = draft.generatorUrl === old.generatorUrl;
  draft.generatorUrl = keepsUrl ? old.generatorUrl : interner.text(draft.generatorUrl);
  draft.stampBy = interner.text(draft.stampBy) as AlertRecord["stampBy"];
}

type Fingerprinted = Pick<AlertRecord, "fpHi" | "fpLo">;

/** Orders as the fingerprints' hex digits do. */
export function compareFingerprints(left: Fingerprinted, right: Fingerprinted): number {
  return (left.fpHi >>> 0) - (right.fpHi >>> 0) || (left.fpLo >>> 0) - (right.fpLo >>> 0);
}
