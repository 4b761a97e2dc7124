import { expect, test } from "vitest";
import { formatNumber, formatTable } from "./report.ts";

test("formatTable() shows figures beside the peer's and marks goals", () => {
  const table = formatTable("memory", [
    {
      id: "a",
      what: "a tenant",
      unit: "KB",
      ours: 30,
      peer: 30_000,
      goals: [
        { of: "ours", is: "at-most", bound: 40 },
        { of: "ours", is: "at-most", bound: 25, isLater: true },
      ],
    },
    {
      id: "b",
      what: "alone",
      unit: "MB",
      ours: 1.5,
      goals: [{ of: "ratio", is: "at-most", bound: 1 }],
    },
  ]);
  const lines = table.split("\n");
  expect(lines[1]).toMatch(/^-+( +-+){4}$/);
  expect(lines.toSpliced(1, 1)).toEqual([
    "memory       ours       peer    ratio  goals",
    "a tenant  30.0 KB  30,000 KB  0.00100  ≤ 40 met; later ≤ 25 NOT MET",
    "alone     1.50 MB                      ratio ≤ 1 unknown",
  ]);
});

test.each([
  { value: 1_234_567, wanted: "1,234,567" },
  { value: 12.345, wanted: "12.3" },
  { value: 0.01234, wanted: "0.0123" },
  { value: Number.NaN, wanted: "–" },
])("formatNumber() writes $value as $wanted", ({ value, wanted }) => {
  expect(formatNumber(value)).toBe(wanted);
});
