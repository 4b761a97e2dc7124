/** Go's `time.Time`: an instant to the nanosecond and the zone it is shown in. */
import { quoteGo } from "../../text/index.ts";
import { GoError, type GoType } from "../values/types.ts";
import type { GoStruct } from "../values/values.ts";
import {
  civilFromSeconds,
  daysFromCivil,
  DAY_SECONDS,
  ZERO_TIME_SECONDS,
  type Civil,
} from "./civil.ts";
import { formatParts, formatTime, MONTHS, parseLayout, type WallClock } from "./layout.ts";
import { TIME } from "./methods.ts";
import { fixedZone, LOCAL, UTC, type Location } from "./zone.ts";

const SECOND_NS = 1_000_000_000n;
const RFC3339 = parseLayout("2006-01-02T15:04:05.999999999Z07:00");
const RFC3339_FORM =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([-+])(\d{2}):(\d{2}))$/;

export class GoTime implements GoStruct {
  readonly type: GoType = TIME;
  /** Seconds since 1970, whole. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  readonly location: Location;

  constructor(seconds: number, nanoseconds: number, location: Location) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.location = location;
  }

  /** Nanoseconds since 1970. */
  get ns(): bigint {
    return BigInt(this.seconds) * SECOND_NS + BigInt(this.nanoseconds);
  }

  civil(): Civil {
    return civilFromSeconds(this.seconds + this.location.clocksAt(this.seconds).offsetSeconds);
  }

  format(layout: string): string {
    return formatTime(this.#wall(), layout);
  }

  text(): string {
    return this.format("2006-01-02 15:04:05.999999999 -0700 MST");
  }

  goText(): string {
    const { year, month, day, hour, minute, second } = this.civil();
    const zone = this.location;
    const shown =
      zone === UTC
        ? "time.UTC"
        : zone === LOCAL
          ? "time.Local"
          : `time.Location(${quoteGo(zone.name)})`;
    const clock = [hour, minute, second, this.nanoseconds].join(", ");
    return `time.Date(${year}, time.${MONTHS[month - 1]}, ${day}, ${clock}, ${shown})`;
  }

  /** RFC 3339, as JSON has it. @throws GoError when the year does not have four digits. */
  rfc3339(method: string): string {
    const wall = this.#wall();
    const { year } = wall.civil;
    if (year < 0 || year > 9999) {
      throw new GoError(`Time.${method}: year outside of range [0,9999]`);
    }
    return formatParts(wall, RFC3339);
  }

  #wall(): WallClock {
    const clocks = this.location.clocksAt(this.seconds);
    const civil = civilFromSeconds(this.seconds + clocks.offsetSeconds);
    return { civil, nanoseconds: this.nanoseconds, clocks };
  }

  in(location: Location): GoTime {
    return new GoTime(this.seconds, this.nanoseconds, location);
  }

  add(ns: bigint): GoTime {
    return timeFromNs(this.ns + ns, this.location);
  }

  addDate(years: number, months: number, days: number): GoTime {
    const { year, month, day, hour, minute, second } = this.civil();
    const date = daysFromCivil(year + years, month + months, day + days) * DAY_SECONDS;
    const wall = date + hour * 3600 + minute * 60 + second;
    // The offset is that of the wall clock's time, which it is needed to find.
    const guess = wall - this.location.clocksAt(wall).offsetSeconds;
    const seconds = wall - this.location.clocksAt(guess).offsetSeconds;
    return new GoTime(seconds, this.nanoseconds, this.location);
  }

  compare(other: GoTime): number {
    const order = this.seconds - other.seconds || this.nanoseconds - other.nanoseconds;
    return Math.sign(order);
  }

  /** Go's `==`, which also compares the zones. */
  isSame(other: GoTime): boolean {
    return this.compare(other) === 0 && this.location === other.location;
  }
}

/** The time of nanoseconds since 1970. */
export function timeFromNs(ns: bigint, location: Location): GoTime {
  const rest = ((ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
  return new GoTime(Number((ns - rest) / SECOND_NS), Number(rest), location);
}

/** Go's zero `time.Time`, 0001-01-01 00:00:00 UTC. */
export const ZERO_TIME: GoTime = new GoTime(ZERO_TIME_SECONDS, 0, UTC);

/** The time of an RFC 3339 text as JSON readers of Go take it; undefined when it is none. */
export function timeFromRfc3339(text: string): GoTime | undefined {
  const match = RFC3339_FORM.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const [fraction = "", sign, offsetHours = "0", offsetMinutes = "0"] = match.slice(7);
  const seconds =
    daysFromCivil(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign === undefined) return new GoTime(seconds, nanoseconds, UTC);
  const magnitude = Number(offsetHours) * 3600 + Number(offsetMinutes) * 60;
  const offset = sign === "-" ? -magnitude : magnitude;
  // Go takes its own zone for an offset that the zone has, and the server's zone is UTC.
  const zone = offset === 0 ? LOCAL : fixedZone("", offset);
  return new GoTime(seconds - offset, nanoseconds, zone);
}
