import type { SilenceQueries } from "@tocsin/engine/tenant";
import type { Clock, MetricRegistry } from "@tocsin/foundation";

const BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Upstream's metrics of how silences are looked for. */
export function silenceQueries(deps: {
  readonly clock: Clock;
  readonly metrics: MetricRegistry;
}): SilenceQueries {
  const { clock, metrics } = deps;
  const start = "alertmanager_silences_quer";
  const count = metrics
    .counter(`${start}ies_total`, "How many silence queries were received.")
    .with();
  // A look into an index does not fail.
  metrics.counter(`${start}y_errors_total`, "How many silence received queries did not succeed.");
  const scannedCount = metrics
    .counter(
      `${start}y_silences_scanned_total`,
      "How many silences were scanned during query evaluation.",
    )
    .with();
  const skippedCount = metrics
    .counter(
      `${start}y_silences_skipped_total`,
      "How many silences were skipped during query evaluation using the version index.",
    )
    .with();
  const seconds = metrics
    .histogram(
      { name: `${start}y_duration_seconds`, help: "Duration of silence query evaluation." },
      BOUNDS_S,
    )
    .with();
  return {
    begun: () => clock.monotonicMs(),
    ended: (begun, scanned, skipped) => {
      count.inc();
      scannedCount.inc(scanned);
      skippedCount.inc(skipped);
      seconds.observe((clock.monotonicMs() - begun) / 1_000);
    },
  };
}
