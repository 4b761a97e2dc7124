import type { MetricFamily, MetricRegistry, Series } from "@tocsin/foundation";

/** Upstream's metrics of the event recorder. */
export class RecorderMetrics {
  readonly queueLength: Series;
  readonly #recorded: MetricFamily;
  readonly #bytes: MetricFamily;
  readonly #dropped: MetricFamily;
  readonly #outputDrops: MetricFamily;

  constructor(metrics: MetricRegistry) {
    this.queueLength = metrics
      .gauge(
        "alertmanager_event_recorder_queue_length",
        "Current number of events waiting in the event recorder write queue.",
      )
      .with();
    this.#recorded = metrics.counter(
      "alertmanager_events_recorded_total",
      "The total number of events recorded by the event recorder.",
      ["event_type", "output", "result"],
    );
    this.#bytes = metrics.counter(
      "alertmanager_event_recorder_bytes_written_total",
      "The total number of bytes written to the event recorder.",
      ["event_type", "output"],
    );
    this.#dropped = metrics.counter(
      "alertmanager_events_dropped_total",
      "The total number of events dropped due to a full queue.",
      ["event_type"],
    );
    this.#outputDrops = metrics.counter(
      "alertmanager_event_output_drops_total",
      "The total number of events dropped by an output due to a full local buffer.",
      ["output"],
    );
  }

  dropped(type: string): void {
    this.#dropped.with(type).inc();
  }

  dropsOf(output: string): Series {
    return this.#outputDrops.with(output);
  }

  wrote(
    what: { readonly type: string; readonly output: string; readonly result: "success" | "error" },
    line: string,
  ): void {
    const { type, output, result } = what;
    this.#recorded.with(type, output, result).inc();
    if (result === "success") this.#bytes.with(type, output).inc(Buffer.byteLength(line));
  }
}
