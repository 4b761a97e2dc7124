import { INTEGRATION_KINDS, type IntegrationConfig } from "@tocsin/domain/config";
import type { Clock, HistogramSeries, MetricFamily, MetricRegistry } from "@tocsin/foundation";
import type { NotifyResult } from "../ports/index.ts";
import type { SuppressedReason } from "../tenant/index.ts";

const LATENCY_BOUNDS_S = [1, 5, 10, 15, 20] as const;
const QUERY_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Upstream shows all of them from the beginning. */
const REASONS = [
  "authError",
  "clientError",
  "contextCanceled",
  "contextDeadlineExceeded",
  "other",
  "rateLimited",
  "serverError",
];

/** Who was told: what the series are told apart by. */
export interface NotifyTarget {
  readonly receiver: string;
  readonly integration: Pick<IntegrationConfig, "kind">;
}

/** One attempt at one message. */
export interface NotifyAttempt {
  readonly tookMs: number;
  readonly kind: NotifyResult["kind"];
}

/** Upstream's notification metrics: names and meanings as in Alertmanager's `notify/metrics.go`. */
export class TurnMetrics {
  readonly #namesReceivers: boolean;
  readonly #sent: MetricFamily;
  readonly #failed: MetricFamily;
  readonly #requests: MetricFamily;
  readonly #requestsFailed: MetricFamily;
  readonly #latency: MetricFamily<HistogramSeries>;
  readonly #suppressed: MetricFamily;
  readonly #alone: MetricFamily;
  readonly #logQueries: MetricFamily;
  readonly #logQuerySeconds: MetricFamily<HistogramSeries>;

  /** @param namesReceivers of the feature `receiver-name-in-metrics` */
  constructor(registry: MetricRegistry, namesReceivers: boolean = false) {
    this.#namesReceivers = namesReceivers;
    const names = namesReceivers ? ["integration", "receiver_name"] : ["integration"];
    const counter = (part: string, help: string, labels: readonly string[] = names): MetricFamily =>
      registry.counter(`alertmanager_${part}`, help, labels);
    this.#sent = counter("notifications_total", "The total number of attempted notifications.");
    this.#failed = counter(
      "notifications_failed_total",
      "The total number of failed notifications.",
      [...names, "reason"],
    );
    this.#requests = counter(
      "notification_requests_total",
      "The total number of attempted notification requests.",
    );
    this.#requestsFailed = counter(
      "notification_requests_failed_total",
      "The total number of failed notification requests.",
    );
    this.#latency = registry.histogram(
      {
        name: "alertmanager_notification_latency_seconds",
        help: "The latency of notifications in seconds.",
        labelNames: names,
      },
      LATENCY_BOUNDS_S,
    );
    this.#suppressed = counter(
      "notifications_suppressed_total",
      "The total number of notifications suppressed for being silenced, inhibited, outside of active " +
        "time intervals or within muted time intervals.",
      ["reason"],
    );
    this.#alone = registry.counter(
      "tocsin_notifications_without_majority_total",
      "Notifications sent without a majority of the tenant's owners that have caught up.",
    );
    this.#logQueries = counter(
      "nflog_queries_total",
      "Number of notification log queries were received.",
      [],
    );
    // A look into a map does not fail.
    counter(
      "nflog_query_errors_total",
      "Number notification log received queries that failed.",
      [],
    );
    this.#logQuerySeconds = registry.histogram(
      {
        name: "alertmanager_nflog_query_duration_seconds",
        help: "Duration of notification log query evaluation.",
      },
      QUERY_BOUNDS_S,
    );
    if (!namesReceivers) for (const kind of INTEGRATION_KINDS) this.#begin([kind]);
  }

  /** Shows a receiver from the beginning; upstream does so for those of the configuration. */
  expect(target: NotifyTarget): void {
    if (this.#namesReceivers) this.#begin(this.#labels(target));
  }

  /** Failed are all that were not accepted, whether they are tried again or not. */
  attempted(target: NotifyTarget, { tookMs, kind }: NotifyAttempt): void {
    // Nothing was sent.
    if (kind === "fenced") return;
    const labels = this.#labels(target);
    // All series of a receiver come together, as upstream makes them.
    if (this.#namesReceivers) this.#begin(labels);
    this.#requests.with(...labels).inc();
    if (kind !== "accepted") this.#requestsFailed.with(...labels).inc();
    this.#latency.with(...labels).observe(tookMs / 1000);
  }

  sent(target: NotifyTarget): void {
    this.#sent.with(...this.#labels(target)).inc();
  }

  /** Sent by who is cut off, or left over (PROTOCOL 7.5). */
  sentAlone(): void {
    this.#alone.with().inc();
  }

  /** `reason` is that of the last attempt, in upstream's words. */
  failed(target: NotifyTarget, reason: string): void {
    const labels = this.#labels(target);
    this.#sent.with(...labels).inc();
    this.#failed.with(...labels, reason).inc();
  }

  suppressed(reason: SuppressedReason, alertCount: number): void {
    this.#suppressed.with(reason).inc(alertCount);
  }

  /** Looks into the notification log by `query`, and measures it. */
  queryLog<T>(clock: Clock, query: () => T): T {
    const startedAtMs = clock.monotonicMs();
    const found = query();
    this.#logQueries.with().inc();
    this.#logQuerySeconds.with().observe((clock.monotonicMs() - startedAtMs) / 1000);
    return found;
  }

  #labels({ integration, receiver }: NotifyTarget): readonly string[] {
    return this.#namesReceivers ? [integration.kind, receiver] : [integration.kind];
  }

  #begin(labels: readonly string[]): void {
    for (const family of [this.#sent, this.#requests, this.#requestsFailed]) family.with(...labels);
    this.#latency.with(...labels);
    for (const reason of REASONS) this.#failed.with(...labels, reason);
  }
}
