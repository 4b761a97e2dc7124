import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelSetFrom, type LabelSet } from "../model/index.ts";
import { bytesFromText, textFromBytes } from "../text/index.ts";
import { alertHash, fingerprint, formatFingerprint, parseFingerprint, xxhash64 } from "./index.ts";

const MASK = 2n ** 64n - 1n;
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array({ maxLength: 9 }).map(textFromBytes),
);
const labels = fc.array(fc.tuple(text, text), { maxLength: 8 }).map((pairs) => labelSetFrom(pairs));

describe("fingerprint()", () => {
  it("equals FNV-1a written with BigInt, for any labels", () => {
    fc.assert(
      fc.property(labels, (set) => {
        const { hi, lo } = fingerprint(set);
        expect(formatFingerprint(hi, lo)).toBe(toHex(fnv(bytesOf(set))));
        expect(parseFingerprint(formatFingerprint(hi, lo))).toEqual({ hi, lo });
      }),
      { numRuns: 500 },
    );
  });
});

describe("parseFingerprint()", () => {
  it.each(["", "cbf29ce48422232", "CBF29CE484222325", "cbf29ce484222325 ", "xbf29ce484222325"])(
    "refuses %j",
    (digits) => {
      expect(parseFingerprint(digits)).toBeUndefined();
    },
  );
});

describe("xxhash64()", () => {
  it.each([
    { input: "", hash: "ef46db3751d8e999" },
    { input: "a", hash: "d24ec4f1a98c6e5b" },
    { input: "abc", hash: "44bc2cf5ad770999" },
  ])("gives the published hash of $input", ({ input, hash }) => {
    expect(xxhash64(Buffer.from(input))).toBe(hash);
  });

  it("equals the algorithm written with BigInt, for bytes of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(xxhash64(bytes)).toBe(toHex(slowXxhash(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("alertHash()", () => {
  it("hashes the bytes of the labels, ASCII or not", () => {
    fc.assert(
      fc.property(labels, (set) => {
        expect(alertHash(set)).toBe(xxhash64(bytesOf(set)));
      }),
    );
  });
});

function bytesOf({ names, values }: LabelSet): Uint8Array {
  const parts = names.flatMap((name, at) => [name, values[at] ?? ""]);
  return Buffer.concat(parts.flatMap((part) => [bytesFromText(part), Uint8Array.of(0xff)]));
}

function fnv(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  return hash;
}

function slowXxhash(bytes: Uint8Array): bigint {
  const [p1, p2, p3, p4, p5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ] as const;
  const rotate = (value: bigint, bits: bigint): bigint =>
    ((value << bits) | (value >> (64n - bits))) & MASK;
  const round = (lane: bigint, input: bigint): bigint =>
    (rotate((lane + input * p2) & MASK, 31n) * p1) & MASK;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash: bigint = p5;
  if (bytes.length >= 32) {
    let lanes = [(p1 + p2) & MASK, p2, 0n, (MASK + 1n - p1) & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = lanes.map((lane, index) => round(lane, view.getBigUint64(at + index * 8, true)));
    }
    hash =
      lanes.reduce((sum, lane, index) => sum + rotate(lane, [1n, 7n, 12n, 18n][index]!), 0n) & MASK;
    for (const lane of lanes) hash = (((hash ^ round(0n, lane)) & MASK) * p1 + p4) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * p1) & MASK), 23n) * p2 + p3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    hash = (rotate(hash ^ ((BigInt(bytes[at]!) * p5) & MASK), 11n) * p1) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * p2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * p3) & MASK;
  return hash ^ (hash >> 32n);
}

function toHex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}
