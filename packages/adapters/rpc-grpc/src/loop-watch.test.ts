import { expect, it, onTestFinished } from "vitest";
import { LoopWatch } from "./loop-watch.ts";
import { StepClock } from "./testing.ts";

it("LoopWatch is busy for a second after the loop was late", async () => {
  const clock = new StepClock();
  const watch = new LoopWatch(clock);
  onTestFinished(() => watch.close());
  await clock.pass(500);
  expect(watch.isBusy).toBe(false);
  await clock.pass(300, 300);
  expect(watch.isBusy).toBe(true);
  await clock.pass(900);
  expect(watch.isBusy).toBe(true);
  await clock.pass(200);
  expect(watch.isBusy).toBe(false);
});
