import { HistogramSeries, MetricRegistry } from "@tocsin/foundation";
import { expect, it } from "vitest";
import { HttpMetrics } from "./http-metrics.ts";
import { serve } from "./fixture/serve.ts";

function countsOf(registry: MetricRegistry, name: string): Record<string, number> {
  const series = registry.families.get(`alertmanager_http_${name}`)?.series.values() ?? [];
  return Object.fromEntries(
    [...series].flatMap(({ labels, data }) =>
      data instanceof HistogramSeries ? [[labels.join(" "), data.count]] : [],
    ),
  );
}

it("HttpMetrics.observe() measures the sizes of all answers but those of API v2, as upstream", () => {
  const registry = new MetricRegistry();
  const metrics = new HttpMetrics(registry);
  for (const handler of ["/api/v2/alerts", "/metrics"]) {
    metrics.observe({ handler, method: "GET", status: 200, durationMs: 1, sizeBytes: 10 });
  }
  expect(countsOf(registry, "response_size_bytes")).toEqual({ "/metrics get": 1 });
  expect(Object.keys(countsOf(registry, "request_duration_seconds"))).toEqual([
    "/api/v2/alerts get 200",
    "/metrics get 200",
  ]);
});

it("a method that is not allowed is measured for API v2 and not for operators' pages", async () => {
  await using api = await serve();
  await api.fetch("/api/v2/status", { method: "PUT" });
  await api.fetch("/metrics", { method: "PUT" });
  const counts = countsOf(api.registry, "request_duration_seconds");
  expect(Object.keys(counts)).toEqual(["/api/v2/status put 405"]);
});
