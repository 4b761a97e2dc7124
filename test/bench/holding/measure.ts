function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Prints how long all pieces took together and the longest of them, in CPU time of this thread. */
export function measure(name: string, pieces: Iterable<unknown>): void {
  let [totalMs, longestMs] = [0, 0];
  let startedMs = cpuMs();
  for (const _ of pieces) {
    const tookMs = cpuMs() - startedMs;
    totalMs += tookMs;
    longestMs = Math.max(longestMs, tookMs);
    startedMs = cpuMs();
  }
  console.log(
    `${name.padEnd(40)} ${totalMs.toFixed(0).padStart(6)} ms, longest ${longestMs.toFixed(1)} ms`,
  );
}

/** Work in steps, as pieces of at least this size. */
export function* slicesOf(steps: Iterable<number>, sizeMin: number): Generator<void> {
  yield* resultOf(steps[Symbol.iterator](), sizeMin);
  yield;
}

/** The same with what comes of it; the last piece is for the caller to end. */
export function* resultOf<T>(steps: Iterator<number, T>, sizeMin: number): Generator<void, T> {
  let size = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    size += step.value;
    if (size < sizeMin) continue;
    yield;
    size = 0;
  }
}
