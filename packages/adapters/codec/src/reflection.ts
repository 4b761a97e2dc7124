/** The schemas in `proto/` by protobufjs' reflection, to hold our own messages against, for tests. */
import { join } from "node:path";
import protobuf from "protobufjs";
import { expect } from "vitest";

const PROTO_FOLDER = join(import.meta.dirname, "../../../../proto");
const FILES = [
  "tocsin/peer/v1/peer.proto",
  "tocsin/storage/v1/storage.proto",
  "alertmanager/data/v1/data.proto",
];

type Plain = Record<string, unknown>;

interface SchemaType {
  /** Decodes by the schema: camel case names, numbers for 64 bits, names of enums. */
  read(bytes: Uint8Array): Plain;
  write(value: Plain): Uint8Array;
  /** Decodes and encodes again, as another implementation would. */
  rewrite(bytes: Uint8Array): Uint8Array;
}

/** A message type by its full name. */
export function schemaType(name: string): SchemaType {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(PROTO_FOLDER, target);
  const type = root.loadSync(FILES).lookupType(name);
  return {
    read: (bytes) => type.toObject(type.decode(bytes), { longs: Number, enums: String }),
    write: (value) => type.encode(type.fromObject(value)).finish(),
    rewrite: (bytes) => type.encode(type.decode(bytes)).finish(),
  };
}

const ENUM_WORDS: ReadonlyMap<string, string> = new Map([
  ["MATCHER_TYPE_EQUAL", "="],
  ["MATCHER_TYPE_NOT_EQUAL", "!="],
  ["MATCHER_TYPE_REGEXP", "=~"],
  ["MATCHER_TYPE_NOT_REGEXP", "!~"],
]);
const ENUM_PREFIX = /^(MAP_NAME|MEMBER_STATE|OUTCOME_KIND|LANE)_/;

/**
 * Checks that what the schema sees under each name is what we wrote under it. The two differ in that a
 * union is a `oneof`, a list of lists has messages in between, and hashes are bytes. Texts that are
 * empty, zeros, falses and empty lists are not on the wire.
 */
export function expectSameByName(ours: unknown, seen: unknown): void {
  if (Array.isArray(ours)) return expectSameList(ours, seen);
  if (typeof ours === "object" && ours !== null) return expectSameMessage(ours as Plain, seen);
  if (isDefault(ours))
    return expect(isDefault(seen), `${String(seen)} for ${String(ours)}`).toBe(true);
  expect(plainWord(seen)).toBe(ours);
}

function expectSameMessage(ours: Plain, seen: unknown): void {
  if (typeof ours["kind"] === "string" && !("tickMs" in ours)) {
    const { kind, ...rest } = ours as Plain & { readonly kind: string };
    const inner = (seen as Plain)[kind.replace(/-(.)/g, (_, c: string) => c.toUpperCase())];
    // Receiver data are plain values in their `oneof`, all others are messages.
    if (kind === "text" || kind === "int" || kind === "double") {
      return expect(inner).toBe(rest[kind]);
    }
    expect(inner).toBeDefined();
    return expectSameMessage(rest, inner);
  }
  for (const [key, value] of Object.entries(ours)) {
    const found = seen === undefined ? undefined : (seen as Plain)[key];
    if (key === "labels") expectSameMessage(value as Plain, seen);
    else expectSameByName(value, found);
  }
}

function expectSameList(ours: readonly unknown[], seen: unknown): void {
  if (seen instanceof Uint8Array) {
    return expect(Buffer.from(seen).toString("hex")).toBe(ours.join(""));
  }
  const list = (seen ?? []) as readonly unknown[];
  expect(list).toHaveLength(ours.length);
  for (const [at, item] of ours.entries()) {
    if (Array.isArray(item)) expectSameByName(item, (list[at] as Plain)["matchers"]);
    else expectSameByName(item, list[at]);
  }
}

function isDefault(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || value === false;
}

function plainWord(seen: unknown): unknown {
  if (typeof seen !== "string") return seen;
  return (
    ENUM_WORDS.get(seen) ??
    (ENUM_PREFIX.test(seen) ? seen.replace(ENUM_PREFIX, "").toLowerCase() : seen)
  );
}
