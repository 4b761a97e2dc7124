import { type HistogramSeries, type MetricFamily, type MetricRegistry } from "@tocsin/foundation";

const LATENCY_BOUNDS_S = [1, 5, 10, 15, 20] as const;

/** Upstream's notification metrics: names and meanings as in Alertmanager's `notify/metrics.go`. */
export class TurnMetrics {
  readonly #sent: MetricFamily;
  readonly #failed: MetricFamily;
  readonly #requests: MetricFamily;
  readonly #requestsFailed: MetricFamily;
  readonly #latency: MetricFamily<HistogramSeries>;

  constructor(registry: MetricRegistry) {
    this.#sent = registry.counter(
      "alertmanager_notifications_total",
      "The total number of attempted notifications.",
      ["integration"],
    );
    this.#failed = registry.counter(
      "alertmanager_notifications_failed_total",
      "The total number of failed notifications.",
      ["integration", "reason"],
    );
    this.#requests = registry.counter(
      "alertmanager_notification_requests_total",
      "The total number of attempted notification requests.",
      ["integration"],
    );
    this.#requestsFailed = registry.counter(
      "alertmanager_notification_requests_failed_total",
      "The total number of failed notification requests.",
      ["integration"],
    );
    this.#latency = registry.histogram(
      {
        name: "alertmanager_notification_latency_seconds",
        help: "The latency of notifications in seconds.",
        labelNames: ["integration"],
      },
      LATENCY_BOUNDS_S,
    );
  }

  attempted(integration: string, tookMs: number): void {
    this.#requests.with(integration).inc();
    this.#latency.with(integration).observe(tookMs / 1000);
  }

  attemptFailed(integration: string): void {
    this.#requestsFailed.with(integration).inc();
  }

  sent(integration: string): void {
    this.#sent.with(integration).inc();
  }

  /** `reason` is that of the last attempt, in upstream's words. */
  failed(integration: string, reason: string): void {
    this.#sent.with(integration).inc();
    this.#failed.with(integration, reason).inc();
  }
}
