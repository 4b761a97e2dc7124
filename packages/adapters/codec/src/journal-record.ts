/** One record of the write-ahead log (`storage.proto`). */
import type { AlertPast, AlertRecord, InstanceId, SentTimes, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import { alertPast, sentTimes } from "./alert-record.ts";
import {
  flag,
  list,
  natural,
  optionalNested,
  optionalText,
  sfixed32,
  text,
  whole,
} from "./fields.ts";
import { partialState } from "./records.ts";
import { message } from "./schema.ts";
import type { StringPool } from "./string-pool.ts";
import { decode, encodeFor } from "./wire.ts";

/** Stamp of the record that was replaced; 0 and "" for none. */
export interface Predecessor {
  readonly us: number;
  readonly by: InstanceId | "";
}

/**
 * An alert that was sent again: what is not here is as in the record of this fingerprint before it in the
 * same segment. `stampBy`, `sent` or `past` undefined: as before. `prev` undefined: the record before is the
 * predecessor.
 */
export interface AlertTouch extends Pick<
  AlertRecord,
  "fpHi" | "fpLo" | "endsAtMs" | "updatedAtMs" | "stampUs" | "keepUntilMs" | "timeout"
> {
  readonly stampBy: InstanceId | undefined;
  readonly prev: Predecessor | undefined;
  readonly sent: SentTimes | undefined;
  /** With nothing in it: there is none any more. */
  readonly past: AlertPast | undefined;
}

/** A record of the log. `tenant` is empty in a sign of life, which carries `aliveMs` only. */
export interface JournalRecord {
  readonly tenant: TenantId | "";
  readonly state: PartialState | undefined;
  readonly touches: readonly AlertTouch[];
  /** Wall clock at the time of writing; 0 for "not said". */
  readonly aliveMs: number;
}

const predecessor = message<Predecessor>({ us: natural(1), by: text<InstanceId | "">(2) });

const alertTouch = message<AlertTouch>({
  fpHi: sfixed32(1),
  fpLo: sfixed32(2),
  endsAtMs: whole(3),
  updatedAtMs: whole(4),
  stampUs: natural(5),
  stampBy: optionalText<InstanceId>(6),
  prev: optionalNested(7, predecessor),
  keepUntilMs: whole(8),
  timeout: flag(9),
  sent: optionalNested(10, sentTimes),
  past: optionalNested(11, alertPast),
});

const journalRecord = message<JournalRecord>({
  tenant: text<TenantId | "">(1),
  state: optionalNested(2, partialState),
  touches: list(3, alertTouch),
  aliveMs: whole(4),
});

/** Encodes a record of the log for `use`, which copies what it keeps: the bytes are overwritten after it. */
export function encodeJournalRecord<T>(record: JournalRecord, use: (bytes: Uint8Array) => T): T {
  return encodeFor((writer) => journalRecord.write(writer, record), use);
}

/** Decodes a record of the log; throws `data-loss`. */
export function decodeJournalRecord(bytes: Uint8Array, pool: StringPool): JournalRecord {
  return decode(bytes, { what: "a journal record", code: "data-loss", pool }, (source) =>
    journalRecord.read(source),
  );
}
