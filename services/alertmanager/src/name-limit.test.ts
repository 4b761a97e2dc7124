import { MetricRegistry, Series } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import type { Feature } from "./flags/index.ts";
import { nameLimitOf } from "./name-limit.ts";

function limitOf(
  perAlertnameMax: number,
  ...features: readonly Feature[]
): ReturnType<typeof nameLimitOf> & {
  readonly count: (alertname?: string) => number;
  readonly isCounted: boolean;
} {
  const metrics = new MetricRegistry();
  const alerts = { gcIntervalMs: 1, perAlertnameMax };
  const made = nameLimitOf({ alerts, features: new Set(features) }, metrics);
  const count = (alertname = ""): number => {
    const family = metrics.families.get("alertmanager_alerts_limited_total");
    const data = family?.series.get(alertname)?.data;
    return data instanceof Series ? data.value : Number.NaN;
  };
  const isCounted = metrics.families.has("alertmanager_alerts_limited_total");
  return { ...made, count, isCounted };
}

describe("nameLimitOf()", () => {
  it.each([0, -5])("is no limit for %i", (max) => {
    expect(limitOf(max).nameLimit).toBeUndefined();
    expect(limitOf(max).isCounted).toBe(false);
  });

  it("counts what was turned away, by name only with the feature for it", () => {
    const plain = limitOf(3);
    plain.nameLimit?.onLimited("Up");
    expect([plain.nameLimit?.countMax, plain.count()]).toEqual([3, 1]);
    const named = limitOf(3, "alert-names-in-metrics");
    named.nameLimit?.onLimited("Up");
    expect(named.count("Up")).toBe(1);
  });
});
