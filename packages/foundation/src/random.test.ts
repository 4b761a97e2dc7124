import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fraction, uuid, type Random } from "./index.ts";

const words = fc.array(fc.nat(0xffff_ffff), { minLength: 4, maxLength: 4 });

describe("uuid()", () => {
  it("is a version 4 UUID of the usual variant, whatever is drawn", () => {
    fc.assert(
      fc.property(words, (drawn) => {
        expect(uuid(drawing(drawn))).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it("keeps all bits that are not version or variant", () => {
    const text = uuid(drawing([0x01234567, 0x89abcdef, 0x3edcba98, 0x76543210]));
    expect(text).toBe("01234567-89ab-4def-bedc-ba9876543210");
  });
});

describe("fraction()", () => {
  it("reaches 0 and never 1", () => {
    expect(fraction(drawing([0]))).toBe(0);
    expect(fraction(drawing([0xffff_ffff]))).toBeLessThan(1);
    expect(fraction(drawing([0x8000_0000]))).toBe(0.5);
  });
});

function drawing(numbers: readonly number[]): Random {
  const left = [...numbers];
  return { uint32: () => left.shift() ?? 0 };
}
