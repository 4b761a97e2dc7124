import type { Clock, MetricRegistry } from "@tocsin/foundation";

const INTERVAL_MS = 100;
const BOUNDS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/**
 * Measures by how much the event loop is late: whatever waits in this program waits that much longer.
 * Returns what ends it.
 */
export function measureLoopDelay(deps: {
  readonly clock: Clock;
  readonly metrics: MetricRegistry;
}): () => void {
  const seconds = deps.metrics
    .histogram(
      {
        name: "tocsin_event_loop_delay_seconds",
        help: "By how much the event loop was late, ten times a second.",
      },
      BOUNDS_S,
    )
    .with();
  const ending = new AbortController();
  void run(deps.clock, ending.signal, (delayMs) => seconds.observe(delayMs / 1_000));
  return () => ending.abort();
}

async function run(
  clock: Clock,
  signal: AbortSignal,
  observe: (delayMs: number) => void,
): Promise<void> {
  for (;;) {
    const startedAtMs = clock.monotonicMs();
    try {
      await clock.sleep(INTERVAL_MS, signal);
    } catch {
      return; // Only the end cuts a sleep short.
    }
    observe(Math.max(0, clock.monotonicMs() - startedAtMs - INTERVAL_MS));
  }
}
