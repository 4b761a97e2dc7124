import type { MetricRegistry, Series } from "@tocsin/foundation";

/** What the log tells operators. */
export interface JournalMetrics {
  readonly writtenBytes: Series;
  readonly syncs: Series;
  readonly failures: Series;
  readonly broken: Series;
}

export function journalMetrics(registry: MetricRegistry): JournalMetrics {
  const counter = (name: string, help: string): Series => registry.counter(name, help).with();
  return {
    writtenBytes: counter("tocsin_journal_written_bytes_total", "Bytes written to the journal."),
    syncs: counter("tocsin_journal_syncs_total", "Syncs of the journal to disk."),
    failures: counter("tocsin_journal_failures_total", "Failed writes and syncs of the journal."),
    broken: registry
      .gauge("tocsin_journal_broken", "1 while the journal cannot be written, else 0.")
      .with(),
  };
}
