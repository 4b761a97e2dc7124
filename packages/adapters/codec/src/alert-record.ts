/**
 * The alert, written out by hand: it is nearly all that is ever sent or journaled, and a declared message
 * (`schema.ts`) takes nearly twice the time to read. Numbers are tags: field number × 8 + wire type.
 */
import {
  compareText,
  type AlertPast,
  type AlertRecord,
  type AlertTimes,
  type InstanceId,
  type LabelSet,
  type SentTimes,
} from "@tocsin/domain/model";
import { natural, optionalNested, readText, text, whole } from "./fields.ts";
import { message, readNested, writeNested, type Codec } from "./schema.ts";
import { MalformedError, readWhole, skip, writeWhole, type Source, type Writer } from "./wire.ts";

export const sentTimes: Codec<SentTimes> = message<SentTimes>({
  startSubNs: whole(1),
  startOffsetMin: whole(2),
  endSubNs: whole(3),
  endOffsetMin: whole(4),
});

const alertTimes = message<AlertTimes>({
  startsAtMs: whole(1),
  endsAtMs: whole(2),
  sent: optionalNested(3, sentTimes),
});

export const alertPast: Codec<AlertPast> = message<AlertPast>({
  endUs: natural(1),
  endBy: text<AlertPast["endBy"]>(2),
  endedAtMs: whole(3),
  other: optionalNested(4, alertTimes),
});

const SENT = { tag: 74, codec: sentTimes };
const PAST = { tag: 138, codec: alertPast };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `AlertRecord` of `records.proto`. */
export const alertRecord: Codec<AlertRecord> = {
  write(writer, alert) {
    writeLabels(writer, alert);
    if (alert.fpHi !== 0) writer.uint32(29).sfixed32(alert.fpHi);
    if (alert.fpLo !== 0) writer.uint32(37).sfixed32(alert.fpLo);
    writeText(writer, 42, alert.annotations);
    writeText(writer, 50, alert.generatorUrl);
    writeNumber(writer, 56, alert.startsAtMs);
    writeNumber(writer, 64, alert.endsAtMs);
    if (alert.sent !== undefined) writeNested(writer, SENT, alert.sent);
    writeNumber(writer, 80, alert.updatedAtMs);
    if (alert.timeout) writer.uint32(88).bool(true);
    writeNumber(writer, 96, alert.stampUs);
    writeText(writer, 106, alert.stampBy);
    writeNumber(writer, 112, alert.prevUs);
    writeText(writer, 122, alert.prevBy);
    writeNumber(writer, 128, alert.keepUntilMs);
    if (alert.past !== undefined) writeNested(writer, PAST, alert.past);
  },

  read(source) {
    const { reader } = source;
    const names: string[] = [];
    const values: string[] = [];
    const alert = blankAlert();
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) names.push(readText(source));
      else if (tag === 18) values.push(readText(source));
      else if (!readField(source, tag, alert)) skip(reader, tag);
    }
    alert.names = checkedNames(source, names, values.length);
    alert.values = values;
    if ((alert.stampBy as string) === "") throw new MalformedError(`"stampBy" is missing`);
    return alert;
  },
};

/** Every key in one order, so that all alerts have one hidden class. */
function blankAlert(): Mutable<AlertRecord> {
  return {
    names: [],
    values: [],
    fpHi: 0,
    fpLo: 0,
    annotations: "",
    generatorUrl: "",
    startsAtMs: 0,
    endsAtMs: 0,
    sent: undefined,
    past: undefined,
    updatedAtMs: 0,
    timeout: false,
    stampUs: 0,
    stampBy: "" as InstanceId, // Never let out: `read` refuses it.
    prevUs: 0,
    prevBy: "",
    keepUntilMs: 0,
  };
}

/** Reads one occurrence of any field but the labels. False: the field is unknown and not yet read. */
function readField(source: Source, tag: number, alert: Mutable<AlertRecord>): boolean {
  const { reader } = source;
  switch (tag) {
    case 29:
      alert.fpHi = reader.sfixed32();
      return true;
    case 37:
      alert.fpLo = reader.sfixed32();
      return true;
    case 42:
      alert.annotations = readText(source);
      return true;
    case 50:
      alert.generatorUrl = readText(source);
      return true;
    case 56:
      alert.startsAtMs = readWhole(reader);
      return true;
    case 64:
      alert.endsAtMs = readWhole(reader);
      return true;
    case 74:
      alert.sent = readNested(source, sentTimes);
      return true;
    case 80:
      alert.updatedAtMs = readWhole(reader);
      return true;
    case 88:
      alert.timeout = reader.bool();
      return true;
    case 96:
      alert.stampUs = readWhole(reader);
      return true;
    default:
      return readLateField(source, tag, alert);
  }
}

function readLateField(source: Source, tag: number, alert: Mutable<AlertRecord>): boolean {
  switch (tag) {
    case 106:
      alert.stampBy = readText(source) as InstanceId;
      return true;
    case 112:
      alert.prevUs = readWhole(source.reader);
      return true;
    case 122:
      alert.prevBy = readText(source) as InstanceId;
      return true;
    case 128:
      alert.keepUntilMs = readWhole(source.reader);
      return true;
    case PAST.tag:
      alert.past = readNested(source, alertPast);
      return true;
    default:
      return false;
  }
}

/** Writes names and values as fields 1 and 2. */
export function writeLabels(writer: Writer, labels: LabelSet): void {
  for (const label of labels.names) writer.uint32(10).string(label);
  for (const value of labels.values) writer.uint32(18).string(value);
}

/** The shared list of these label names. Everything relies on their order and number, so it is checked. */
export function checkedNames(
  source: Source,
  names: readonly string[],
  valueCount: number,
): readonly string[] {
  if (names.length !== valueCount) {
    throw new MalformedError(`${names.length} label names, ${valueCount} values`);
  }
  const shape = source.pool.shape(names);
  if (shape !== names) return shape; // Was checked when it was new.
  for (let at = 1; at < names.length; at += 1) {
    if (compareText(names[at - 1] ?? "", names[at] ?? "") >= 0) {
      throw new MalformedError(`label names are not in order at "${names[at]}"`);
    }
  }
  return names;
}

/** Writes a text that is not the default. */
export function writeText(writer: Writer, tag: number, text: string): void {
  if (text !== "") writer.uint32(tag).string(text);
}

/** Writes a number that is not the default. */
export function writeNumber(writer: Writer, tag: number, value: number): void {
  if (value !== 0) writeWhole(writer.uint32(tag), value);
}
