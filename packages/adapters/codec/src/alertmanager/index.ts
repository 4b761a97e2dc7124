/**
 * The files `silences` and `nflog` of Alertmanager's storage folder: messages one after another, each
 * behind its length. They carry no checksum: what is cut off or overwritten shows only if it cannot be read.
 */
import type { LogRecord, SilenceRecord } from "@tocsin/domain/model";
import { readNested, type Codec } from "../schema.ts";
import { StringPool } from "../string-pool.ts";
import { decode, encode } from "../wire.ts";
import { logEntry } from "./log.ts";
import { silenceEntry, type BrokenSilence } from "./silences.ts";

export type { BrokenSilence } from "./silences.ts";

/** One line of `silences`. */
export function encodeSilenceLine(record: SilenceRecord): Uint8Array {
  return encodeLine(silenceEntry, record);
}

/** One line of `nflog`. */
export function encodeLogLine(record: LogRecord): Uint8Array {
  return encodeLine(logEntry, record);
}

/**
 * The silences of a whole file, one by one. Throws `data-loss` with the place of what cannot be read; one
 * with a matcher of no known type is told to `onBroken` and left out, as upstream does.
 */
export function* decodeSilenceLines(
  file: Uint8Array,
  onBroken: (broken: BrokenSilence) => void,
): Generator<SilenceRecord> {
  for (const reading of decodeLines(silenceEntry, file)) {
    if (reading.kind === "silence") yield reading.silence;
    else onBroken(reading.broken);
  }
}

/** The log entries of a whole file, like `decodeSilenceLines`. */
export function decodeLogLines(file: Uint8Array): Iterable<LogRecord> {
  return decodeLines(logEntry, file);
}

function encodeLine<T>(codec: Pick<Codec<T>, "write">, record: T): Uint8Array {
  return encode((writer) => {
    writer.fork();
    codec.write(writer, record);
    writer.ldelim();
  });
}

function* decodeLines<T>(codec: Pick<Codec<T>, "read">, file: Uint8Array): Generator<T> {
  const pool = new StringPool();
  for (let at = 0; at < file.length;) {
    const what = `the entry at byte ${at}`;
    yield decode(file, { what, code: "data-loss", pool, refusesBadText: true }, (source) => {
      source.reader.pos = at;
      const record = readNested(source, codec);
      at = source.reader.pos;
      return record;
    });
  }
}
