/**
 * Metrics as plain numbers. Hot code adds to a number; the telemetry adapter reads them when the page
 * is scraped. So counting costs nothing, `engine` knows no library, and a simulated instance can have
 * metrics of its own.
 */
export type MetricKind =
  | "counter"
  | "gauge"
  | "histogram"
  /** Sum and number of what was observed, without quantiles. */
  | "summary";

/** One time series of a family. */
export class Series {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }

  set(value: number): void {
    this.value = value;
  }
}

/** One time series of a histogram: counts per upper bound, their sum and number. */
export class HistogramSeries {
  readonly bounds: readonly number[];
  /** Not cumulative; the last one is for values above every bound. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += value;
    this.count += 1;
  }
}

/** All series of one name. Ask once for a series (`with`) and keep it: looking it up builds a key. */
export class MetricFamily<S extends Series | HistogramSeries = Series> {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  readonly labelNames: readonly string[];
  readonly series: Map<string, { readonly labels: readonly string[]; readonly data: S }> =
    new Map();
  readonly #make: () => S;

  constructor(
    described: { name: string; help: string; kind: MetricKind; labelNames: readonly string[] },
    make: () => S,
  ) {
    this.name = described.name;
    this.help = described.help;
    this.kind = described.kind;
    this.labelNames = described.labelNames;
    this.#make = make;
  }

  /** The series with these label values, in the order of `labelNames`; made at first asking. */
  with(...labels: readonly string[]): S {
    const key = labels.join("\u0000");
    let found = this.series.get(key);
    if (found === undefined) {
      found = { labels, data: this.#make() };
      this.series.set(key, found);
    }
    return found.data;
  }

  delete(...labels: readonly string[]): void {
    this.series.delete(labels.join("\u0000"));
  }
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** The families of one instance. Names are unique; asking again for a name returns the same family. */
export class MetricRegistry {
  readonly families: Map<string, MetricFamily<Series> | MetricFamily<HistogramSeries>> = new Map();
  /** Called before the page is written, for gauges that are read off a state; long ones in slices. */
  readonly collectors: Array<() => void | Promise<void>> = [];

  counter(name: string, help: string, labelNames: readonly string[] = []): MetricFamily {
    return this.#family({ name, help, kind: "counter", labelNames });
  }

  gauge(name: string, help: string, labelNames: readonly string[] = []): MetricFamily {
    return this.#family({ name, help, kind: "gauge", labelNames });
  }

  histogram(described: Described, bounds: readonly number[]): MetricFamily<HistogramSeries> {
    return this.#distribution({ labelNames: [], ...described, kind: "histogram" }, bounds);
  }

  /** As a histogram without bounds: only sum and number are shown. */
  summary(described: Described): MetricFamily<HistogramSeries> {
    return this.#distribution({ labelNames: [], ...described, kind: "summary" }, []);
  }

  #distribution(
    described: Required<Described> & { kind: MetricKind },
    bounds: readonly number[],
  ): MetricFamily<HistogramSeries> {
    const known = this.families.get(described.name);
    if (known !== undefined) return known as MetricFamily<HistogramSeries>;
    const made = new MetricFamily(described, () => new HistogramSeries(bounds));
    if (made.labelNames.length === 0) made.with();
    this.families.set(described.name, made);
    return made;
  }

  #family(described: {
    name: string;
    help: string;
    kind: MetricKind;
    labelNames: readonly string[];
  }): MetricFamily {
    const known = this.families.get(described.name);
    if (known !== undefined) return known as MetricFamily;
    const made = new MetricFamily(described, () => new Series());
    if (described.labelNames.length === 0) made.with();
    this.families.set(described.name, made);
    return made;
  }
}
