import { MetricRegistry } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { TurnMetrics, type NotifyTarget } from "./turn-metrics.ts";

const TARGET: NotifyTarget = { receiver: "hook", integration: { kind: "webhook" } };

function seriesOf(registry: MetricRegistry, name: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { labels, data } of registry.families.get(`alertmanager_${name}`)?.series.values() ??
    []) {
    found[labels.join(",")] = "value" in data ? data.value : data.count;
  }
  return found;
}

describe("TurnMetrics", () => {
  it("shows every kind of integration and every reason from the beginning", () => {
    const registry = new MetricRegistry();
    expect(new TurnMetrics(registry)).toBeDefined();
    const failed = seriesOf(registry, "notifications_failed_total");
    expect(failed).toMatchObject({ "webhook,serverError": 0, "email,contextCanceled": 0 });
    expect(Object.keys(failed)).toHaveLength(18 * 7);
    expect(seriesOf(registry, "notification_latency_seconds")).toMatchObject({ slack: 0 });
  });

  it("counts attempts, messages and failures with their reason", () => {
    const registry = new MetricRegistry();
    const metrics = new TurnMetrics(registry);
    metrics.attempted(TARGET, { tookMs: 1_500, kind: "refused" });
    metrics.attempted(TARGET, { tookMs: 10, kind: "accepted" });
    metrics.attempted(TARGET, { tookMs: 0, kind: "fenced" });
    metrics.sent(TARGET);
    metrics.failed(TARGET, "rateLimited");
    expect(seriesOf(registry, "notification_requests_total")["webhook"]).toBe(2);
    expect(seriesOf(registry, "notification_requests_failed_total")["webhook"]).toBe(1);
    expect(seriesOf(registry, "notification_latency_seconds")["webhook"]).toBe(2);
    expect(seriesOf(registry, "notifications_total")["webhook"]).toBe(2);
    expect(seriesOf(registry, "notifications_failed_total")["webhook,rateLimited"]).toBe(1);
  });

  it("tells receivers apart, and only those that were told, when that is wanted", () => {
    const registry = new MetricRegistry();
    const metrics = new TurnMetrics(registry, true);
    expect(seriesOf(registry, "notifications_total")).toEqual({});
    metrics.attempted(TARGET, { tookMs: 10, kind: "accepted" });
    metrics.sent(TARGET);
    expect(seriesOf(registry, "notifications_total")).toEqual({ "webhook,hook": 1 });
    expect(seriesOf(registry, "notifications_failed_total")).toHaveProperty(["webhook,hook,other"]);
  });

  it("shows receivers that are expected, if it tells receivers apart", () => {
    const registry = new MetricRegistry();
    new TurnMetrics(registry, true).expect(TARGET);
    expect(seriesOf(registry, "notification_requests_total")).toEqual({ "webhook,hook": 0 });
    const plain = new MetricRegistry();
    new TurnMetrics(plain).expect({ ...TARGET, receiver: "other" });
    expect(seriesOf(plain, "notifications_total")).not.toHaveProperty(["webhook,other"]);
  });

  it("counts what is kept back, and measures looks into the log", () => {
    const registry = new MetricRegistry();
    const metrics = new TurnMetrics(registry);
    metrics.suppressed("inhibition", 3);
    expect(seriesOf(registry, "notifications_suppressed_total")).toEqual({ inhibition: 3 });
    expect(metrics.queryLog(new ManualClock(), () => "found")).toBe("found");
    expect(seriesOf(registry, "nflog_queries_total")).toEqual({ "": 1 });
  });
});
