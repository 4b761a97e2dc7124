import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StringPool } from "./string-pool.ts";

describe("StringPool", () => {
  it("text() is the UTF-8 text, whatever was read before", () => {
    const pool = new StringPool();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 70 }), (any) => {
        const text = any.toWellFormed();
        const bytes = Buffer.from(`<${text}>`);
        expect(pool.text(bytes, 1, bytes.length - 1)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it("text() does not take an invalid byte for a text in the pool", () => {
    const pool = new StringPool();
    expect(pool.text(Buffer.from([0xff]), 0, 1)).toBe("\ufffd");
    expect(pool.text(Buffer.from([0xfd]), 0, 1)).toBe("\ufffd");
  });

  it("shape() gives one list for equal lists and tells others apart", () => {
    const pool = new StringPool();
    const first = pool.shape(["a", "b"]);
    expect(pool.shape(["a"])).toEqual(["a"]);
    expect(pool.shape(["a", "b"])).toBe(first);
    expect(pool.shape([])).toEqual([]);
    expect(pool.shape(["a\0b"])).toEqual(["a\0b"]);
  });

  it("shape() stays bounded", () => {
    const pool = new StringPool();
    for (let n = 0; n < 5_000; n += 1) expect(pool.shape([`name${n}`])).toEqual([`name${n}`]);
  });
});
