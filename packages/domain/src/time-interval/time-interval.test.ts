import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimeIntervalConfig } from "../config/types.ts";
import {
  contains,
  decideTimeMute,
  formatCalendarRange,
  isZoneName,
  parseCalendarRange,
  parseLocation,
  parseTimesRange,
  ZoneOffsets,
} from "./index.ts";

const EMPTY: TimeIntervalConfig = {
  times: undefined,
  weekdays: undefined,
  daysOfMonth: undefined,
  months: undefined,
  years: undefined,
  location: undefined,
};
const ALWAYS = EMPTY;
const NEVER: TimeIntervalConfig = { ...EMPTY, times: [] };

describe("parseLocation()", () => {
  it.each(["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires", "GMT+0", "Etc/GMT-14", "W-SU"])(
    "takes %s",
    (name) => {
      expect(parseLocation(name)).toEqual({ ok: true, location: name });
    },
  );

  it.each([
    "utc",
    "america/new_york",
    "+01:00",
    "Europe/",
    "Europe",
    "Europe/Paris Europe/Rome",
    "PST",
  ])("refuses %j, whatever Node.js would say", (name) => {
    expect(parseLocation(name)).toMatchObject({
      ok: false,
      error: expect.stringContaining(JSON.stringify(name)) as string,
    });
  });

  it("takes every zone that Node.js lists, and each name it takes has an offset", () => {
    const zones = new ZoneOffsets();
    for (const name of Intl.supportedValuesOf("timeZone")) {
      expect(isZoneName(name)).toBe(true);
      expect(Math.abs(zones.offsetMs(name, 1_700_000_000_000))).toBeLessThan(15 * 3_600_000);
    }
  });
});

describe("ZoneOffsets", () => {
  it("answers from its cache what a fresh one answers", () => {
    const cached = new ZoneOffsets();
    const zone = fc.constantFrom(
      "Europe/Paris",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Africa/Monrovia",
    );
    // From 1900, when zones had odd offsets, until 2100.
    const instant = fc.integer({ min: -2_208_988_800_000, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(zone, instant, fc.integer({ min: 0, max: 1_800_000 }), (name, atMs, laterMs) => {
        cached.offsetMs(name, atMs);
        const later = atMs + laterMs;
        expect(cached.offsetMs(name, later)).toBe(new ZoneOffsets().offsetMs(name, later));
      }),
      { numRuns: 200 },
    );
  });
});

describe("contains()", () => {
  it("matches a repeated hour twice and a skipped hour never", () => {
    const zones = new ZoneOffsets();
    const halfPastTwo = {
      ...EMPTY,
      times: [{ start: 150, end: 151 }],
      location: "Europe/Paris",
    };
    const countMinutes = (day: string): number => {
      const startMs = Date.parse(day);
      let count = 0;
      for (let minute = 0; minute < 1_440; minute += 1) {
        if (contains(halfPastTwo, startMs + minute * 60_000, zones)) count += 1;
      }
      return count;
    };
    expect(countMinutes("2026-10-25T00:00:00Z")).toBe(2);
    expect(countMinutes("2026-03-29T00:00:00Z")).toBe(0);
    expect(countMinutes("2026-06-01T00:00:00Z")).toBe(1);
  });

  it("answers for every instant that a number can hold", () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e13, max: 8.6e15 }), (atMs) => {
        expect(contains(ALWAYS, atMs, new ZoneOffsets())).toBe(true);
        expect(contains(NEVER, atMs, new ZoneOffsets())).toBe(false);
      }),
    );
  });
});

describe("parseCalendarRange()", () => {
  it("reads what formatCalendarRange() writes", () => {
    const day = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(day, day, (one, other) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) };
        expect(parseCalendarRange("weekdays", formatCalendarRange("weekdays", range))).toEqual({
          ok: true,
          range,
        });
      }),
    );
  });

  it("answers any text without throwing, a refusal with the field, the text and the wanted form", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "weekdays" as const,
          "days_of_month" as const,
          "months" as const,
          "years" as const,
        ),
        fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9:]{0,30}$/)),
        (field, text) => {
          const result = parseCalendarRange(field, text);
          if (result.ok) return;
          expect(result.error).toContain(`Cannot read ${field} ${JSON.stringify(text)}: `);
          expect(result.error).toContain("; wanted ");
        },
      ),
    );
  });
});

describe("parseTimesRange()", () => {
  it("takes 24:00 as an end only", () => {
    expect(parseTimesRange("23:59", "24:00")).toEqual({
      ok: true,
      range: { start: 1_439, end: 1_440 },
    });
    expect(parseTimesRange("24:00", "24:00").ok).toBe(false);
    expect(parseTimesRange("09:00", "9:30")).toMatchObject({
      error: 'Cannot read end_time "9:30": wanted HH:MM from "00:00" to "24:00"',
    });
  });
});

describe("decideTimeMute()", () => {
  const intervals = new Map([
    ["always", [ALWAYS]],
    ["never", [NEVER]],
  ]);
  const options = { intervals, zones: new ZoneOffsets(), nowMs: 0 };
  it.each([
    { name: "no interval", active: [], mute: [], want: { muted: false } },
    {
      name: "no active one that contains the tick",
      active: ["never"],
      mute: ["always"],
      want: { muted: true, by: "active", names: ["never"] },
    },
    {
      name: "a mute one that contains the tick",
      active: ["never", "always"],
      mute: ["never", "always"],
      want: { muted: true, by: "mute", names: ["always"] },
    },
    { name: "a mute one elsewhere", active: ["always"], mute: ["never"], want: { muted: false } },
    {
      name: "a name that is not defined",
      active: [],
      mute: ["gone"],
      want: { muted: "unknown", error: 'Cannot check time interval "gone": not defined' },
    },
  ])("decides for $name", ({ active, mute, want }) => {
    expect(
      decideTimeMute({ activeTimeIntervals: active, muteTimeIntervals: mute }, options),
    ).toEqual(want);
  });
});
