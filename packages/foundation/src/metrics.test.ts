import { describe, expect, it } from "vitest";
import { HistogramSeries, MetricRegistry } from "./index.ts";

describe("HistogramSeries.observe()", () => {
  it("counts a value under the first bound that is not below it", () => {
    const series = new HistogramSeries([1, 10]);
    for (const value of [0, 1, 1.1, 10, 10.1, 99]) series.observe(value);
    expect(series.counts).toEqual([2, 2, 2]);
    expect(series.count).toBe(6);
    expect(series.sum).toBeCloseTo(121.2);
  });
});

describe("MetricFamily.with()", () => {
  it("gives the same series for the same values and another for others", () => {
    const family = new MetricRegistry().counter("a_total", "A.", ["left", "right"]);
    const series = family.with("x", "y");
    series.inc();
    series.inc(2);
    expect(family.with("x", "y").value).toBe(3);
    expect(family.with("y", "x").value).toBe(0);
    expect([...family.series.values()].map(({ labels }) => labels)).toEqual([
      ["x", "y"],
      ["y", "x"],
    ]);
  });

  it("does not mix up values that join to the same text", () => {
    const family = new MetricRegistry().gauge("a", "A.", ["left", "right"]);
    family.with("ab", "c").set(1);
    expect(family.with("a", "bc").value).toBe(0);
  });
});

describe("MetricFamily.delete()", () => {
  it("forgets one series only", () => {
    const family = new MetricRegistry().gauge("a", "A.", ["name"]);
    family.with("x").set(1);
    family.with("y").set(2);
    family.delete("x");
    expect([...family.series.values()].map(({ data }) => data.value)).toEqual([2]);
  });
});

describe("MetricRegistry", () => {
  it("returns the known family when a name is asked for again", () => {
    const registry = new MetricRegistry();
    expect(registry.counter("a_total", "A.")).toBe(registry.counter("a_total", "Other."));
    const described = { name: "b_seconds", help: "B." };
    expect(registry.histogram(described, [1])).toBe(registry.histogram(described, [2]));
  });

  it("makes the series of a family without labels at once, so that it is shown as 0", () => {
    const registry = new MetricRegistry();
    registry.counter("a_total", "A.");
    registry.gauge("b", "B.");
    registry.histogram({ name: "c_seconds", help: "C." }, [1]);
    registry.summary({ name: "s_seconds", help: "S." });
    registry.counter("d_total", "D.", ["name"]);
    const counts = [...registry.families.values()].map((family) => family.series.size);
    expect(counts).toEqual([1, 1, 1, 1, 0]);
  });
});
