import type { Steps } from "./steps.ts";

/** So many are put in order, or merged, in one step. */
const RUN_SIZE = 256;
/** What it takes to put an item of a run in order: as many comparisons as its length has digits. */
const RUN_COMPARISON_COUNT = Math.log2(RUN_SIZE);

/**
 * The items in order, in a list of their own: as `toSorted`, equal ones as they stood, in steps whose size
 * is in comparisons. Short runs are sorted, and two of them merged into one until one is left. Runs that
 * follow each other already are only put together, so what is in order but for its end costs little.
 */
export function* sortedSteps<T>(
  items: readonly T[],
  compare: (left: T, right: T) => number,
): Steps<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += RUN_SIZE) {
    runs.push(items.slice(from, from + RUN_SIZE).sort(compare));
    yield RUN_SIZE * RUN_COMPARISON_COUNT;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (const [at, left] of runs.entries()) {
      if (at % 2 === 1) continue;
      const right = runs[at + 1];
      merged.push(right === undefined ? left : yield* mergedSteps({ left, right }, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

interface Runs<T> {
  readonly left: readonly T[];
  readonly right: readonly T[];
}

function* mergedSteps<T>(
  { left, right }: Runs<T>,
  compare: (left: T, right: T) => number,
): Steps<T[]> {
  // Neither is empty.
  if (compare(left.at(-1) as T, right[0] as T) <= 0) {
    yield RUN_SIZE;
    return [...left, ...right];
  }
  const merged: T[] = [];
  let at = 0;
  let other = 0;
  while (at < left.length && other < right.length) {
    // Both places are within the lists.
    const a = left[at] as T;
    const b = right[other] as T;
    const isLeft = compare(a, b) <= 0;
    merged.push(isLeft ? a : b);
    if (isLeft) at += 1;
    else other += 1;
    if (merged.length % RUN_SIZE === 0) yield RUN_SIZE;
  }
  yield RUN_SIZE;
  const rest = at < left.length ? left.slice(at) : right.slice(other);
  return merged.concat(rest);
}
