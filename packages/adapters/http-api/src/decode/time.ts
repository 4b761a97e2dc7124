/**
 * Times as senders write them. `v2` takes what go-openapi's `strfmt.ParseDateTime` (0.27) takes, which is
 * RFC 3339 and some forms without seconds, zone or time; `v1` only RFC 3339, as Go's JSON decoder does.
 */
import type { Instant } from "@tocsin/domain/model";
import { DecodeProblem } from "./json.ts";

export type TimeForm = "v1" | "v2";

// Date, separator, hours, minutes, seconds, fraction, zone.
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d{1,2}):(\d\d)(?::(\d\d)(?:([.,])(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const EPOCH: Instant = { ms: 0, subNs: 0, offsetMin: 0 };
const CACHE_SIZE = 64;

/** Reads times; alerts of one request share most of them, so a few are remembered. */
export class TimeReader {
  readonly #form: TimeForm;
  readonly #known: Map<string, Instant | undefined> = new Map();

  constructor(form: TimeForm) {
    this.#form = form;
  }

  /** Undefined for a text that is no time. */
  read(text: string): Instant | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    const instant = parseTime(text, this.#form);
    if (this.#known.size < CACHE_SIZE) this.#known.set(text, instant);
    return instant;
  }
}

/** What to say of a text that is none. */
export function notTime(path: string, text: string): DecodeProblem {
  const given = JSON.stringify(text.slice(0, 64));
  return new DecodeProblem(`${path}: a time such as 2006-01-02T15:04:05Z wanted, ${given} given`);
}

/** Undefined for a text that is no time. The empty text is 1970 to `v2`. */
export function parseTime(text: string, form: TimeForm): Instant | undefined {
  if (text === "" && form === "v2") return EPOCH;
  return readUsual(text) ?? readAnyForm(text, form);
}

/**
 * `2006-01-02T15:04:05.999Z`, the way that nearly every sender writes, read by hand in a tenth of the
 * time; undefined for everything else and for what must be refused.
 */
function readUsual(text: string): Instant | undefined {
  const last = text.length - 1;
  if (last < 19 || last > 29 || text[last] !== "Z" || text[4] !== "-" || text[7] !== "-")
    return undefined;
  if (text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  // What is no digit is NaN. `Date` takes years below 100 for others, and the 30th of February for a day.
  const isDay = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDay || !(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (day > 28 && new Date(atMs).getUTCDate() !== day) return undefined;
  if (last === 19) return { ms: atMs, subNs: 0, offsetMin: 0 };
  if (text[19] !== "." || last < 21) return undefined;
  const ns = digits(text, 20, last) * 10 ** (29 - last);
  if (Number.isNaN(ns)) return undefined;
  return { ms: atMs + Math.floor(ns / 1e6), subNs: ns % 1e6, offsetMin: 0 };
}

/** The number between two places; NaN if there is anything but digits. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function readAnyForm(text: string, form: TimeForm): Instant | undefined {
  const match = TIME.exec(text);
  if (match === null || !isAllowed(match, form)) return undefined;
  const [, year, month, day, , hour, minute, second, , fraction = "", zone] = match;
  const offsetMin = parseOffset(zone);
  const dayMs = parseDay(Number(year), Number(month), Number(day));
  if (dayMs === undefined || offsetMin === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const ns = Number(fraction.slice(0, 9).padEnd(9, "0"));
  const localMs = dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  const ms = localMs - offsetMin * 60_000 + Math.floor(ns / 1e6);
  return { ms, subNs: ns % 1e6, offsetMin };
}

/** Whether the parts that are there make one of the layouts. */
function isAllowed(match: RegExpExecArray, form: TimeForm): boolean {
  const [, , , , separator, hour, , second, point, fraction, zone] = match;
  if (form === "v1") {
    const full = separator === "T" && second !== undefined && hour?.length === 2;
    return full && point !== "," && (zone === "Z" || zone?.length === 6);
  }
  if (separator === undefined) return true;
  if (separator === " ") return second !== undefined && zone === undefined;
  if (second === undefined) return zone === undefined || zone === "Z";
  // A zone without a colon is read only behind exactly three or six digits.
  return zone?.length !== 5 || fraction?.length === 3 || fraction?.length === 6;
}

function parseOffset(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  // Go takes sixty minutes, too.
  if (hours > 24 || minutes > 60) return undefined;
  const total = hours * 60 + minutes;
  return zone.startsWith("-") && total !== 0 ? -total : total;
}

function parseDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : undefined;
}
