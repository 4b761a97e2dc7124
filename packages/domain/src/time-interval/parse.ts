import type { NumberRange } from "../config/types.ts";
import { isZoneName } from "./zone-names.ts";

export type RangeResult =
  | { readonly ok: true; readonly range: NumberRange }
  | { readonly ok: false; readonly error: string };

export type LocationResult =
  | { readonly ok: true; readonly location: string }
  | { readonly ok: false; readonly error: string };

/** The fields of a time interval that are written as one number, one name or `first:last`. */
export type CalendarField = "weekdays" | "days_of_month" | "months" | "years";

export const WEEKDAYS: readonly string[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];
const MONTHS: readonly string[] = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const WANTED: Readonly<Record<CalendarField, string>> = {
  weekdays: 'a full English name or a range of them, sunday first, such as "monday:friday"',
  days_of_month: 'a day from 1 to 31, or from -31 to -1 counted from the end, such as "1:7"',
  months: 'a full English name or a number, or a range of them, such as "june:august"',
  years: 'a year or a range of them, such as "2026:2030"',
};
/** The shortest month decides whether a range with days counted from its end can ever be one. */
const MONTH_DAYS_MIN = 28;
const INT64_MAX = 2n ** 63n;

/** What a `null` in a list of ranges stands for upstream: both ends zero. */
export const ZERO_RANGE: NumberRange = { start: 0, end: 0 };

/**
 * Parses a `times` entry of two texts `HH:MM` into minutes of the day, the end exclusive; `24:00` is
 * an end only. Mirrors `timeinterval/timeinterval.go` of Alertmanager 0.34, as all of this file.
 */
export function parseTimesRange(startTime: string, endTime: string): RangeResult {
  if (startTime === "" || endTime === "") {
    return { ok: false, error: "Cannot read times: both start_time and end_time are wanted" };
  }
  const start = readMinute(startTime);
  if (start === undefined) return refuseTime("start_time", startTime);
  const end = readMinute(endTime);
  if (end === undefined) return refuseTime("end_time", endTime);
  if (start < end) return { ok: true, range: { start, end } };
  const reason = `start_time "${startTime}" is not before end_time "${endTime}"`;
  return { ok: false, error: `Cannot read times: ${reason}; part a range at midnight into two` };
}

/** Parses one entry of a calendar field, both ends inclusive: weekdays from 0 = sunday, months from 1. */
export function parseCalendarRange(field: CalendarField, text: string): RangeResult {
  const [first = "", last = first, surplus] = text.toLowerCase().split(":");
  if (surplus !== undefined) return refuse(field, text, "it has more than one colon");
  const start = readMember(field, first);
  if (start === undefined) return refuse(field, text, `${JSON.stringify(first)} is not valid`);
  const end = readMember(field, last);
  if (end === undefined) return refuse(field, text, `${JSON.stringify(last)} is not valid`);
  const problem =
    field === "days_of_month" ? findDayProblem(start, end) : findOrderProblem(start, end);
  return problem === undefined ? { ok: true, range: { start, end } } : refuse(field, text, problem);
}

/**
 * Parses a `location`: a name of the time zone database in its exact case. Empty and `Local` are UTC:
 * where an instance runs must not decide when it notifies.
 */
export function parseLocation(text: string): LocationResult {
  if (text === "" || text === "Local") return { ok: true, location: "UTC" };
  if (isZoneName(text)) return { ok: true, location: text };
  const wanted = 'wanted a name of the time zone database, case as there, such as "Europe/Paris"';
  return { ok: false, error: `Cannot read location ${JSON.stringify(text)}: unknown; ${wanted}` };
}

function readMinute(text: string): number | undefined {
  if (text === "24:00") return 24 * 60;
  const parts = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * 60 + Number(parts[2]);
}

function readMember(field: CalendarField, text: string): number | undefined {
  if (field === "weekdays") return readName(WEEKDAYS, text);
  const month = field === "months" ? readName(MONTHS, text) : undefined;
  return month === undefined ? readInteger(text) : month + 1;
}

function readName(names: readonly string[], text: string): number | undefined {
  const at = names.indexOf(text);
  return at < 0 ? undefined : at;
}

function readInteger(text: string): number | undefined {
  const digits = /^[+-]?0*([0-9]*)$/.exec(text)?.[1];
  if (digits === undefined || !/[0-9]$/.test(text)) return undefined;
  // 19 digits hold every 64-bit number.
  if (digits.length > 19) return undefined;
  const value = BigInt(text.replace("+", ""));
  return value >= -INT64_MAX && value < INT64_MAX ? Number(value) : undefined;
}

function findDayProblem(start: number, end: number): string | undefined {
  for (const day of [start, end]) {
    if (day === 0 || Math.abs(day) > 31) return `${day} is out of range`;
  }
  if (start < 0 && end > 0) return `end ${end} is positive while start ${start} is negative`;
  const firstDay = start < 0 ? MONTH_DAYS_MIN + start : start;
  const lastDay = end < 0 ? MONTH_DAYS_MIN + end : end;
  return firstDay > lastDay ? `end ${end} is always before start ${start}` : undefined;
}

function findOrderProblem(start: number, end: number): string | undefined {
  return start > end ? "the end is before the start" : undefined;
}

function refuseTime(field: string, text: string): RangeResult {
  const wanted = 'wanted HH:MM from "00:00" to "24:00"';
  return { ok: false, error: `Cannot read ${field} ${JSON.stringify(text)}: ${wanted}` };
}

function refuse(field: CalendarField, text: string, reason: string): RangeResult {
  const quoted = JSON.stringify(text);
  return { ok: false, error: `Cannot read ${field} ${quoted}: ${reason}; wanted ${WANTED[field]}` };
}
