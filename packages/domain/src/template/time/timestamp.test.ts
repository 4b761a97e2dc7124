import { describe, expect, test } from "vitest";

import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

describe("parseTimestamp()", () => {
  test.each([
    { name: "UTC", text: "2026-02-11T08:15:30Z", atMs: Date.UTC(2026, 1, 11, 8, 15, 30) },
    {
      name: "an offset",
      text: "2026-02-11T08:15:30+02:00",
      atMs: Date.UTC(2026, 1, 11, 6, 15, 30),
    },
    {
      name: "a fraction",
      text: "2026-02-11T08:15:30.0129Z",
      atMs: Date.UTC(2026, 1, 11, 8, 15, 30, 12),
    },
  ])("reads $name", ({ text, atMs }) => {
    expect(parseTimestamp(text)).toEqual({ ok: true, atMs });
  });

  test("says in Go's words what it cannot read", () => {
    expect(parseTimestamp("now")).toEqual({
      ok: false,
      problem: 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    });
  });
});

describe("formatTimestamp()", () => {
  const LAYOUT = "2006-01-02 15:04:05 MST";

  test("shows the zone that the time carries", () => {
    expect(formatTimestamp("2026-02-11T08:15:30.000Z", LAYOUT)).toBe("2026-02-11 08:15:30 UTC");
    expect(formatTimestamp("2026-02-11T08:15:30+02:00", LAYOUT)).toBe("2026-02-11 08:15:30 +0200");
  });

  test("leaves a text that is no time as it is", () => {
    expect(formatTimestamp("soon", LAYOUT)).toBe("soon");
  });
});
