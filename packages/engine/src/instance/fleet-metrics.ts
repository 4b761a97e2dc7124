import type { Clock, HistogramSeries, MetricRegistry, Series } from "@tocsin/foundation";
import type { Fleet } from "../fleet/index.ts";
import type { GarbageKind } from "../tenant/index.ts";

/** What is measured of the work on all tenants, under upstream's names. */
export class FleetMetrics {
  readonly #clock: Clock;
  readonly #intakeSeconds: HistogramSeries;
  readonly #written: readonly Series[];
  readonly #garbageSeconds: readonly (readonly [GarbageKind, HistogramSeries | undefined])[];

  constructor({ clock, metrics }: { readonly clock: Clock; readonly metrics: MetricRegistry }) {
    this.#clock = clock;
    const summary = (part: string, help: string): HistogramSeries =>
      metrics.summary({ name: `alertmanager_${part}_duration_seconds`, help }).with();
    this.#intakeSeconds = summary(
      "dispatcher_alert_processing",
      "Summary of latencies for the processing of alerts.",
    );
    const written = metrics.counter(
      "alertmanager_alerts_subscriber_channel_writes_total",
      "Number of times alerts were written to subscriber channels",
      ["subscriber"],
    );
    // Groups and inhibition take every alert at once, when it is stored.
    this.#written = ["dispatcher", "inhibitor"].map((subscriber) => written.with(subscriber));
    this.#garbageSeconds = [
      ["alerts", undefined],
      [
        "silences",
        summary("silences_gc", "Duration of the last silence garbage collection cycle."),
      ],
      [
        "log",
        summary("nflog_gc", "Duration of the last notification log garbage collection cycle."),
      ],
    ];
  }

  /**
   * Measures how long it takes to store a batch of alerts and to put them in their groups. `store` says how
   * many it took: what a limit or a later write kept out was never handed on.
   */
  watchBatch(store: () => number): void {
    const startedAtMs = this.#clock.monotonicMs();
    const storedCount = store();
    const seconds = (this.#clock.monotonicMs() - startedAtMs) / 1_000;
    // Shared out evenly: a batch is one act.
    for (let at = 0; at < storedCount; at += 1) this.#intakeSeconds.observe(seconds / storedCount);
    for (const series of this.#written) series.inc(storedCount);
  }

  collectGarbage(fleet: Fleet): void {
    for (const [kind, seconds] of this.#garbageSeconds) {
      const startedAtMs = this.#clock.monotonicMs();
      fleet.collectGarbage(kind);
      seconds?.observe((this.#clock.monotonicMs() - startedAtMs) / 1_000);
    }
  }
}
