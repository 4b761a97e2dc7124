import { describe, expect, it } from "vitest";
import { systemRandom } from "./index.ts";

describe("systemRandom", () => {
  it("uint32() draws unsigned 32-bit integers from the whole range", () => {
    const drawn = Array.from({ length: 4_096 }, () => systemRandom.uint32());
    expect(drawn.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 32)).toBe(true);
    // Of 4,096 uniform numbers none above (or below) half has a chance of 2^-4096.
    expect(drawn.some((n) => n >= 2 ** 31)).toBe(true);
    expect(drawn.some((n) => n < 2 ** 31)).toBe(true);
  });

  it("uint32() does not repeat its pool", () => {
    const drawn = new Set(Array.from({ length: 1_024 }, () => systemRandom.uint32()));
    expect(drawn.size).toBeGreaterThan(1_020);
  });
});
