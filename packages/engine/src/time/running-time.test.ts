import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { RunningTime } from "./index.ts";

describe("RunningTime", () => {
  it("goes with the clock while there are beats", () => {
    const { clock, running } = made();
    for (let beat = 0; beat < 10; beat += 1) {
      clock.jump(400);
      running.beat();
    }
    clock.jump(100);
    expect(running.nowMs()).toBe(4_100);
  });

  it("counts a gap as one beat, before and after the beat that ends it", () => {
    const { clock, running } = made();
    clock.jump(3_600_000);
    expect(running.nowMs()).toBe(500);
    running.beat();
    expect(running.nowMs()).toBe(500);
    clock.jump(10);
    expect(running.nowMs()).toBe(510);
  });

  it.each([
    { name: "a gap at the limit", gapMs: 1_500, jumpMs: 0, want: [] },
    { name: "a gap beyond the limit", gapMs: 1_501, jumpMs: 0, want: [1_501] },
    {
      name: "a wall clock that went on while the other stood",
      gapMs: 0,
      jumpMs: 8_000,
      want: [8_000],
    },
    { name: "a wall clock set ahead a little", gapMs: 100, jumpMs: 1_000, want: [] },
    { name: "a wall clock set ahead", gapMs: 100, jumpMs: 1_001, want: [1_101] },
    { name: "a wall clock set back", gapMs: 100, jumpMs: -1_001, want: [100] },
  ])("judges $name", ({ gapMs, jumpMs, want }) => {
    const { clock, running } = made();
    const pauses: number[] = [];
    running.onPause = (ms) => pauses.push(ms);
    clock.jump(gapMs);
    clock.wallOffsetMs += jumpMs;
    running.beat();
    running.beat();
    expect(pauses).toEqual(want);
  });

  it("tells by how much the wall clock was moved, and not of what it is late by itself", () => {
    const { clock, running } = made();
    const jumps: number[] = [];
    running.onJump = (ms) => jumps.push(ms);
    for (const jumpMs of [49, 900, -60, 0]) {
      clock.jump(100);
      clock.wallOffsetMs += jumpMs;
      running.beat();
    }
    expect(jumps).toEqual([900, -60]);
  });
});

function made(): { clock: ManualClock; running: RunningTime } {
  const clock = new ManualClock();
  return { clock, running: new RunningTime(clock, { beatMaxMs: 500, pauseLimitMs: 1_000 }) };
}
