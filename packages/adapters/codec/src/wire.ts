/**
 * The few things that protobufjs' reader does not do as wanted here: 64-bit numbers without a `Long` for
 * each, messages that cannot reach beyond their own end, and errors that say what was being read.
 */
import { AppError, assert, type ErrorCode } from "@tocsin/foundation";
import protobuf from "protobufjs/minimal.js";
import { StringPool } from "./string-pool.ts";
import { Writer } from "./writer.ts";

export type { Writer } from "./writer.ts";

/** A reader and the pool of texts that what is read shares. */
export interface Source {
  readonly reader: protobuf.Reader;
  readonly pool: StringPool;
  /** True: a text that is not valid UTF-8 is refused; else each wrong byte is read as U+FFFD. */
  readonly refusesBadText: boolean;
}

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

/** Thrown inside the decoders; `decode` makes an `AppError` of it. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** The one writer, but for a message that is written while another one is. */
let spareWriter: Writer | undefined;

/** Writes one whole message. */
export function encode(write: (writer: Writer) => void): Uint8Array {
  return withWriter(write, (writer) => writer.finish());
}

/** Writes one whole message for `use` alone: its bytes are overwritten when that has returned. */
export function encodeFor<T>(write: (writer: Writer) => void, use: (bytes: Uint8Array) => T): T {
  return withWriter(write, (writer) => use(writer.view()));
}

function withWriter<T>(write: (writer: Writer) => void, end: (writer: Writer) => T): T {
  const writer = spareWriter ?? new Writer();
  spareWriter = undefined;
  try {
    write(writer);
    return end(writer);
  } finally {
    // After a throw there is something left in it.
    writer.clear();
    spareWriter = writer;
  }
}

/** What is decoded, for the error message, and the code that a failure gets. */
export interface Decoding {
  readonly what: string;
  readonly code: ErrorCode;
  readonly pool?: StringPool | undefined;
  /** See `Source`; false unless given. */
  readonly refusesBadText?: boolean;
}

/** Reads one whole message. Whatever is wrong with the bytes becomes an `AppError`. */
export function decode<T>(bytes: Uint8Array, decoding: Decoding, read: (source: Source) => T): T {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = {
    reader: protobuf.Reader.create(buffer),
    pool: decoding.pool ?? new StringPool(),
    refusesBadText: decoding.refusesBadText ?? false,
  };
  try {
    return read(source);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot decode ${decoding.what} of ${bytes.length} bytes: ${reason}`;
    throw new AppError(decoding.code, message, { cause: error });
  }
}

/** Reads a length and narrows the reader to that many bytes. Give the result to `leave`. */
export function enter(reader: protobuf.Reader): number {
  const size = reader.uint32();
  const outerEnd = reader.len;
  if (size > outerEnd - reader.pos) {
    throw new MalformedError(`${size} bytes announced, ${outerEnd - reader.pos} left`);
  }
  reader.len = reader.pos + size;
  return outerEnd;
}

/** Widens the reader again after a nested message was read to its end. */
export function leave(reader: protobuf.Reader, outerEnd: number): void {
  if (reader.pos !== reader.len) throw new MalformedError("a field runs over its message's end");
  reader.len = outerEnd;
}

/** Steps over a field that this version does not know. */
export function skip(reader: protobuf.Reader, tag: number): void {
  reader.skipType(tag & 7, 0, tag >>> 3);
}

/** Writes an `int64` or `uint64` that a number holds exactly. */
export function writeWhole(writer: Writer, value: number): void {
  assert(Number.isSafeInteger(value), "a number in a message is whole and below 2^53");
  writer.int64(value);
}

const TWO_28 = 0x1000_0000;
const TWO_56 = TWO_28 * TWO_28;
const LOW_28 = 0x0fff_ffff;

/** Reads an `int64` or `uint64`; refuses what a number cannot hold exactly. */
export function readWhole(reader: protobuf.Reader): number {
  const low = readBits(reader, 4);
  if (!low.more) return low.value;
  const middle = readBits(reader, 4);
  const upper = middle.more ? readBits(reader, 2) : NO_BITS;
  if (upper.more) throw new MalformedError("a number of more than 64 bits");
  // Bit 63 is the sign: of a negative number the complement is added up, since doubles end at 2^53.
  const negative = (upper.value & 0x80) !== 0;
  const value = negative
    ? -(
        (~upper.value & 0xff) * TWO_56 +
        (~middle.value & LOW_28) * TWO_28 +
        (~low.value & LOW_28)
      ) - 1
    : (upper.value & 0xff) * TWO_56 + middle.value * TWO_28 + low.value;
  if (!Number.isSafeInteger(value)) throw new MalformedError("a number beyond 2^53");
  return value;
}

/** Writes a `uint64` that is given as 16 hex digits. */
export function writeHash(writer: Writer, hash: string): void {
  assert(HASH_FORM.test(hash), "a hash in a message has 16 hex digits");
  const high = Number.parseInt(hash.slice(0, 8), 16);
  const low = Number.parseInt(hash.slice(8), 16);
  writer.uint64(high, low);
}

const HASH_FORM = /^[0-9a-f]{16}$/;

/** Reads a `uint64` as 16 hex digits. */
export function readHash(reader: protobuf.Reader): string {
  const low = readBits(reader, 4);
  const middle = low.more ? readBits(reader, 4) : NO_BITS;
  const upper = middle.more ? readBits(reader, 2) : NO_BITS;
  if (upper.more || upper.value > 0xff) throw new MalformedError("a number of more than 64 bits");
  return (
    hexOf((upper.value << 24) | (middle.value >>> 4)) + hexOf((middle.value << 28) | low.value)
  );
}

function hexOf(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}

interface Bits {
  readonly value: number;
  /** The last byte said that another follows. */
  readonly more: boolean;
}

const NO_BITS: Bits = { value: 0, more: false };

/** Reads up to `bytesMax` bytes of a varint, seven bits each. */
function readBits(reader: protobuf.Reader, bytesMax: number): Bits {
  let value = 0;
  for (let at = 0; at < bytesMax; at += 1) {
    if (reader.pos >= reader.len) throw new MalformedError("the bytes end within a number");
    const byte = reader.buf[reader.pos] as number; // Within `len`, so it is there.
    reader.pos += 1;
    value |= (byte & 0x7f) << (7 * at);
    if (byte < 0x80) return { value, more: false };
  }
  return { value, more: true };
}
