/** The kinds of fields that our messages are made of. See `schema.ts` for what they have in common. */
import { isUtf8 } from "node:buffer";
import type protobuf from "protobufjs/minimal.js";
import { readNested, tagOf, writeNested, type Codec, type Field } from "./schema.ts";
import {
  enter,
  leave,
  MalformedError,
  readWhole,
  WIRE_BYTES,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_VARINT,
  writeWhole,
  type Source,
} from "./wire.ts";

/** `string`. Texts up to 64 bytes are shared with equal ones. */
export function text<T extends string = string>(number: number): Field<T> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => "" as T, // A branded text is checked by whoever gives it its meaning.
    write: (writer, value) => {
      if (value !== "") writer.uint32(tag).string(value);
    },
    read: (source) => readText(source) as T,
  };
}

/** `string` that must not be empty: an ID or a key. */
export function name<T extends string = string>(number: number): Field<T> {
  return { ...text<T>(number), check: (value) => (value === "" ? "is missing" : undefined) };
}

/** `optional string`. */
export function optionalText<T extends string = string>(number: number): Field<T | undefined> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writer.uint32(tag).string(value);
    },
    read: (source) => readText(source) as T, // As in `text`.
  };
}

/** `int64` as a number: a time in ms. */
export function whole(number: number): Field<number> {
  const tag = tagOf({ number, wireType: WIRE_VARINT });
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => 0,
    write: (writer, value) => {
      if (value !== 0) writeWhole(writer.uint32(tag), value);
    },
    read: ({ reader }) => readWhole(reader),
  };
}

/** `uint64` as a number: a stamp, a version, a count. */
export function natural(number: number): Field<number> {
  return { ...whole(number), check: (value) => (value < 0 ? "is negative" : undefined) };
}

/** `optional uint64`. */
export function optionalNatural(number: number): Field<number | undefined> {
  const tag = tagOf({ number, wireType: WIRE_VARINT });
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writeWhole(writer.uint32(tag), value);
    },
    read: ({ reader }) => readWhole(reader),
    check: (value) => (value !== undefined && value < 0 ? "is negative" : undefined),
  };
}

/** `fixed32`: half of a hash, unsigned. */
export function fixed32(number: number): Field<number> {
  const tag = tagOf({ number, wireType: WIRE_FIXED32 });
  return {
    number,
    wireType: WIRE_FIXED32,
    initial: () => 0,
    write: (writer, value) => {
      if (value !== 0) writer.uint32(tag).fixed32(value);
    },
    read: ({ reader }) => reader.fixed32(),
  };
}

/** `sfixed32`: half of a hash, signed. */
export function sfixed32(number: number): Field<number> {
  const unsigned = fixed32(number);
  return { ...unsigned, read: ({ reader }) => reader.sfixed32() };
}

/** `double`. */
export function double(number: number): Field<number> {
  const tag = tagOf({ number, wireType: WIRE_FIXED64 });
  return {
    number,
    wireType: WIRE_FIXED64,
    initial: () => 0,
    write: (writer, value) => {
      // -0 equals 0 but is another number, and is written.
      if (!Object.is(value, 0)) writer.uint32(tag).double(value);
    },
    read: ({ reader }) => reader.double(),
  };
}

/** `bool`. */
export function flag(number: number): Field<boolean> {
  const tag = tagOf({ number, wireType: WIRE_VARINT });
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => false,
    write: (writer, value) => {
      if (value) writer.uint32(tag).bool(true);
    },
    read: ({ reader }) => reader.bool(),
  };
}

/** An `enum`: these words have the numbers from 1 on. 0 is "unspecified" and refused as unknown. */
export function choice<T extends string>(number: number, words: readonly T[]): Field<T> {
  const tag = tagOf({ number, wireType: WIRE_VARINT });
  return {
    number,
    wireType: WIRE_VARINT,
    initial: () => "" as T, // Never let out: `check` refuses it.
    write: (writer, value) => writer.uint32(tag).uint32(words.indexOf(value) + 1),
    read: ({ reader }) => words[reader.uint32() - 1] ?? ("" as T), // As above.
    check: (value) => (words.includes(value) ? undefined : "has no known value"),
  };
}

/** A packed `repeated enum`, numbered as in `choice`. Unknown numbers are left out. */
export function choices<T extends string>(
  number: number,
  words: readonly T[],
): Field<readonly T[]> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => [],
    write: (writer, values) => {
      if (values.length === 0) return;
      writer.uint32(tag).fork();
      for (const value of values) writer.uint32(words.indexOf(value) + 1);
      writer.ldelim();
    },
    read: ({ reader }, previous) => {
      const values = [...previous];
      const outerEnd = enter(reader);
      while (reader.pos < reader.len) {
        const word = words[reader.uint32() - 1];
        if (word !== undefined) values.push(word);
      }
      leave(reader, outerEnd);
      return values;
    },
  };
}

/** `repeated string`. */
export function texts<T extends string = string>(number: number): Field<readonly T[]> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => [],
    write: (writer, values) => {
      for (const value of values) writer.uint32(tag).string(value);
    },
    read: (source, previous) => append(previous, readText(source) as T),
  };
}

const HASH_SIZE_BYTES = 8;

/** Hashes of 16 hex digits as `bytes`, eight for each: less than half of what text would take. */
export function hashes(number: number): Field<readonly string[]> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => [],
    write: (writer, values) => {
      if (values.length > 0) writer.uint32(tag).bytes(hashBytes(values));
    },
    read: ({ reader }) => hashTexts(reader),
  };
}

function hashBytes(values: readonly string[]): Uint8Array {
  const bytes = Buffer.from(values.join(""), "hex");
  if (bytes.length !== values.length * HASH_SIZE_BYTES) {
    throw new TypeError("A hash in a log entry is not 16 hex digits");
  }
  return bytes;
}

function hashTexts(reader: protobuf.Reader): readonly string[] {
  const bytes = reader.bytes();
  if (bytes.length % HASH_SIZE_BYTES !== 0) throw new MalformedError("a hash is cut off");
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / HASH_SIZE_BYTES }, (_, at) =>
    buffer.toString("hex", at * HASH_SIZE_BYTES, (at + 1) * HASH_SIZE_BYTES),
  );
}

/** A nested message that must be there. */
export function nested<T>(number: number, codec: Codec<T>): Field<T> {
  const optional = optionalNested(number, codec);
  return {
    number,
    wireType: WIRE_BYTES,
    // Never let out: `check` refuses it.
    initial: () => undefined as T,
    write: (writer, value) => optional.write(writer, value),
    read: (source) => readNested(source, codec),
    check: (value) => (value === undefined ? "is missing" : undefined),
  };
}

/** A nested message that may be absent. */
export function optionalNested<T>(number: number, codec: Codec<T>): Field<T | undefined> {
  const at = { tag: tagOf({ number, wireType: WIRE_BYTES }), codec };
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writeNested(writer, at, value);
    },
    read: (source) => readNested(source, codec),
  };
}

/** `repeated` messages. */
export function list<T>(number: number, codec: Codec<T>): Field<readonly T[]> {
  const at = { tag: tagOf({ number, wireType: WIRE_BYTES }), codec };
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => [],
    write: (writer, values) => {
      for (const value of values) writeNested(writer, at, value);
    },
    read: (source, previous) => append(previous, readNested(source, codec)),
  };
}

/** `map<string, …>`: entries with the key as field 1 and the value as field 2. */
export function map<V>(number: number, value: Field<V>): Field<Readonly<Record<string, V>>> {
  const tag = tagOf({ number, wireType: WIRE_BYTES });
  const key = text(1);
  return {
    number,
    wireType: WIRE_BYTES,
    initial: () => ({}),
    write: (writer, record) => {
      for (const [entryKey, entryValue] of Object.entries(record)) {
        writer.uint32(tag).fork();
        key.write(writer, entryKey);
        value.write(writer, entryValue);
        writer.ldelim();
      }
    },
    read: (source, previous) => {
      const [entryKey, entryValue] = readMapEntry(source, value);
      // Defined, not assigned: "__proto__" is a key like any other.
      const property = { value: entryValue, enumerable: true, writable: true, configurable: true };
      return Object.defineProperty(previous, entryKey, property);
    },
  };
}

function readMapEntry<V>(source: Source, value: Field<V>): readonly [string, V] {
  const { reader } = source;
  const outerEnd = enter(reader);
  const valueTag = tagOf(value);
  let entryKey = "";
  let entryValue = value.initial();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 8 + WIRE_BYTES) entryKey = readText(source);
    else if (tag === valueTag) entryValue = value.read(source, entryValue);
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
  leave(reader, outerEnd);
  const problem = value.check?.(entryValue);
  if (problem !== undefined) throw new MalformedError(`the value of "${entryKey}" ${problem}`);
  return [entryKey, entryValue];
}

/** Reads a `string`, from the pool if it is there. */
export function readText({ reader, pool, refusesBadText }: Source): string {
  const size = reader.uint32();
  const start = reader.pos;
  const end = start + size;
  if (end > reader.len)
    throw new MalformedError(`a text of ${size} bytes, ${reader.len - start} left`);
  reader.pos = end;
  const bytes = reader.buf as Buffer; // `decode` hands every reader a Buffer.
  const read = pool.text(bytes, start, end);
  if (refusesBadText && read.includes("\ufffd") && !isUtf8(bytes.subarray(start, end))) {
    throw new MalformedError("a text is not valid UTF-8");
  }
  return read;
}

/** Appends in place: a list under construction belongs to its reader alone, and may grow to 100,000. */
function append<T>(list: readonly T[], value: T): readonly T[] {
  (list as T[]).push(value);
  return list;
}
