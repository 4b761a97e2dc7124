import type { AlertRecord } from "@tocsin/domain/model";
import { compareFingerprints } from "./alert-entry.ts";

interface Fingerprinted {
  readonly record: Pick<AlertRecord, "fpHi" | "fpLo">;
}

/** Comparing is faster below. */
const DIGITS_COUNT_MIN = 2_000;
const DIGITS = 0x1_0000;

/**
 * The entries by fingerprint, in a list of their own. Many are sorted digit by digit, the last of four
 * first: ten times as fast as comparing, which for 60,000 alerts would hold the loop for 50 ms. Whoever
 * chooses labels so that fingerprints are alike makes it no slower.
 */
export function sortedByFingerprint<E extends Fingerprinted>(entries: readonly E[]): readonly E[] {
  if (entries.length < DIGITS_COUNT_MIN) {
    return entries.toSorted((a, b) => compareFingerprints(a.record, b.record));
  }
  let sorted = entries;
  sorted = sortedByDigit(sorted, ({ fpLo }) => fpLo & 0xffff);
  sorted = sortedByDigit(sorted, ({ fpLo }) => fpLo >>> 16);
  sorted = sortedByDigit(sorted, ({ fpHi }) => fpHi & 0xffff);
  return sortedByDigit(sorted, ({ fpHi }) => fpHi >>> 16);
}

function sortedByDigit<E extends Fingerprinted>(
  entries: readonly E[],
  digitOf: (record: E["record"]) => number,
): readonly E[] {
  const ends = new Uint32Array(DIGITS);
  const add = (digit: number): number => (ends[digit] = (ends[digit] ?? 0) + 1);
  for (const { record } of entries) add(digitOf(record));
  let start = 0;
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const count = ends[digit] ?? 0;
    ends[digit] = start;
    start += count;
  }
  const sorted = entries.slice();
  for (const entry of entries) sorted[add(digitOf(entry.record)) - 1] = entry;
  return sorted;
}
