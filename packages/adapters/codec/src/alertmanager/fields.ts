/** Kinds of fields that only Alertmanager's messages have. */
import { optionalNested, whole } from "../fields.ts";
import { message, tagOf, type Codec, type Field } from "../schema.ts";
import {
  enter,
  leave,
  MalformedError,
  readHash,
  WIRE_BYTES,
  WIRE_VARINT,
  writeHash,
} from "../wire.ts";

interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

const time: Codec<Time> = message<Time>({ seconds: whole(1), nanos: whole(2) });

const MS = 1_000;
const NANOS_PER_MS = 1_000_000;
/** Beyond what any date can say. */
const SECONDS_MAX = 8_640_000_000_000;

/** A point in time, in ms; what is finer is cut off. An absent one is the epoch, as there. */
export function instant(number: number): Field<number> {
  const inner = optionalNested(number, time);
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => 0,
    write: (writer, ms) => {
      const seconds = Math.floor(ms / MS);
      inner.write(writer, { seconds, nanos: Math.trunc(ms - seconds * MS) * NANOS_PER_MS });
    },
    read: (source) => {
      const { seconds, nanos } = inner.read(source, undefined) ?? { seconds: 0, nanos: 0 };
      if (Math.abs(seconds) > SECONDS_MAX) throw new MalformedError(`a time of ${seconds} s`);
      return seconds * MS + Math.floor(nanos / NANOS_PER_MS);
    },
  };
}

/** A packed `repeated uint64` of hashes, as 16 hex digits each. */
export function packedHashes(number: number): Field<readonly string[]> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => [],
    write: (writer, hashes) => {
      if (hashes.length === 0) return;
      writer.uint32(tag).fork();
      for (const hash of hashes) writeHash(writer, hash);
      writer.ldelim();
    },
    read: ({ reader }, previous) => {
      const hashes = [...previous];
      const outerEnd = enter(reader);
      while (reader.pos < reader.len) hashes.push(readHash(reader));
      leave(reader, outerEnd);
      return hashes;
    },
  };
}

/** The same field as others may write it, one by one. Never written. */
export function singleHashes(number: number): Field<readonly string[]> {
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => [],
    write: () => {},
    read: ({ reader }, previous) => [...previous, readHash(reader)],
  };
}

/** An `enum` that begins at 0 with the first word; undefined: of a number that has none. Never written so. */
export function word<T extends string>(number: number, words: readonly T[]): Field<T | undefined> {
  const tag = tagOf({ number, wireType: WIRE_VARINT });
  const [first] = words;
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => first,
    write: (writer, value) => {
      if (value !== undefined && value !== first) writer.uint32(tag).uint32(words.indexOf(value));
    },
    read: ({ reader }) => words[reader.uint32()],
  };
}
