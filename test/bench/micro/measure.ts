/** Small pieces of work, timed in this process. */
import type { Figure, Goal } from "../figures.ts";
import { median } from "../statistics.ts";

/** A piece of work that is done over and over. */
export interface MicroBench {
  readonly id: string;
  readonly what: string;
  readonly goals?: readonly Goal[];
  /** One round of work; returns how many operations it was. */
  readonly run: () => number;
}

const SAMPLE_COUNT = 7;

/** Operations a second of CPU time: the median of several samples after a warm-up. */
export function measureMicro(bench: MicroBench, sampleMs: number): Figure {
  for (const untilMs = performance.now() + sampleMs * 2; performance.now() < untilMs;) bench.run();
  const rates = Array.from({ length: SAMPLE_COUNT }, () => sampleRate(bench, sampleMs));
  return {
    id: `micro/${bench.id}`,
    what: bench.what,
    unit: "/s",
    ours: median(rates),
    ...(bench.goals === undefined ? undefined : { goals: bench.goals }),
  };
}

function sampleRate(bench: MicroBench, sampleMs: number): number {
  let count = 0;
  const before = process.cpuUsage();
  for (const untilMs = performance.now() + sampleMs; performance.now() < untilMs;) {
    count += bench.run();
  }
  const { user, system } = process.cpuUsage(before);
  return (count * 1e6) / (user + system);
}
