import type { HistogramSeries, MetricFamily, MetricRegistry, Series } from "@tocsin/foundation";

const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
const SIZE_BOUNDS: readonly number[] = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** The API versions that take alerts. */
export type ApiVersion = "v1" | "v2";

interface RequestKind {
  readonly handler: string;
  readonly method: string;
  readonly status: number;
}

/** One finished request. */
export interface RequestOutcome extends RequestKind {
  readonly durationMs: number;
  readonly sizeBytes: number;
}

/** Upstream's counts of requests and of alerts received, by upstream's names. */
export class HttpMetrics {
  readonly inFlight: Series;
  readonly limitExceeded: Series;
  readonly incompleteReads: Series;
  readonly #duration: MetricFamily<HistogramSeries>;
  readonly #size: MetricFamily<HistogramSeries>;
  readonly #received: Readonly<Record<ApiVersion, { firing: Series; resolved: Series }>>;
  readonly #invalid: Readonly<Record<ApiVersion, Series>>;
  /** Where the last request was counted: the next one mostly is of the same kind. */
  #last: { readonly of: RequestKind; readonly duration: HistogramSeries } | undefined;

  constructor(registry: MetricRegistry) {
    const described = {
      name: "alertmanager_http_request_duration_seconds",
      help: "Histogram of latencies for HTTP requests.",
      labelNames: ["handler", "method", "code"],
    };
    this.#duration = registry.histogram(described, DURATION_BOUNDS);
    const sized = {
      name: "alertmanager_http_response_size_bytes",
      help: "Histogram of response size for HTTP requests.",
      labelNames: ["handler", "method"],
    };
    this.#size = registry.histogram(sized, SIZE_BOUNDS);
    this.inFlight = registry
      .gauge(
        "alertmanager_http_requests_in_flight",
        "Current number of HTTP requests being processed.",
        ["method"],
      )
      .with("get");
    this.limitExceeded = registry
      .counter(
        "alertmanager_http_concurrency_limit_exceeded_total",
        "Total number of times an HTTP request failed because the concurrency limit was reached.",
        ["method"],
      )
      .with("get");
    this.incompleteReads = registry
      .counter("tocsin_http_incomplete_reads_total", "Reads answered without a quorum.")
      .with();
    const received = registry.counter(
      "alertmanager_alerts_received_total",
      "The total number of received alerts.",
      ["status", "version"],
    );
    const invalid = registry.counter(
      "alertmanager_alerts_invalid_total",
      "The total number of received alerts that were invalid.",
      ["version"],
    );
    const ofVersion = (version: ApiVersion): { firing: Series; resolved: Series } => ({
      firing: received.with("firing", version),
      resolved: received.with("resolved", version),
    });
    this.#received = { v1: ofVersion("v1"), v2: ofVersion("v2") };
    this.#invalid = { v1: invalid.with("v1"), v2: invalid.with("v2") };
  }

  observe(outcome: RequestOutcome): void {
    this.#durationOf(outcome).observe(outcome.durationMs / 1_000);
    // Upstream knows only how long the answers of API v2 took.
    if (outcome.handler.startsWith("/api/v2/")) return;
    const method = outcome.method.toLowerCase();
    this.#size.with(outcome.handler, method).observe(outcome.sizeBytes);
  }

  #durationOf(of: RequestKind): HistogramSeries {
    if (this.#last === undefined || !isSameKind(this.#last.of, of)) {
      const duration = this.#duration.with(of.handler, of.method.toLowerCase(), `${of.status}`);
      this.#last = { of, duration };
    }
    return this.#last.duration;
  }

  /** Counts alerts before they are judged (S-3). */
  received(
    version: ApiVersion,
    counts: { readonly firing: number; readonly resolved: number },
  ): void {
    this.#received[version].firing.inc(counts.firing);
    this.#received[version].resolved.inc(counts.resolved);
  }

  invalid(version: ApiVersion, count: number): void {
    this.#invalid[version].inc(count);
  }
}

function isSameKind(left: RequestKind, right: RequestKind): boolean {
  return (
    left.status === right.status && left.handler === right.handler && left.method === right.method
  );
}
