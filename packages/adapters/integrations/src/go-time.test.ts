import { describe, expect, it } from "vitest";
import { formatInstant, ZERO_TIME } from "./go-time.ts";

describe("formatInstant()", () => {
  const ms = Date.UTC(2026, 1, 3, 4, 5, 6, 120);
  const cases = [
    { name: "whole seconds", at: { ms: ms - 120, subNs: 0 }, want: "2026-02-03T04:05:06Z" },
    { name: "no zeros at the end", at: { ms, subNs: 0 }, want: "2026-02-03T04:05:06.12Z" },
    { name: "nanoseconds", at: { ms, subNs: 7 }, want: "2026-02-03T04:05:06.120000007Z" },
    {
      name: "a zone to the east",
      at: { ms, subNs: 0, offsetMin: 330 },
      want: "2026-02-03T09:35:06.12+05:30",
    },
    {
      name: "a zone to the west, on the day before",
      at: { ms, subNs: 0, offsetMin: -450 },
      want: "2026-02-02T20:35:06.12-07:30",
    },
    { name: "the year 1", at: { ms: -62_135_596_800_000, subNs: 0 }, want: ZERO_TIME },
  ];
  it.for(cases)("writes $name", ({ at, want }) => {
    expect(formatInstant({ offsetMin: 0, ...at })).toBe(want);
  });
});
