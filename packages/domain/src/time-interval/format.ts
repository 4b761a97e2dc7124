import type { NumberRange, TimeIntervalConfig } from "../config/types.ts";
import { WEEKDAYS, type CalendarField } from "./parse.ts";

/** A time interval as upstream writes it in JSON and YAML. Absent and empty fields are left out. */
export interface TimeIntervalDocument {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly location?: string;
}

/** The interval as it is written again: weekdays as names, months as numbers. */
export function formatTimeInterval(interval: TimeIntervalConfig): TimeIntervalDocument {
  const { times = [], weekdays = [], daysOfMonth = [], months = [], years = [] } = interval;
  const { location } = interval;
  return {
    ...(times.length > 0 && { times: times.map(formatTimesRange) }),
    ...(weekdays.length > 0 && { weekdays: formatRanges("weekdays", weekdays) }),
    ...(daysOfMonth.length > 0 && { days_of_month: formatRanges("days_of_month", daysOfMonth) }),
    ...(months.length > 0 && { months: formatRanges("months", months) }),
    ...(years.length > 0 && { years: formatRanges("years", years) }),
    ...(location !== undefined && { location }),
  };
}

/** One entry of a calendar field: `first:last`, or only one when both are equal. */
export function formatCalendarRange(field: CalendarField, { start, end }: NumberRange): string {
  const show = (value: number): string =>
    field === "weekdays" ? (WEEKDAYS[value] ?? String(value)) : String(value);
  return start === end ? show(start) : `${show(start)}:${show(end)}`;
}

/** One entry of `times`. */
export function formatTimesRange(range: NumberRange): { start_time: string; end_time: string } {
  return { start_time: formatMinute(range.start), end_time: formatMinute(range.end) };
}

function formatRanges(field: CalendarField, ranges: readonly NumberRange[]): string[] {
  return ranges.map((range) => formatCalendarRange(field, range));
}

function formatMinute(minuteOfDay: number): string {
  const hour = String(Math.floor(minuteOfDay / 60)).padStart(2, "0");
  return `${hour}:${String(minuteOfDay % 60).padStart(2, "0")}`;
}
