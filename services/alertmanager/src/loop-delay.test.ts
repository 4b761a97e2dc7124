import type { Clock, HistogramSeries } from "@tocsin/foundation";
import { MetricRegistry } from "@tocsin/foundation";
import { expect, it, vi } from "vitest";
import { measureLoopDelay } from "./loop-delay.ts";

it("measureLoopDelay() observes by how much a wait was longer than wanted, until it is ended", async () => {
  const metrics = new MetricRegistry();
  let nowMs = 0;
  const lateMs = [0, 300, 0];
  const clock: Clock = {
    wallMs: () => 0,
    monotonicMs: () => nowMs,
    sleep: (delayMs, signal) => {
      const late = lateMs.shift();
      if (late === undefined) {
        const { promise, reject } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => reject(new Error("ended")));
        return promise;
      }
      nowMs += delayMs + late;
      return Promise.resolve();
    },
  };
  const end = measureLoopDelay({ clock, metrics });
  const family = metrics.families.get("tocsin_event_loop_delay_seconds");
  const series = family?.with() as HistogramSeries; // It is declared as one.
  await vi.waitFor(() => expect(series.count).toBe(3));
  expect(series.sum).toBeCloseTo(0.3);
  expect(series.counts[7]).toBe(1);
  end();
});
