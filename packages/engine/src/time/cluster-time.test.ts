import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock, START_MS } from "../testing/manual-clock.ts";
import { ClusterTime } from "./index.ts";

describe("ClusterTime.setOffsets()", () => {
  it.each([
    { name: "alone: the own clock", offsetsMs: [], want: 0 },
    { name: "of two neither outvotes the other", offsetsMs: [90_000], want: 0 },
    { name: "of three the middle one", offsetsMs: [90_000, -20], want: 0 },
    { name: "the own clock is outvoted", offsetsMs: [90_000, 90_010], want: 90_000 },
    { name: "of four half way between the middle two", offsetsMs: [10, 20, 90_000], want: 15 },
  ])("takes the median, the own 0 among them: $name", ({ offsetsMs, want }) => {
    const { time } = made();
    time.setOffsets(offsetsMs);
    expect(time.offsetMs).toBe(want);
    expect(time.nowMs()).toBe(START_MS + want);
  });

  it("keeps what it knew while too few are heard of those who outvote it, until its clock is moved", () => {
    const { time } = made();
    time.setOffsets([90_000, 90_010], 2);
    time.setOffsets([90_000], 2);
    expect(time.offsetMs).toBe(90_000);
    time.setOffsets([], 2);
    expect(time.offsetMs).toBe(90_000);
    time.setOffsets([0]);
    expect(time.offsetMs).toBe(0);
    time.setOffsets([90_000, 90_010], 2);
    time.setOffsets([90_000], 1);
    expect(time.offsetMs).toBe(0);
  });

  it("is not moved far by one wrong clock of three or more", () => {
    const right = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(right, fc.integer(), (offsetsMs, wrongMs) => {
        const { time } = made();
        time.setOffsets([...offsetsMs, wrongMs]);
        expect(Math.abs(time.offsetMs)).toBeLessThanOrEqual(50);
      }),
    );
  });

  it("does not lag by what pings are under way", () => {
    const delays = fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(delays, (delaysMs) => {
        const { time } = made();
        time.setOffsets(delaysMs.map((delayMs) => -delayMs));
        expect(time.offsetMs).toBe(0);
      }),
    );
  });

  it("makes times of all members that differ by a ping's delay at most with three clocks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 3, maxLength: 3 }), (clocks) => {
        const times = clocks.map((ownMs) => {
          const { time } = made(ownMs);
          const others = clocks.filter((_, at) => at !== clocks.indexOf(ownMs));
          time.setOffsets(others.map((otherMs) => otherMs - ownMs));
          return time.nowMs();
        });
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(250);
      }),
    );
  });
});

describe("ClusterTime.drawStampUs()", () => {
  it("is cluster time in microseconds when nothing higher was seen", () => {
    const { time } = made();
    expect(time.drawStampUs()).toBe(START_MS * 1_000);
  });

  it("is ahead of the time if it is asked to be, and none falls behind it", () => {
    const { time } = made();
    expect(time.drawStampUs(500)).toBe((START_MS + 500) * 1_000);
    expect(time.drawStampUs()).toBe((START_MS + 500) * 1_000 + 1);
  });

  it("grows whatever the clock does and whatever was seen", () => {
    const act = fc.record({ wallMs: fc.integer(), seenUs: fc.nat(2 ** 50) });
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const { clock, time } = made();
        let last = 0;
        for (const { wallMs, seenUs } of acts) {
          clock.wallOffsetMs = wallMs;
          time.observeStampUs(seenUs);
          const stampUs = time.drawStampUs();
          expect(stampUs).toBeGreaterThan(Math.max(last, seenUs));
          expect(Number.isSafeInteger(stampUs)).toBe(true);
          last = stampUs;
        }
      }),
    );
  });

  it("is not moved by a stamp below the highest", () => {
    const { time } = made();
    const stampUs = time.drawStampUs();
    time.observeStampUs(5);
    expect(time.highestUs).toBe(stampUs);
  });

  it("does not run ahead of time under a thousand batches in a millisecond", () => {
    const { clock, time } = made();
    for (let batch = 0; batch < 1_000; batch += 1) time.drawStampUs();
    clock.jump(1);
    expect(time.drawStampUs()).toBe((START_MS + 1) * 1_000);
  });
});

function made(wallMs: number = START_MS): { clock: ManualClock; time: ClusterTime } {
  const clock = new ManualClock();
  clock.wallOffsetMs = wallMs;
  return { clock, time: new ClusterTime(clock) };
}
