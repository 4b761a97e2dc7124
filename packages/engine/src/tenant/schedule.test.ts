import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueAfterMerge, isUrgent, lastTickMs, nextTickMs } from "./schedule.ts";

const TIMINGS = { groupWaitMs: 30, groupIntervalMs: 300 };

function clockOf(tickMs: number, urgent = false) {
  return { id: "g", bornMs: 1_000, urgent, tickMs, afterMs: 0 };
}

describe("nextTickMs()", () => {
  const cases = [
    { name: "waits group_wait for the first tick", clock: clockOf(0), wanted: 1_030 },
    {
      name: "lets an urgent group wait no longer than group_wait",
      clock: clockOf(0, true),
      wanted: 1_030,
    },
    {
      name: "lets an urgent group wait a moment, until its request is answered",
      clock: clockOf(0, true),
      timings: { groupWaitMs: 30_000, groupIntervalMs: 300_000 },
      wanted: 1_050,
    },
    {
      name: "waits group_wait after a tick of a life before",
      clock: { ...clockOf(900), afterMs: 900 },
      wanted: 1_030,
    },
    { name: "goes on from tick to tick", clock: clockOf(1_030), wanted: 1_330 },
  ];
  it.each(cases)("$name", ({ clock, timings = TIMINGS, wanted }) => {
    expect(nextTickMs(clock, timings)).toBe(wanted);
  });
});

describe("lastTickMs()", () => {
  it("is the due time while less than an interval was missed", () => {
    expect(lastTickMs(1_000, 1_299, TIMINGS)).toBe(1_000);
  });

  it("makes one of all missed ticks and stays in step", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (dueMs, lateMs) => {
        const tickMs = lastTickMs(dueMs, dueMs + lateMs, TIMINGS);
        expect((tickMs - dueMs) % TIMINGS.groupIntervalMs).toBe(0);
        expect(tickMs).toBeLessThanOrEqual(dueMs + lateMs);
        expect(tickMs).toBeGreaterThan(dueMs + lateMs - TIMINGS.groupIntervalMs);
      }),
    );
  });
});

describe("dueAfterMerge()", () => {
  it("keeps a tick due that another owner has spent, so that it is watched", () => {
    expect(dueAfterMerge(1_030, clockOf(1_030), TIMINGS)).toBe(1_030);
    expect(dueAfterMerge(1_030, clockOf(1_630), TIMINGS)).toBe(1_030);
  });

  it("moves a due time between the other's ticks on to the next of them", () => {
    expect(dueAfterMerge(1_340, clockOf(1_335), TIMINGS)).toBe(1_635);
  });

  it("moves a due time beyond the other's next ticks back to the last of them before it", () => {
    expect(dueAfterMerge(1_940, clockOf(1_335), TIMINGS)).toBe(1_935);
    expect(dueAfterMerge(1_934, clockOf(1_335), TIMINGS)).toBe(1_635);
    expect(dueAfterMerge(1_935, clockOf(1_335), TIMINGS)).toBe(1_935);
  });

  it("takes an earlier first tick", () => {
    expect(dueAfterMerge(1_090, clockOf(0), TIMINGS)).toBe(1_030);
  });

  it("brings two owners that fell out of step into step", () => {
    // Each spends its tick and tells the other; within two rounds both are due at the same instant.
    let [left, right] = [1_030, 1_037];
    for (let round = 0; round < 2; round += 1) {
      right = dueAfterMerge(right, clockOf(left), TIMINGS);
      left = dueAfterMerge(left + TIMINGS.groupIntervalMs, clockOf(right), TIMINGS);
      if (left !== right) right += TIMINGS.groupIntervalMs;
    }
    expect(left).toBe(right);
  });
});

describe("isUrgent()", () => {
  it("is true for an alert older than group_wait, not for one exactly that old", () => {
    expect(isUrgent(970, 1_000, TIMINGS)).toBe(false);
    expect(isUrgent(969, 1_000, TIMINGS)).toBe(true);
  });
});
