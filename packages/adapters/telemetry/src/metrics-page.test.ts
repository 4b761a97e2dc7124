import { MetricRegistry } from "@tocsin/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MetricsPage, type BuildInfo } from "./metrics-page.ts";
import { sampleText } from "./number-text.ts";

const BUILD: BuildInfo = {
  version: "0.1.0",
  revision: "abc",
  branch: "main",
  runtimeVersion: "v26",
  os: "linux",
  arch: "x64",
};

async function pageOf(registry: MetricRegistry): Promise<string> {
  let text = "";
  for await (const chunk of new MetricsPage(registry, BUILD).chunks()) text += chunk;
  return text;
}

describe("MetricsPage", () => {
  it("prints families by name and labels by name", async () => {
    const registry = new MetricRegistry();
    registry.counter("z_total", "Last.").with().inc(3);
    const family = registry.gauge("a_gauge", "First.", ["zone", "host"]);
    family.with("z1", "h1").set(1.5);
    family.with("z2", "h2").set(-2);
    const page = await pageOf(registry);
    const first = [
      "# HELP a_gauge First.",
      "# TYPE a_gauge gauge",
      'a_gauge{host="h1",zone="z1"} 1.5',
      'a_gauge{host="h2",zone="z2"} -2',
      "# HELP alertmanager_build_info ",
    ];
    expect(page.startsWith(first.join("\n"))).toBe(true);
    expect(page).toContain("# TYPE z_total counter\nz_total 3\n");
  });

  it("prints a histogram cumulated, with +Inf, sum and count", async () => {
    const registry = new MetricRegistry();
    const bounds = [0.005, 1, 1e6];
    const described = { name: "h_seconds", help: "H.", labelNames: ["code"] };
    const series = registry.histogram(described, bounds).with("200");
    for (const value of [0.001, 0.5, 0.5, 2e6]) series.observe(value);
    expect(await pageOf(registry)).toContain(
      [
        "# TYPE h_seconds histogram",
        'h_seconds_bucket{code="200",le="0.005"} 1',
        'h_seconds_bucket{code="200",le="1"} 3',
        'h_seconds_bucket{code="200",le="1e+06"} 3',
        'h_seconds_bucket{code="200",le="+Inf"} 4',
        'h_seconds_sum{code="200"} 2.000001001e+06',
        'h_seconds_count{code="200"} 4\n',
      ].join("\n"),
    );
  });

  it("prints a summary as sum and count, and what a slow collector has set", async () => {
    const registry = new MetricRegistry();
    const series = registry.summary({ name: "s_seconds", help: "S." }).with();
    registry.collectors.push(async () => {
      await Promise.resolve();
      series.observe(1.5);
    });
    expect(await pageOf(registry)).toContain(
      "# TYPE s_seconds summary\ns_seconds_sum 1.5\ns_seconds_count 1\n",
    );
  });

  it("prints a histogram without labels", async () => {
    const registry = new MetricRegistry();
    registry.histogram({ name: "h", help: "H." }, [1]).with().observe(1);
    expect(await pageOf(registry)).toContain(
      'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    );
  });

  it("escapes help texts and label values", async () => {
    const registry = new MetricRegistry();
    registry.gauge("g", 'a\\b\n"c"', ["l"]).with('\\ "\n').set(1);
    expect(await pageOf(registry)).toContain(
      '# HELP g a\\\\b\\n"c"\n# TYPE g gauge\ng{l="\\\\ \\"\\n"} 1\n',
    );
  });

  it("leaves out a family that has no series yet", async () => {
    const registry = new MetricRegistry();
    registry.counter("empty_total", "E.", ["l"]);
    expect(await pageOf(registry)).not.toContain("empty_total");
  });

  it("asks the collectors before it prints", async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge("g", "G.").with();
    registry.collectors.push(() => gauge.set(7));
    expect(await pageOf(registry)).toContain("\ng 7\n");
  });

  it("says what was built, and how the process and its event loop are", async () => {
    const page = await pageOf(new MetricRegistry());
    expect(page).toContain(
      'alertmanager_build_info{branch="main",goarch="x64",goos="linux",goversion="v26",' +
        'revision="abc",tags="unknown",version="0.1.0"} 1\n',
    );
    expect(page).toMatch(/^process_cpu_seconds_total \d/m);
    expect(page).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
    expect(page.endsWith("\n")).toBe(true);
  });

  it("comes in pieces near 32 KiB however many series there are", async () => {
    const registry = new MetricRegistry();
    const family = registry.counter("many_total", "M.", ["n"]);
    for (let at = 0; at < 10_000; at += 1) family.with(`${at}`).inc();
    const sizes: number[] = [];
    for await (const chunk of new MetricsPage(registry, BUILD).chunks()) sizes.push(chunk.length);
    expect(sizes.length).toBeGreaterThan(6);
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
  });
});

describe("sampleText()", () => {
  it.each([
    [0, "0"],
    [100_000, "100000"],
    [1e6, "1e+06"],
    [1e8, "1e+08"],
    [1_234_567, "1.234567e+06"],
    [0.025, "0.025"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-2.5, "-2.5"],
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [Number.NaN, "NaN"],
    [1e300, "1e+300"],
  ])("prints %d as Go's %%g", (value, text) => {
    expect(sampleText(value)).toBe(text);
  });

  it("loses nothing of a finite number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(sampleText(value))).toBe(value);
      }),
    );
  });
});
