import { describe, expect, test } from "vitest";
import { median, percentile } from "./statistics.ts";

describe("median()", () => {
  test.each([
    { name: "nothing", values: [], wanted: Number.NaN },
    { name: "an odd count", values: [9, 1, 4], wanted: 4 },
    { name: "an even count", values: [10, 2, 4, 1], wanted: 3 },
  ])("median() of $name", ({ values, wanted }) => {
    expect(median(values)).toBe(wanted);
  });
});

describe("percentile()", () => {
  test("percentile() is a value that was measured", () => {
    const values = Array.from({ length: 200 }, (_, at) => 200 - at);
    expect(percentile(values, 0.99)).toBe(198);
    expect(percentile(values, 1)).toBe(200);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
