import { MetricRegistry } from "@tocsin/foundation";
import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { Owner } from "../testing/owner.ts";
import { OWN } from "../testing/watch.ts";
import { FleetMetrics } from "./fleet-metrics.ts";

it("FleetMetrics measures batches an alert at a time, and each kind of garbage", () => {
  const clock = new ManualClock();
  const metrics = new MetricRegistry();
  const watched = new FleetMetrics({ clock, metrics });
  watched.watchBatch(() => {
    clock.jump(2_000);
    return 4;
  });
  watched.watchBatch(() => 0);
  watched.collectGarbage(new Owner(OWN, clock).fleet);
  const summary = (name: string): unknown => {
    const [first] = metrics.families.get(`alertmanager_${name}`)?.series.values() ?? [];
    return first?.data;
  };
  const intake = "dispatcher_alert_processing_duration_seconds";
  expect(summary(intake)).toMatchObject({ count: 4, sum: 2 });
  expect(summary("silences_gc_duration_seconds")).toMatchObject({ count: 1 });
  expect(summary("nflog_gc_duration_seconds")).toMatchObject({ count: 1 });
  expect(summary("alerts_subscriber_channel_writes_total")).toMatchObject({ value: 4 });
});
