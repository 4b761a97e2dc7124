import type { AlertRecord } from "@tocsin/domain/model";
import { compareFingerprints } from "./alert-entry.ts";

interface Fingerprinted {
  readonly record: Pick<AlertRecord, "fpHi" | "fpLo">;
}

/** Comparing is faster below. */
const DIGITS_COUNT_MIN = 2_000;
const DIGIT_BITS = 11;
const DIGIT_COUNT = 1 << DIGIT_BITS;
const SHIFTS = [0, DIGIT_BITS, 2 * DIGIT_BITS];

/**
 * The entries by fingerprint, in a list of their own. Many are sorted digit by digit, the last of six first,
 * on numbers that were read out of them once: with 60,000 alerts comparing would hold the loop for 100 ms.
 * Whoever chooses labels so that fingerprints are alike makes it no slower.
 */
export function sortedByFingerprint<E extends Fingerprinted>(entries: readonly E[]): readonly E[] {
  const count = entries.length;
  if (count < DIGITS_COUNT_MIN) {
    return entries.toSorted((a, b) => compareFingerprints(a.record, b.record));
  }
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const places = new Int32Array(count);
  for (const [place, { record }] of entries.entries()) {
    low[place] = record.fpLo;
    high[place] = record.fpHi;
    places[place] = place;
  }
  let sorted: Places = places;
  for (const halves of [low, high]) {
    for (const shift of SHIFTS) sorted = sortedByDigit(sorted, halves, shift);
  }
  // Places are those of entries.
  return Array.from(sorted, (place) => entries[place] as E);
}

type Places = Int32Array<ArrayBuffer>;

/** By the digit of what stands at the places; those with equal ones stay as they stood. */
function sortedByDigit(places: Places, halves: Places, shift: number): Places {
  // All indexes are within the arrays; without a value there would be 0.
  const nextAt = new Int32Array(DIGIT_COUNT);
  for (let place = 0; place < halves.length; place += 1) {
    const digit = ((halves[place] ?? 0) >>> shift) & (DIGIT_COUNT - 1);
    nextAt[digit] = (nextAt[digit] ?? 0) + 1;
  }
  let start = 0;
  for (let digit = 0; digit < DIGIT_COUNT; digit += 1) {
    const count = nextAt[digit] ?? 0;
    nextAt[digit] = start;
    start += count;
  }
  const sorted = new Int32Array(places.length);
  for (let from = 0; from < places.length; from += 1) {
    const place = places[from] ?? 0;
    const digit = ((halves[place] ?? 0) >>> shift) & (DIGIT_COUNT - 1);
    const at = nextAt[digit] ?? 0;
    nextAt[digit] = at + 1;
    sorted[at] = place;
  }
  return sorted;
}
