/** The middle value; the mean of the two middle ones of an even count. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[middle] as number; // below the length
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2; // the same
}

/** The smallest value that so many of all are not above: `share` 0.99 is p99. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
