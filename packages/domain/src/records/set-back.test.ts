import { describe, expect, it } from "vitest";
import type { AlertRecord, GroupRecord, LogRecord, SilenceRecord } from "../model/index.ts";
import { alertSetBack, groupSetBack, logSetBack, silenceSetBack } from "./set-back.ts";

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;
/** What the clock showed before it was set back. */
const THEN_MS = NOW_MS + 2 * HOUR_MS;

// What the rules do not look at is left out.
function alertOf(part: Partial<AlertRecord>): AlertRecord {
  const times = { startsAtMs: THEN_MS, endsAtMs: THEN_MS + 60_000, updatedAtMs: THEN_MS };
  return { ...times, timeout: false, sent: undefined, past: undefined, ...part } as AlertRecord;
}

function groupOf(part: Partial<GroupRecord>): GroupRecord {
  return { id: "g", bornMs: NOW_MS - 9, urgent: false, tickMs: 0, afterMs: 0, ...part };
}

function silenceOf(part: Partial<SilenceRecord>): SilenceRecord {
  const times = { startsAtMs: THEN_MS, endsAtMs: THEN_MS + HOUR_MS, updatedAtMs: THEN_MS };
  return { ...times, ...part } as SilenceRecord;
}

describe("groupSetBack()", () => {
  it.each([
    { name: "leaves what is past", record: { tickMs: NOW_MS }, want: {} },
    { name: "ticked last now", record: { tickMs: THEN_MS }, want: { tickMs: NOW_MS } },
    {
      name: "was born now",
      record: { bornMs: THEN_MS, tickMs: THEN_MS - 5, afterMs: THEN_MS - 5 },
      want: { bornMs: NOW_MS, tickMs: NOW_MS - 1, afterMs: NOW_MS - 1 },
    },
    {
      name: "was born and ticked now, after the life before",
      record: { bornMs: THEN_MS - 9, tickMs: THEN_MS, afterMs: THEN_MS - 20 },
      want: { bornMs: NOW_MS, tickMs: NOW_MS, afterMs: NOW_MS - 1 },
    },
  ])("$name", ({ record, want }) => {
    const known = groupOf(record);
    const then = groupSetBack(known, NOW_MS);
    expect(then).toEqual({ ...known, ...want });
    expect(groupSetBack(then, NOW_MS)).toBe(then);
  });
});

describe("logSetBack()", () => {
  it("was told now at the latest", () => {
    const known = { timestampMs: THEN_MS, tickMs: THEN_MS - 3 } as LogRecord;
    const then = logSetBack(known, NOW_MS);
    expect(then).toEqual({ timestampMs: NOW_MS, tickMs: NOW_MS });
    expect(logSetBack(then, NOW_MS)).toBe(then);
    const inFlight = { timestampMs: NOW_MS, tickMs: THEN_MS } as LogRecord;
    expect(logSetBack(inFlight, NOW_MS)).toEqual({ timestampMs: NOW_MS, tickMs: NOW_MS });
  });
});

describe("alertSetBack()", () => {
  it.each([
    {
      name: "keeps the end that its sender gave",
      record: { startsAtMs: NOW_MS - 5 },
      want: { updatedAtMs: NOW_MS },
    },
    {
      name: "has begun if it had",
      record: {},
      want: { updatedAtMs: NOW_MS, startsAtMs: NOW_MS },
    },
    {
      name: "keeps the distance of an end of ours",
      record: { timeout: true },
      want: { updatedAtMs: NOW_MS, startsAtMs: NOW_MS, endsAtMs: NOW_MS + 60_000 },
    },
    {
      name: "has ended if its sender said so",
      record: { endsAtMs: THEN_MS - 1 },
      want: { updatedAtMs: NOW_MS, startsAtMs: NOW_MS, endsAtMs: NOW_MS },
    },
    {
      name: "has no end if it had none",
      record: { endsAtMs: -62_135_596_800_000 },
      want: { updatedAtMs: NOW_MS, startsAtMs: NOW_MS },
    },
    {
      name: "leaves what is past",
      record: { updatedAtMs: NOW_MS, startsAtMs: NOW_MS, endsAtMs: NOW_MS + 5 },
      want: {},
    },
  ])("$name", ({ record, want }) => {
    const known = alertOf(record);
    const then = alertSetBack(known, NOW_MS, false);
    expect(then).toEqual({ ...known, ...want });
    expect(alertSetBack(then, NOW_MS, false)).toBe(then);
  });

  it("has ended if somebody was told so", () => {
    const known = alertOf({ updatedAtMs: NOW_MS - HOUR_MS, startsAtMs: NOW_MS - HOUR_MS });
    expect(alertSetBack(known, NOW_MS, true)).toEqual({ ...known, endsAtMs: NOW_MS });
  });
});

describe("silenceSetBack()", () => {
  it.each([
    {
      name: "is active if it was, and ends when somebody wanted it to",
      record: {},
      want: { startsAtMs: NOW_MS, updatedAtMs: NOW_MS },
    },
    {
      name: "has ended if it had",
      record: { startsAtMs: NOW_MS - 5, endsAtMs: THEN_MS - 1 },
      want: { endsAtMs: NOW_MS - 1, updatedAtMs: NOW_MS },
    },
    {
      name: "is pending if it was",
      record: { startsAtMs: THEN_MS + 5 },
      want: { updatedAtMs: NOW_MS },
    },
  ])("$name", ({ record, want }) => {
    const known = silenceOf(record);
    const then = silenceSetBack(known, NOW_MS);
    expect(then).toEqual({ ...known, ...want });
    expect(silenceSetBack(then, NOW_MS)).toBe(then);
  });
});
