/**
 * Go's time layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written the way a time shall be
 * written. This module cuts a layout into literal text and elements and formats times with them.
 */
import type { Clocks } from "./zone.ts";
import type { Civil } from "./civil.ts";

export type LayoutElement =
  | "January"
  | "Jan"
  | "Monday"
  | "Mon"
  | "MST"
  | "01"
  | "1"
  | "02"
  | "_2"
  | "2"
  | "002"
  | "__2"
  | "03"
  | "3"
  | "15"
  | "04"
  | "4"
  | "05"
  | "5"
  | "06"
  | "2006"
  | "PM"
  | "pm"
  | ZoneElement
  | "fraction0"
  | "fraction9";

export type ZoneElement =
  | "-070000"
  | "-07:00:00"
  | "-0700"
  | "-07:00"
  | "-07"
  | "Z070000"
  | "Z07:00:00"
  | "Z0700"
  | "Z07:00"
  | "Z07";

export interface LayoutPart {
  /** Text in front of the element, taken as it is. */
  readonly literal: string;
  /** undefined at the end of the layout. */
  readonly element: LayoutElement | undefined;
  /** The element as it is written, with the digits of a fraction. */
  readonly text: string;
}

/** Order matters: the first one that fits is taken. */
const ELEMENTS =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|_(?=2006)|_2|__2|3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])/g;

export const MONTHS: readonly string[] =
  "January February March April May June July August September October November December".split(
    " ",
  );
export const WEEKDAYS: readonly string[] =
  "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Cuts a layout into its parts; the last one has no element. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let literalFrom = 0;
  for (const match of layout.matchAll(ELEMENTS)) {
    const text = match[0];
    // An underscore before a year is only an underscore.
    if (text === "_") continue;
    const literal = layout.slice(literalFrom, match.index);
    parts.push({ literal, element: elementOf(text), text });
    literalFrom = match.index + text.length;
  }
  parts.push({ literal: layout.slice(literalFrom), element: undefined, text: "" });
  return parts;
}

function elementOf(text: string): LayoutElement {
  if (/^[.,]/.test(text)) return text.endsWith("0") ? "fraction0" : "fraction9";
  return text as LayoutElement; // the pattern matches nothing else
}

/** What a time shows on the wall: everything that a layout can ask for. */
export interface WallClock {
  readonly civil: Civil;
  readonly nanoseconds: number;
  readonly clocks: Clocks;
}

/** The time in a layout, Go's `Time.Format`. */
export function formatTime(wall: WallClock, layout: string): string {
  return formatParts(wall, parseLayout(layout));
}

/** The same for a layout that was cut into its parts before. */
export function formatParts(wall: WallClock, parts: readonly LayoutPart[]): string {
  let text = "";
  for (const part of parts) {
    text += part.literal;
    if (part.element !== undefined) text += formatElement(wall, part.element, part.text);
  }
  return text;
}

function formatElement(wall: WallClock, element: LayoutElement, text: string): string {
  const { civil } = wall;
  switch (element) {
    case "January":
      return MONTHS[civil.month - 1] ?? "";
    case "Jan":
      return (MONTHS[civil.month - 1] ?? "").slice(0, 3);
    case "Monday":
      return WEEKDAYS[civil.weekday] ?? "";
    case "Mon":
      return (WEEKDAYS[civil.weekday] ?? "").slice(0, 3);
    case "01":
      return padded(civil.month, 2);
    case "1":
      return String(civil.month);
    case "02":
      return padded(civil.day, 2);
    case "_2":
      return String(civil.day).padStart(2);
    case "2":
      return String(civil.day);
    case "002":
      return padded(civil.yearDay, 3);
    case "__2":
      return String(civil.yearDay).padStart(3);
    case "06":
      return padded(Math.max(civil.year, 0) % 100, 2);
    case "2006":
      return padded(civil.year, 4);
    case "fraction0":
    case "fraction9":
      return formatFraction(wall.nanoseconds, text);
    case "MST":
      return wall.clocks.abbreviation || formatOffset(wall.clocks.offsetSeconds, "-0700");
    case "PM":
    case "pm":
    case "15":
    case "03":
    case "3":
    case "04":
    case "4":
    case "05":
    case "5":
      return formatClock(civil, element);
    default:
      return formatOffset(wall.clocks.offsetSeconds, element);
  }
}

type ClockElement = "PM" | "pm" | "15" | "03" | "3" | "04" | "4" | "05" | "5";

function formatClock(civil: Civil, element: ClockElement): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (element) {
    case "PM":
      return civil.hour >= 12 ? "PM" : "AM";
    case "pm":
      return civil.hour >= 12 ? "pm" : "am";
    case "15":
      return padded(civil.hour, 2);
    case "03":
      return padded(hour12, 2);
    case "3":
      return String(hour12);
    case "04":
      return padded(civil.minute, 2);
    case "4":
      return String(civil.minute);
    case "05":
      return padded(civil.second, 2);
    case "5":
      return String(civil.second);
  }
}

/** An offset as `+05:45`; with a `Z` element, zero is `Z`. */
export function formatOffset(offsetSeconds: number, element: ZoneElement): string {
  if (element.startsWith("Z") && offsetSeconds === 0) return "Z";
  const minutes = Math.trunc(offsetSeconds / 60);
  const sign = minutes < 0 || (minutes === 0 && offsetSeconds < 0) ? "-" : "+";
  const colon = element.includes(":") ? ":" : "";
  const size = element.replaceAll(":", "").length;
  let text = sign + padded(Math.floor(Math.abs(minutes) / 60), 2);
  if (size > 3) text += colon + padded(Math.abs(minutes) % 60, 2);
  if (size > 5) text += colon + padded(Math.abs(offsetSeconds) % 60, 2);
  return text;
}

function formatFraction(nanoseconds: number, text: string): string {
  const digits = String(nanoseconds)
    .padStart(9, "0")
    .slice(0, text.length - 1)
    .padEnd(text.length - 1, "0");
  if (text.endsWith("0")) return text.charAt(0) + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : text.charAt(0) + kept;
}

function padded(value: number, digitCount: number): string {
  const digits = String(Math.abs(value)).padStart(digitCount, "0");
  return value < 0 ? `-${digits}` : digits;
}
