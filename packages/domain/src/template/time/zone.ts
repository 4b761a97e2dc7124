/**
 * Time zones. Offsets and their changes come from `Intl`, which has the IANA data that Go has too;
 * names and abbreviations come from `zone-names.ts`.
 */
import {
  ANYS,
  getter,
  GoError,
  INT64,
  pointerTo,
  STRING,
  type GoField,
  type GoType,
} from "../values/types.ts";
import { GoInteger, GoSlice, type GoStruct, type GoValue } from "../values/values.ts";
import { daysFromCivil, DAY_SECONDS } from "./civil.ts";
import { ZONE_NAMES } from "./zone-names.ts";

/** What a zone's clocks show at some instant. */
export interface Clocks {
  readonly offsetSeconds: number;
  /** `CET`; "" when the zone has only an offset. */
  readonly abbreviation: string;
  readonly isSummer: boolean;
}

/** Go's `time.Location`. Two loaded zones differ even under one name, as in Go. */
export class Location implements GoStruct {
  readonly type: GoType = LOCATION;
  readonly name: string;
  readonly #clocksAt: (unixSeconds: number) => Clocks;

  constructor(name: string, clocksAt: (unixSeconds: number) => Clocks) {
    this.name = name;
    this.#clocksAt = clocksAt;
  }

  clocksAt(unixSeconds: number): Clocks {
    return this.#clocksAt(unixSeconds);
  }
}

const locationName = (value: GoValue): string => (value instanceof Location ? value.name : "");

/** Private fields as those of `time.UTC`; other zones have tables there, which ours have not. */
const LOCATION: GoType = {
  kind: "struct",
  name: "time.Location",
  isNamed: true,
  fields: [
    hidden("name", STRING, locationName),
    hidden("zone", ANYS, () => new GoSlice(ANYS, [])),
    hidden("tx", ANYS, () => new GoSlice(ANYS, [])),
    hidden("extend", STRING, () => ""),
    hidden("cacheStart", INT64, () => new GoInteger(INT64, 0n)),
    hidden("cacheEnd", INT64, () => new GoInteger(INT64, 0n)),
    hidden("cacheZone", { kind: "pointer", name: "*time.zone", isNamed: false }, () => null),
  ],
};

function hidden(name: string, type: GoType, read: (value: GoValue) => GoValue): GoField {
  return { name, type, jsonName: undefined, read };
}

/** Its `String` method belongs to the pointer. */
export const LOCATION_POINTER: GoType = {
  ...pointerTo(LOCATION),
  stringOf: (value) => locationName(targetOf(value)),
  methods: new Map([["String", getter((value) => locationName(targetOf(value)))]]),
};

function targetOf(value: GoValue): GoValue {
  return typeof value === "object" && value !== null && "target" in value ? value.target : value;
}

const UTC_CLOCKS: Clocks = { offsetSeconds: 0, abbreviation: "UTC", isSummer: false };
export const UTC: Location = new Location("UTC", () => UTC_CLOCKS);
/** The zone of the server, which is UTC for everything that is rendered. */
export const LOCAL: Location = new Location("Local", () => UTC_CLOCKS);

/** A zone that is only an offset, as a time stamp carries it. */
export function fixedZone(name: string, offsetSeconds: number): Location {
  const clocks = { offsetSeconds, abbreviation: name, isSummer: false };
  return new Location(name, () => clocks);
}

interface ZoneRules {
  readonly format: Intl.DateTimeFormat;
  /** Abbreviation by offset, with `*` for summer time. */
  readonly clocks: ReadonlyMap<number, string>;
}

/** Intl's oldest rules are local mean time; before this year it could only repeat them. */
const EARLIEST_SECONDS = daysFromCivil(1800, 1, 1) * DAY_SECONDS;
/** `Date` ends in the year 275760. */
const LATEST_SECONDS = 8_640_000_000_000 - DAY_SECONDS;
const ZONES_KEPT_MAX = 100;
const US_DATE = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/;

/** Loads zones by name. Making a formatter costs some 50 µs, so those in use are kept. */
export class ZoneLoader {
  readonly #kept = new Map<string, ZoneRules>();

  /** Go's `time.LoadLocation`. @throws GoError for a name that is none. */
  load(name: string): Location {
    if (name === "" || name === "UTC") return UTC;
    if (name === "Local") return LOCAL;
    if (name.includes("..") || name.startsWith("/") || name.startsWith("\\")) {
      throw new GoError("time: invalid location name");
    }
    const rules = this.#kept.get(name) ?? this.#read(name);
    return new Location(name, (unixSeconds) => clocksOf(rules, unixSeconds));
  }

  #read(name: string): ZoneRules {
    const entry = ZONE_NAMES.find(([, zones]) => zones.split(/\s+/).includes(name));
    if (entry === undefined) throw new GoError(`unknown time zone ${name}`);
    const rules = { format: formatFor(name), clocks: readClocks(entry[0]) };
    if (this.#kept.size >= ZONES_KEPT_MAX) this.#kept.clear();
    this.#kept.set(name, rules);
    return rules;
  }
}

function formatFor(name: string): Intl.DateTimeFormat {
  const fields = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  } as const;
  // "Factory", the zone of machines without one, is nothing to Intl.
  const timeZone = name === "Factory" ? "UTC" : name;
  return new Intl.DateTimeFormat("en-US", { ...fields, timeZone, hourCycle: "h23" });
}

function readClocks(text: string): ReadonlyMap<number, string> {
  const entries = text.split(" ").flatMap((part) => {
    const match = /^(-?\d+)(.*)$/.exec(part);
    return match === null ? [] : [[Number(match[1]), match[2] ?? ""] as const];
  });
  return new Map(entries);
}

function clocksOf(rules: ZoneRules, unixSeconds: number): Clocks {
  const seconds = Math.min(Math.max(unixSeconds, EARLIEST_SECONDS), LATEST_SECONDS);
  const match = US_DATE.exec(rules.format.format(seconds * 1000));
  const [, month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (match ?? []).map(
    Number,
  );
  const wall = daysFromCivil(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  const offsetSeconds = wall - seconds;
  const known = rules.clocks.get(offsetSeconds) ?? "";
  const name = known.replace("*", "");
  return {
    offsetSeconds,
    abbreviation: name === "" ? numericName(offsetSeconds) : name,
    isSummer: known.endsWith("*"),
  };
}

/** How the IANA data names clocks without an abbreviation; odd seconds are local mean time. */
function numericName(offsetSeconds: number): string {
  const magnitude = Math.abs(offsetSeconds);
  if (magnitude % 60 !== 0) return "LMT";
  const hours = String(Math.floor(magnitude / 3600)).padStart(2, "0");
  const minutes = (magnitude % 3600) / 60;
  const sign = offsetSeconds < 0 ? "-" : "+";
  return `${sign}${hours}${minutes === 0 ? "" : String(minutes).padStart(2, "0")}`;
}
