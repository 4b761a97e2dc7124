import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { truncateInBytes, truncateInRunes } from "./truncate.ts";

const SIZES = { numRuns: 300 };
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const limit = fc.nat(50);

describe("truncateInBytes()", () => {
  it("never exceeds the limit and keeps a text that fits", () => {
    fc.assert(
      fc.property(text, limit, (whole, max) => {
        const cut = truncateInBytes(whole, max);
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(max);
        expect(cut.isTruncated).toBe(Buffer.byteLength(whole) > max);
        if (!cut.isTruncated) expect(cut.text).toBe(whole);
        else if (max >= 3) expect(whole.startsWith(cut.text.slice(0, -1))).toBe(true);
      }),
      SIZES,
    );
  });

  it("cuts where upstream crashes: fewer characters than bytes to keep", () => {
    expect(truncateInBytes("京".repeat(40), 119).text).toBe(`${"京".repeat(38)}…`);
  });
});

describe("truncateInRunes()", () => {
  it("counts characters", () => {
    fc.assert(
      fc.property(text, limit, (whole, max) => {
        const cut = truncateInRunes(whole, max);
        expect(Array.from(cut.text).length).toBeLessThanOrEqual(max);
        expect(cut.isTruncated).toBe(Array.from(whole).length > max);
      }),
      SIZES,
    );
  });

  it("ends with an ellipsis from four characters on", () => {
    expect(truncateInRunes("🔥🔥🔥🔥🔥", 4).text).toBe("🔥🔥🔥…");
    expect(truncateInRunes("🔥🔥🔥🔥🔥", 3).text).toBe("🔥🔥🔥");
  });
});
