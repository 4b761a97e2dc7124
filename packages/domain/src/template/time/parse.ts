/** Reads times by a layout, Go's `time.ParseInLocation(layout, value, time.UTC)`. */
import { bytesFromText } from "../../text/index.ts";
import { GoError } from "../values/types.ts";
import { daysBefore, daysFromCivil, daysIn, DAY_SECONDS, isLeap } from "./civil.ts";
import { MONTHS, parseLayout, WEEKDAYS, type LayoutElement, type LayoutPart } from "./layout.ts";
import { GoTime } from "./time.ts";
import { fixedZone, UTC, type Location } from "./zone.ts";

/** The text at hand is not what the element wants: the caller says which text and which element. */
class Mismatch extends Error {}

/** @throws GoError in the words of Go's `ParseError`. */
export function parseTime(layout: string, value: string): GoTime {
  return new TimeParse(layout, value).run();
}

class TimeParse {
  readonly #layout: string;
  readonly #value: string;
  /** What is still to be read. */
  #rest: string;
  #year = 0;
  #month = -1;
  #day = -1;
  #yearDay = -1;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanoseconds = 0;
  #half: "am" | "pm" | undefined;
  #zone: Location | undefined;
  #zoneOffset: number | undefined;
  #zoneName = "";

  constructor(layout: string, value: string) {
    this.#layout = layout;
    this.#value = value;
    this.#rest = value;
  }

  run(): GoTime {
    const parts = parseLayout(this.#layout);
    for (const [at, part] of parts.entries()) {
      this.#skip(part.literal);
      if (part.element === undefined) {
        if (this.#rest !== "") this.#fail(`: extra text: ${quote(this.#rest)}`);
        break;
      }
      const before = this.#rest;
      try {
        this.#element(part, parts[at + 1]?.element);
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error;
        this.#mismatch(before, part.text);
      }
    }
    return this.#result();
  }

  /** Literal text must be there; one space in the layout stands for any number of spaces. */
  #skip(literal: string): void {
    let prefix = literal;
    while (prefix !== "") {
      if (prefix.startsWith(" ")) {
        if (this.#rest !== "" && !this.#rest.startsWith(" ")) break;
        prefix = prefix.replace(/^ +/, "");
        this.#rest = this.#rest.replace(/^ +/, "");
        continue;
      }
      if (!this.#rest.startsWith(prefix.charAt(0))) break;
      prefix = prefix.slice(1);
      this.#rest = this.#rest.slice(1);
    }
    if (prefix !== "") this.#mismatch(this.#rest, literal);
  }

  #element(part: LayoutPart, next: LayoutElement | undefined): void {
    const { element } = part;
    switch (element) {
      case "06": {
        const year = Number(this.#take(/^[0-9]{2}/));
        this.#year = year >= 69 ? year + 1900 : year + 2000;
        break;
      }
      case "2006":
        this.#year = Number(this.#take(/^[0-9]{4}/));
        break;
      case "January":
        this.#month = this.#name(MONTHS) + 1;
        break;
      case "Jan":
        this.#month = this.#name(MONTHS.map((name) => name.slice(0, 3))) + 1;
        break;
      case "01":
      case "1":
        this.#month = this.#number(element === "01");
        if (this.#month < 1 || this.#month > 12) this.#outOfRange("month");
        break;
      case "Monday":
        this.#name(WEEKDAYS);
        break;
      case "Mon":
        this.#name(WEEKDAYS.map((name) => name.slice(0, 3)));
        break;
      case "_2":
      case "02":
      case "2":
        if (element === "_2") this.#rest = this.#rest.replace(/^ /, "");
        this.#day = this.#number(element === "02");
        break;
      case "__2":
      case "002":
        if (element === "__2") this.#rest = this.#rest.replace(/^ {1,2}/, "");
        this.#yearDay = Number(this.#take(element === "002" ? /^[0-9]{3}/ : /^[0-9]{1,3}/));
        break;
      case "PM":
      case "pm":
        this.#half = this.#take(element === "PM" ? /^[AP]M/ : /^[ap]m/).toLowerCase() as
          | "am"
          | "pm";
        break;
      case "MST":
        this.#abbreviation();
        break;
      default:
        this.#clockOrZone(part, next);
    }
  }

  #clockOrZone(part: LayoutPart, next: LayoutElement | undefined): void {
    const { element } = part;
    switch (element) {
      case "15":
        this.#hour = this.#number(false);
        if (this.#hour > 23) this.#outOfRange("hour");
        break;
      case "03":
      case "3":
        this.#hour = this.#number(element === "03");
        if (this.#hour > 12) this.#outOfRange("hour");
        break;
      case "04":
      case "4":
        this.#minute = this.#number(element === "04");
        if (this.#minute > 59) this.#outOfRange("minute");
        break;
      case "05":
      case "5":
        this.#second = this.#number(element === "05");
        if (this.#second > 59) this.#outOfRange("second");
        // A fraction is read although the layout has none.
        if (next !== "fraction0" && next !== "fraction9") this.#optionalFraction();
        break;
      case "fraction0":
        this.#fraction(this.#take(new RegExp(`^[.,][0-9]{${part.text.length - 1}}`)));
        break;
      case "fraction9":
        this.#optionalFraction();
        break;
      default:
        this.#offset(part.text);
    }
  }

  #take(form: RegExp): string {
    const match = form.exec(this.#rest);
    if (match === null) throw new Mismatch();
    this.#rest = this.#rest.slice(match[0].length);
    return match[0];
  }

  #number(isTwoDigits: boolean): number {
    return Number(this.#take(isTwoDigits ? /^[0-9]{2}/ : /^[0-9]{1,2}/));
  }

  #name(names: readonly string[]): number {
    const text = this.#rest.toLowerCase();
    const index = names.findIndex((name) => text.startsWith(name.toLowerCase()));
    if (index < 0) throw new Mismatch();
    this.#rest = this.#rest.slice((names[index] ?? "").length);
    return index;
  }

  #optionalFraction(): void {
    if (/^[.,][0-9]/.test(this.#rest)) this.#fraction(this.#take(/^[.,][0-9]+/));
  }

  #fraction(text: string): void {
    this.#nanoseconds = Number(text.slice(1, 10).padEnd(9, "0"));
  }

  #offset(element: string): void {
    if (element.startsWith("Z") && this.#rest.startsWith("Z")) {
      this.#rest = this.#rest.slice(1);
      this.#zone = UTC;
      return;
    }
    const colon = element.includes(":") ? ":" : "";
    const groups = (element.replaceAll(":", "").length - 1) / 2;
    const form = `^([-+])([0-9]{2})${`${colon}([0-9]{2})`.repeat(groups - 1)}`;
    const match = new RegExp(form).exec(this.#take(new RegExp(form)));
    const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] = match ?? [];
    if (Number(hours) > 24) this.#outOfRange("time zone offset hour");
    if (Number(minutes) > 60) this.#outOfRange("time zone offset minute");
    if (Number(seconds) > 60) this.#outOfRange("time zone offset second");
    const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    this.#zoneOffset = sign === "-" ? -offset : offset;
  }

  #abbreviation(): void {
    if (this.#rest.startsWith("UTC")) {
      this.#rest = this.#rest.slice(3);
      this.#zone = UTC;
      return;
    }
    const size = abbreviationSize(this.#rest);
    if (size === 0) throw new Mismatch();
    this.#zoneName = this.#rest.slice(0, size);
    this.#rest = this.#rest.slice(size);
  }

  #result(): GoTime {
    if (this.#half === "pm" && this.#hour < 12) this.#hour += 12;
    else if (this.#half === "am" && this.#hour === 12) this.#hour = 0;
    if (this.#yearDay >= 0) this.#applyYearDay();
    const month = this.#month < 0 ? 1 : this.#month;
    const day = this.#day < 0 ? 1 : this.#day;
    if (day < 1 || day > daysIn(month, this.#year)) this.#fail(": day out of range");
    const seconds =
      daysFromCivil(this.#year, month, day) * DAY_SECONDS +
      this.#hour * 3600 +
      this.#minute * 60 +
      this.#second;
    return this.#inZone(seconds);
  }

  #inZone(seconds: number): GoTime {
    const offset = this.#zoneOffset;
    if (this.#zone === undefined && offset !== undefined) {
      const zone =
        offset === 0 && (this.#zoneName === "" || this.#zoneName === "UTC")
          ? UTC
          : fixedZone(this.#zoneName, offset);
      return new GoTime(seconds - offset, this.#nanoseconds, zone);
    }
    if (this.#zone === undefined && this.#zoneName !== "") {
      // The offset of an abbreviation is unknown, but that of GMT+3 is said. Go does not subtract it.
      const hours = /^GMT([-+]\d+)$/.exec(this.#zoneName)?.[1] ?? "0";
      const zone = fixedZone(this.#zoneName, Number(hours) * 3600);
      return new GoTime(seconds, this.#nanoseconds, zone);
    }
    return new GoTime(seconds, this.#nanoseconds, UTC);
  }

  /** A day of the year gives month and day, and must agree with them if they were read. */
  #applyYearDay(): void {
    const leap = isLeap(this.#year);
    if (this.#yearDay < 1 || this.#yearDay > (leap ? 366 : 365)) {
      this.#fail(": day-of-year out of range");
    }
    let month = 12;
    while (daysBefore(month, leap) >= this.#yearDay) month -= 1;
    const day = this.#yearDay - daysBefore(month, leap);
    if (this.#month >= 0 && this.#month !== month) this.#fail(": day-of-year does not match month");
    if (this.#day >= 0 && this.#day !== day) this.#fail(": day-of-year does not match day");
    this.#month = month;
    this.#day = day;
  }

  #mismatch(found: string, wanted: string): never {
    const layout = quote(this.#layout);
    this.#fail(` as ${layout}: cannot parse ${quote(found)} as ${quote(wanted)}`);
  }

  #outOfRange(what: string): never {
    this.#fail(`: ${what} out of range`);
  }

  #fail(reason: string): never {
    throw new GoError(`parsing time ${quote(this.#value)}${reason}`);
  }
}

/** How many characters of a text look like the abbreviation of a zone; 0 for none. */
function abbreviationSize(text: string): number {
  if (/^(?:ChST|MeST)/.test(text)) return 4;
  const gmt = /^GMT([-+](\d+))?/.exec(text);
  if (gmt !== null) return Number(gmt[2] ?? 0) > 23 ? 3 : gmt[0].length;
  const signed = /^[-+](\d+)/.exec(text);
  if (signed !== null) return Number(signed[1]) > 23 ? 0 : signed[0].length;
  const capitals = /^[A-Z]*/.exec(text)?.[0] ?? "";
  if (capitals.length === 3) return 3;
  if (capitals.length === 4) return capitals.endsWith("T") || capitals === "WITA" ? 4 : 0;
  return capitals.length === 5 && capitals.endsWith("T") ? 5 : 0;
}

/** Quotes as Go's `time` does: bytes that are not printable ASCII in hexadecimal. */
function quote(text: string): string {
  let quoted = "";
  for (const byte of bytesFromText(text)) {
    const char = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, "0")}`;
    else quoted += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `"${quoted}"`;
}
