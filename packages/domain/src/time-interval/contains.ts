import type { NumberRange, TimeIntervalConfig } from "../config/types.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

/**
 * True if the instant lies in the interval, read from the wall clock of its zone (S-51): every field
 * that is given must have a range with the instant in it. So in spring the skipped hour matches
 * nothing, and in autumn the repeated one matches twice.
 */
export function contains(interval: TimeIntervalConfig, atMs: number, zones: ZoneOffsets): boolean {
  const offsetMs = interval.location === undefined ? 0 : zones.offsetMs(interval.location, atMs);
  const wall = new Date(atMs + offsetMs);
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  const isInTimes =
    interval.times === undefined ||
    interval.times.some(({ start, end }) => minute >= start && minute < end);
  return (
    isInTimes &&
    isInDays(interval.daysOfMonth, wall) &&
    isInRanges(interval.months, wall.getUTCMonth() + 1) &&
    isInRanges(interval.weekdays, wall.getUTCDay()) &&
    isInRanges(interval.years, wall.getUTCFullYear())
  );
}

function isInRanges(ranges: readonly NumberRange[] | undefined, value: number): boolean {
  return ranges === undefined || ranges.some(({ start, end }) => value >= start && value <= end);
}

/** Negative days count from the end of the month. A range that begins after it never matches. */
function isInDays(ranges: readonly NumberRange[] | undefined, wall: Date): boolean {
  if (ranges === undefined) return true;
  const day = wall.getUTCDate();
  const dayCount = countDays(wall);
  return ranges.some(({ start, end }) => {
    const first = start < 0 ? dayCount + start + 1 : start;
    const last = end < 0 ? dayCount + end + 1 : end;
    return day >= first && day <= last;
  });
}

function countDays(wall: Date): number {
  const last = new Date(0);
  last.setUTCFullYear(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0);
  return last.getUTCDate();
}
