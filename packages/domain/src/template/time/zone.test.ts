import { describe, expect, it } from "vitest";
import { timeFromRfc3339, ZERO_TIME } from "./time.ts";
import { ZoneLoader } from "./zone.ts";
import { ZONE_NAMES } from "./zone-names.ts";

const zones = new ZoneLoader();

function show(zone: string, text: string): string {
  return (timeFromRfc3339(text) ?? ZERO_TIME).in(zones.load(zone)).format("15:04 MST -0700");
}

describe("ZoneLoader", () => {
  it.each([
    { zone: "Europe/Berlin", at: "2026-01-01T00:00:00Z", shown: "01:00 CET +0100" },
    { zone: "Europe/Berlin", at: "2026-03-29T01:00:00Z", shown: "03:00 CEST +0200" },
    { zone: "US/Pacific", at: "2026-07-01T00:00:00Z", shown: "17:00 PDT -0700" },
    { zone: "Asia/Kathmandu", at: "2026-01-01T00:00:00Z", shown: "05:45 +0545 +0545" },
    { zone: "Australia/Lord_Howe", at: "2026-07-01T00:00:00Z", shown: "10:30 +1030 +1030" },
    { zone: "Etc/GMT+5", at: "2026-01-01T00:00:00Z", shown: "19:00 -05 -0500" },
    { zone: "UTC", at: "2026-01-01T00:00:00Z", shown: "00:00 UTC +0000" },
    { zone: "Europe/Berlin", at: "1800-01-01T00:00:00Z", shown: "00:53 LMT +0053" },
  ])("knows $zone at $at", ({ zone, at, shown }) => {
    expect(show(zone, at)).toBe(shown);
  });

  it("knows every name that it lists", () => {
    for (const name of ZONE_NAMES.flatMap(([, names]) => names.split(/\s+/))) {
      expect(() => zones.load(name), name).not.toThrow();
    }
  });

  it.each([
    { name: "utc", message: "unknown time zone utc" },
    { name: "europe/berlin", message: "unknown time zone europe/berlin" },
    { name: "../etc/passwd", message: "time: invalid location name" },
    { name: "/etc/passwd", message: "time: invalid location name" },
  ])("refuses $name", ({ name, message }) => {
    expect(() => zones.load(name)).toThrow(message);
  });
});
