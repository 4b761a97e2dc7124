import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, readWhole, writeWhole } from "./wire.ts";

describe("readWhole()", () => {
  const read = (bytes: Uint8Array) =>
    decode(bytes, { what: "a number", code: "internal" }, ({ reader }) => readWhole(reader));

  it("reads what writeWhole() wrote", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(read(encode((writer) => writeWhole(writer, value)))).toBe(value + 0);
      }),
      {
        examples: [
          [Number.MAX_SAFE_INTEGER],
          [Number.MIN_SAFE_INTEGER],
          [-1],
          [2 ** 28],
          [2 ** 35],
        ],
      },
    );
  });

  it("agrees with BigInt on every varint of up to ten bytes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (bits) => {
        const bytes: number[] = [];
        let rest = bits;
        for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
        bytes.push(Number(rest));
        const value = BigInt.asIntN(64, bits);
        const isSafe = BigInt(Number(value)) === value && Number.isSafeInteger(Number(value));
        if (isSafe) expect(read(Uint8Array.from(bytes))).toBe(Number(value));
        else expect(() => read(Uint8Array.from(bytes))).toThrow(/beyond 2\^53/);
      }),
    );
  });
});

describe("writeWhole()", () => {
  it.each([0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (value) => {
    expect(() => encode((writer) => writeWhole(writer, value))).toThrow(/whole/);
  });
});
