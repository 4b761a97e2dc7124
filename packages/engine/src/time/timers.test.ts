import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock, settle } from "../testing/manual-clock.ts";
import { Timers } from "./index.ts";

describe("Timers.after()", () => {
  it("runs callbacks by due time, then in the order in which they were set", async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(delays, async (all) => {
        const { clock, timers, stop } = started();
        const seen: string[] = [];
        for (const [at, delayMs] of all.entries()) {
          timers.after(delayMs, () => seen.push(`${at} at ${clock.monotonicMs()}`));
        }
        await clock.advance(20);
        const sorted = [...all.entries()].sort(([, a], [, b]) => a - b);
        expect(seen).toEqual(sorted.map(([at, delayMs]) => `${at} at ${delayMs}`));
        stop();
      }),
      { numRuns: 50 },
    );
  });

  it("never runs a callback in the turn in which it was set, nor in the same look at the clock", async () => {
    const { clock, timers } = started();
    const seen: string[] = [];
    let woke = 0;
    timers.onWake = () => (woke += 1);
    timers.after(0, () => {
      seen.push(`first in look ${woke}`);
      timers.after(0, () => seen.push(`second in look ${woke}`));
      timers.after(-5, () => seen.push(`third in look ${woke}`));
    });
    expect(seen).toEqual([]);
    await clock.advance(0);
    expect(seen).toEqual(["first in look 1", "second in look 2", "third in look 2"]);
  });

  it("refuses a delay that is no number", () => {
    expect(() => started().timers.after(Number.NaN, () => {})).toThrow("a delay is a number");
  });
});

describe("Timers.run()", () => {
  it("keeps one sleep outstanding however many wait", async () => {
    const { clock, timers } = started();
    for (let at = 0; at < 1_000; at += 1) timers.after(1_000 + at, () => {});
    await settle();
    expect([clock.sleeping, timers.size]).toEqual([1, 1_000]);
  });

  it("wakes for a callback that is due before what it sleeps for", async () => {
    const { clock, timers } = started();
    const seen: number[] = [];
    timers.after(1_000, () => seen.push(clock.monotonicMs()));
    await settle();
    timers.after(10, () => seen.push(clock.monotonicMs()));
    await clock.advance(1_000);
    expect(seen).toEqual([10, 1_000]);
  });

  it("does not run what was cancelled, and forgets it", async () => {
    const { clock, timers } = started();
    const seen: string[] = [];
    const timer = timers.after(10, () => seen.push("cancelled"));
    timers.after(20, () => seen.push("kept"));
    timer.cancel();
    timer.cancel();
    await clock.advance(30);
    expect([seen, timers.size]).toEqual([["kept"], 0]);
  });

  it("lets a callback cancel another that is due at the same instant", async () => {
    const { clock, timers } = started();
    const seen: string[] = [];
    timers.after(10, () => second.cancel());
    const second = timers.after(10, () => seen.push("second"));
    await clock.advance(10);
    expect(seen).toEqual([]);
  });

  it("ends with its signal, runs nothing more and leaves no sleep behind", async () => {
    const { clock, timers, stop, ended } = started();
    const seen: string[] = [];
    timers.after(10, () => seen.push("late"));
    await settle();
    stop();
    await ended;
    await clock.advance(100);
    expect([seen, clock.sleeping]).toEqual([[], 0]);
  });

  it("looks at pauses before it runs anything", async () => {
    const { clock, timers } = started();
    const seen: string[] = [];
    timers.onWake = () => seen.push("look");
    timers.after(10, () => seen.push("run"));
    await settle();
    seen.length = 0;
    await clock.advance(10);
    expect(seen).toEqual(["look", "run"]);
  });
});

function started(): {
  clock: ManualClock;
  timers: Timers;
  stop: () => void;
  ended: Promise<void>;
} {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const control = new AbortController();
  const ended = timers.run(control.signal);
  return { clock, timers, stop: () => control.abort(new Error("over")), ended };
}
