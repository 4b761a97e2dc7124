/** By which the cluster times of two members may differ, for the age of a write. */
const CLOCK_ERROR_MAX_MS = 2_000;

/**
 * Why an owner refuses writes that were made at these instants; undefined: it takes them.
 *
 * What waited somewhere, as in a connection that was cut, until its coordinator had given up was refused
 * to its client. Taken now, nobody would take it back (A4, A24).
 */
export function whyTooLate(
  madeAtMs: readonly number[],
  { nowMs, writeDeadlineMs }: { readonly nowMs: number; readonly writeDeadlineMs: number },
): string | undefined {
  const ageMs = nowMs - Math.min(...madeAtMs);
  if (ageMs <= writeDeadlineMs + CLOCK_ERROR_MAX_MS) return undefined;
  return `The write came ${Math.round(ageMs)} ms after it was made`;
}
