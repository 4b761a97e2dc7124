import type { HistogramSeries, MetricFamily, MetricRegistry, Series } from "@tocsin/foundation";
import type { Registry } from "prom-client";
import { sampleText } from "./number-text.ts";

/** What `alertmanager_build_info` says of the program. */
export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  /** Stands where upstream has its Go version. */
  readonly runtimeVersion: string;
  readonly os: string;
  readonly arch: string;
}

const CHUNK_SIZE = 32 * 1024;

/** What upstream answers to a scraper that asks for nothing special. */
export const METRICS_CONTENT_TYPE =
  "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/**
 * The metrics page. Families of the registry are read off as they are when it is their turn and printed
 * by hand, in chunks, so that ten thousand series cost no long turn of the event loop: whoever sends the
 * chunks lets others run between them. After them come prom-client's figures of the process (CPU, memory,
 * file descriptors, event-loop delay, garbage collection), which it keeps in a registry of its own.
 */
export class MetricsPage {
  readonly contentType: string = METRICS_CONTENT_TYPE;
  readonly #registry: MetricRegistry;
  #process: Promise<Registry> | undefined;

  constructor(registry: MetricRegistry, build: BuildInfo) {
    this.#registry = registry;
    defineBuildInfo(registry, build);
  }

  /** The page in pieces of about 32 KiB. */
  async *chunks(): AsyncGenerator<string, void, undefined> {
    this.#process ??= measureProcess();
    for (const collect of this.#registry.collectors) await collect();
    let text = "";
    for (const line of pageLines(this.#registry)) {
      text += line;
      if (text.length < CHUNK_SIZE) continue;
      yield text;
      text = "";
    }
    const registry = await this.#process;
    yield text + (await registry.metrics());
  }
}

/** Prom-client is loaded on demand, in some 30 ms: an instance that nobody scrapes does not pay 16 MiB for it. */
async function measureProcess(): Promise<Registry> {
  const { collectDefaultMetrics, Registry: ProcessRegistry } = await import("prom-client");
  const registry = new ProcessRegistry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

function defineBuildInfo(registry: MetricRegistry, build: BuildInfo): void {
  const help =
    "A metric with a constant '1' value labeled by version, revision, branch, goversion from which " +
    "alertmanager was built, and the goos and goarch for the build.";
  const names = ["branch", "goarch", "goos", "goversion", "revision", "tags", "version"];
  const { branch, arch, os, runtimeVersion, revision, version } = build;
  registry
    .gauge("alertmanager_build_info", help, names)
    .with(branch, arch, os, runtimeVersion, revision, "unknown", version)
    .set(1);
}

type Family = MetricFamily<Series> | MetricFamily<HistogramSeries>;

/** Families by name, as every exporter of Go prints them; one without series is left out. */
function* pageLines(registry: MetricRegistry): Generator<string, void, undefined> {
  const names = [...registry.families.keys()].sort();
  for (const name of names) {
    const family = registry.families.get(name);
    if (family === undefined || family.series.size === 0) continue;
    yield `# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${family.kind}\n`;
    yield* familyLines(family);
  }
}

function* familyLines(family: Family): Generator<string, void, undefined> {
  // Label names in alphabetical order, as Go prints them, whatever order they were declared in.
  const order = family.labelNames.map((_, at) => at);
  order.sort((a, b) => ((family.labelNames[a] ?? "") < (family.labelNames[b] ?? "") ? -1 : 1));
  for (const { labels, data } of family.series.values()) {
    const pairs = order.map((at) => `${family.labelNames[at]}="${escapeValue(labels[at] ?? "")}"`);
    const inner = pairs.join(",");
    if ("bounds" in data) yield distributionLines(family, inner, data);
    else yield `${family.name}${inner === "" ? "" : `{${inner}}`} ${sampleText(data.value)}\n`;
  }
}

function distributionLines(family: Family, inner: string, data: HistogramSeries): string {
  const { name } = family;
  const around = inner === "" ? "" : `{${inner}}`;
  const buckets = family.kind === "histogram" ? bucketLines(name, inner, data) : "";
  return `${buckets}${name}_sum${around} ${sampleText(data.sum)}\n${name}_count${around} ${data.count}\n`;
}

function bucketLines(name: string, inner: string, data: HistogramSeries): string {
  const before = inner === "" ? "" : `${inner},`;
  let cumulated = 0;
  let text = "";
  for (const [at, bound] of data.bounds.entries()) {
    cumulated += data.counts[at] ?? 0;
    text += `${name}_bucket{${before}le="${sampleText(bound)}"} ${cumulated}\n`;
  }
  return `${text}${name}_bucket{${before}le="+Inf"} ${data.count}\n`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Values are nearly always plain, so they are looked at before they are rewritten. */
function escapeValue(text: string): string {
  if (!/["\\\n]/.test(text)) return text;
  return escapeHelp(text).replaceAll('"', '\\"');
}
