/** Calendar arithmetic of the proleptic Gregorian calendar, for any year, as Go's `time` has it. */

/** A date and time of day as a clock on the wall shows it. */
export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From 0, Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
}

export const DAY_SECONDS = 86_400;
/** From 1970-01-01 back to 0001-01-01, where Go's zero time lies. */
export const ZERO_TIME_SECONDS = -62_135_596_800;
const DAYS_PER_400_YEARS = 146_097;
/** Days from 0000-03-01, where the arithmetic is simplest, to 1970-01-01. */
const EPOCH_DAYS = 719_468;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;

/** The wall clock for seconds since 1970, an offset already added. */
export function civilFromSeconds(seconds: number): Civil {
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_PER_400_YEARS);
  const dayOfEra = shifted - era * DAYS_PER_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: daysBefore(month, isLeap(year)) + day,
  };
}

/** Days since 1970-01-01 of a date; month and day may be out of their range and carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12);
  const wrapped = ((((month - 1) % 12) + 12) % 12) + 1;
  const shifted = wrapped <= 2 ? carried - 1 : carried;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (wrapped > 2 ? wrapped - 3 : wrapped + 9) + 2) / 5);
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_400_YEARS + dayOfEra - EPOCH_DAYS + day - 1;
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of the year before a month, 1 to 13. */
export function daysBefore(month: number, leap: boolean): number {
  const days = DAYS_BEFORE_MONTH[month - 1] ?? 0;
  return leap && month > 2 ? days + 1 : days;
}

export function daysIn(month: number, year: number): number {
  const leap = isLeap(year);
  return daysBefore(month + 1, leap) - daysBefore(month, leap);
}
