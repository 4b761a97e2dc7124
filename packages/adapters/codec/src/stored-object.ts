/**
 * Objects of the state store: the magic `TOCS1`, a message under gzip, the SHA-256 of the gzip bytes. The
 * checksum is looked at before anything is unpacked.
 */
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import { AppError, deflateSizeFor } from "@tocsin/foundation";
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { createGzip, gunzip, gzip, gzipSync, type ZlibOptions } from "node:zlib";
import { name, nested } from "./fields.ts";
import { tenant } from "./peer-fields.ts";
import { configRecord, partialState } from "./records.ts";
import { message, tagOf, union } from "./schema.ts";
import { decode, encode, encodeFor, WIRE_BYTES, type Writer } from "./wire.ts";

/** One replica's whole state of one tenant. */
export interface Snapshot {
  readonly tenant: TenantId;
  readonly instance: InstanceId;
  readonly state: PartialState;
}

/** A tenant's configuration as it is stored. */
export interface ConfigObject {
  readonly tenant: TenantId;
  readonly record: ConfigRecord;
}

type StoredObject =
  | ({ readonly kind: "snapshot" } & Snapshot)
  | ({ readonly kind: "config" } & ConfigObject);

const storedObject = union<StoredObject>({
  snapshot: {
    number: 1,
    codec: message<Snapshot>({
      tenant: tenant(1),
      instance: name<InstanceId>(2),
      state: nested(3, partialState),
    }),
  },
  config: {
    number: 2,
    codec: message<ConfigObject>({ tenant: tenant(1), record: nested(2, configRecord) }),
  },
});

/** What stands before the state in a snapshot; the two tags of `storedObject` for what is written by hand. */
const snapshotHead = message<Omit<Snapshot, "state">>({
  tenant: tenant(1),
  instance: name<InstanceId>(2),
});
const SNAPSHOT_TAG = tagOf({ number: 1, wireType: WIRE_BYTES });
const STATE_TAG = tagOf({ number: 3, wireType: WIRE_BYTES });
const LISTS = ["alerts", "silences", "log", "groups"] as const;
/** Of each list, written at once: some 2 ms, and several snapshots are written side by side. */
const PIECE_COUNT = 250;

const MAGIC = Buffer.from("TOCS1", "latin1");
const CHECKSUM_SIZE_BYTES = 32;
/** Less than this is packed at once, in a tenth of a millisecond: to have it done beside costs thrice that. */
const PACKED_AT_ONCE_MAX_BYTES = 16 * 1_024;
/** What one object may unpack to by default. A tenant of 100,000 alerts has some 60 MB. */
const UNPACKED_SIZE_MAX_BYTES = 512 * 1024 * 1024;

const pack = promisify<Uint8Array, ZlibOptions, Buffer>(gzip);
const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * Makes the body of a snapshot object: some records at a time, with turns of others between. Packing runs
 * beside the event loop.
 */
export async function encodeSnapshot(snapshot: Snapshot): Promise<Uint8Array> {
  const { state } = snapshot;
  if (longestOf(state) <= PIECE_COUNT) {
    return seal((writer) => storedObject.write(writer, { kind: "snapshot", ...snapshot }));
  }
  const parts: Uint8Array[] = [];
  for (const piece of piecesOf(state)) {
    parts.push(encode((writer) => partialState.write(writer, piece)));
    await setImmediate();
  }
  // Messages that are written one after another are one: their lists are joined.
  const joinedBytes = sizeOf(parts);
  const head = encode((writer) => {
    snapshotHead.write(writer, snapshot);
    writer.uint32(STATE_TAG).uint32(joinedBytes);
  });
  const outer = encode((writer) => {
    writer.uint32(SNAPSHOT_TAG).uint32(head.length + joinedBytes);
  });
  return sealed(await packParts([outer, head, ...parts]));
}

function longestOf(state: PartialState): number {
  return Math.max(...LISTS.map((list) => state[list]?.length ?? 0));
}

/** The first piece has all that is short. An empty list is said to be empty there, and nowhere else. */
function* piecesOf(state: PartialState): Generator<PartialState> {
  const countMax = longestOf(state);
  for (let start = 0; start < countMax; start += PIECE_COUNT) {
    const lists = LISTS.map(
      (list) => [list, state[list]?.slice(start, start + PIECE_COUNT)] as const,
    );
    const said = lists.filter(([, records]) => records && (start === 0 || records.length > 0));
    // Each name stands with the records that it had before.
    const piece = Object.fromEntries(said) as PartialState;
    yield start === 0 ? { ...state, ...piece } : piece;
  }
}

/**
 * Reads the body of a snapshot object. Rejects with `data-loss` if it is damaged, unpacks to more than it
 * may, or is something else.
 */
export async function decodeSnapshot(
  body: Uint8Array,
  unpackedSizeMaxBytes: number = UNPACKED_SIZE_MAX_BYTES,
): Promise<Snapshot> {
  const object = await open(body, unpackedSizeMaxBytes);
  if (object.kind !== "snapshot") throw damaged(`it holds a ${object.kind}, wanted a snapshot`);
  const { kind: _kind, ...snapshot } = object;
  return snapshot;
}

/** Makes the body of a configuration object. */
export function encodeConfigObject(config: ConfigObject): Promise<Uint8Array> {
  return seal((writer) => storedObject.write(writer, { kind: "config", ...config }));
}

/** Reads the body of a configuration object. Rejects with `data-loss` like `decodeSnapshot`. */
export async function decodeConfigObject(
  body: Uint8Array,
  unpackedSizeMaxBytes: number = UNPACKED_SIZE_MAX_BYTES,
): Promise<ConfigObject> {
  const object = await open(body, unpackedSizeMaxBytes);
  if (object.kind !== "config") throw damaged(`it holds a ${object.kind}, wanted a config`);
  const { kind: _kind, ...config } = object;
  return config;
}

async function seal(write: (writer: Writer) => void): Promise<Uint8Array> {
  const packed = await encodeFor(write, (message) => {
    // Level 1: five times as fast as the default, and the texts repeat so much that it packs nearly as well.
    const options: ZlibOptions = { level: 1, ...deflateSizeFor(message.length) };
    if (message.length <= PACKED_AT_ONCE_MAX_BYTES) return gzipSync(message, options);
    return pack(Buffer.from(message), options);
  });
  return sealed(packed);
}

/** Large ones need not stand in memory once more in one piece. */
async function packParts(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  await pipeline(
    parts,
    createGzip({ level: 1, ...deflateSizeFor(sizeOf(parts)) }),
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const part of source) packed.push(part);
    },
  );
  return Buffer.concat(packed);
}

function sealed(packed: Uint8Array): Uint8Array {
  return Buffer.concat([MAGIC, packed, checksum(packed)]);
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((size, part) => size + part.length, 0);
}

async function open(body: Uint8Array, unpackedSizeMaxBytes: number): Promise<StoredObject> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const packedEnd = bytes.length - CHECKSUM_SIZE_BYTES;
  if (packedEnd < MAGIC.length) throw damaged(`it has ${bytes.length} bytes`);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged("its magic is not TOCS1");
  const packed = bytes.subarray(MAGIC.length, packedEnd);
  if (!checksum(packed).equals(bytes.subarray(packedEnd))) throw damaged("its checksum is wrong");
  const message = await unpackBounded(packed, unpackedSizeMaxBytes);
  return decode(message, { what: "an object", code: "data-loss" }, (source) =>
    storedObject.read(source),
  );
}

async function unpackBounded(packed: Uint8Array, sizeMaxBytes: number): Promise<Uint8Array> {
  try {
    return await unpack(packed, { maxOutputLength: sizeMaxBytes });
  } catch (error) {
    throw damaged("it cannot be unpacked", error);
  }
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function damaged(why: string, cause?: unknown): AppError {
  return new AppError("data-loss", `Cannot read object: ${why}`, { cause });
}
