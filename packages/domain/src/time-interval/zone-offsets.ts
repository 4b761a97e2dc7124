/**
 * How far a zone's wall clock is from UTC. `Intl` knows, but takes several µs to say, and all groups
 * of a tick ask about the same few minutes. Since 1973 no zone has changed its offset within a quarter
 * hour of UTC, so each zone's last answer holds for the quarter hour it was given for.
 */
const QUARTER_MS = 15 * 60_000;
const QUARTERS_SAFE_FROM = Date.UTC(1973, 0, 1) / QUARTER_MS;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  offsetMs: number;
}

/** A cache, to be made once and handed to all who ask; it holds one entry per zone asked for. */
export class ZoneOffsets {
  readonly #zones = new Map<string, Zone>();

  /** What to add to an instant to read the zone's wall clock from it in UTC. The zone must exist. */
  offsetMs(name: string, atMs: number): number {
    if (name === "UTC") return 0;
    const zone = this.#zones.get(name) ?? this.#add(name);
    const quarter = Math.floor(atMs / QUARTER_MS);
    if (quarter !== zone.quarter || quarter < QUARTERS_SAFE_FROM) {
      zone.quarter = quarter;
      zone.offsetMs = readWallMs(zone.format, atMs) - Math.floor(atMs / 1_000) * 1_000;
    }
    return zone.offsetMs;
  }

  #add(name: string): Zone {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const zone: Zone = { format, quarter: Number.NaN, offsetMs: 0 };
    this.#zones.set(name, zone);
    return zone;
  }
}

function readWallMs(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const isBeforeChrist = parts.get("era")?.startsWith("B") === true;
  const year = isBeforeChrist ? 1 - number("year") : number("year");
  const wall = new Date(0);
  wall.setUTCFullYear(year, number("month") - 1, number("day"));
  wall.setUTCHours(number("hour"), number("minute"), number("second"));
  return wall.getTime();
}
