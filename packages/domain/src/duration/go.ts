/** Nanoseconds as `bigint`, because Go's durations use all of 64 bits. */
export type DurationNsResult =
  | { readonly ok: true; readonly ns: bigint }
  | { readonly ok: false; readonly error: string };

const UNITS_NS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const MAGNITUDE_MAX_NS = 1n << 63n;
/** Digits of a fraction that are counted: what fits into 63 bits. */
const FRACTION_MAX = (1n << 63n) / 10n;
const DIGITS_MAX = 19;
const WANTED = 'wanted numbers with h, m, s, ms, us or ns, such as "1h30m" or "1.5s"';

/**
 * Parses a Go duration: an optional sign, then numbers with units in any order, fractions allowed, or
 * a bare `0`. Fractions are rounded towards zero as Go's `time.ParseDuration` does, in doubles.
 */
export function parseGoDuration(text: string): DurationNsResult {
  const isNegative = text.startsWith("-");
  const body = isNegative || text.startsWith("+") ? text.slice(1) : text;
  if (body === "0") return { ok: true, ns: 0n };
  if (body === "") return refuse(text, "it has no number");
  let totalNs = 0n;
  for (const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y; part.lastIndex < body.length;) {
    const [, whole = "", fraction = "", name = ""] = part.exec(body) ?? [];
    if (whole === "" && fraction === "") return refuse(text, "a number is missing");
    if (name === "") return refuse(text, "a unit is missing");
    const unitNs = UNITS_NS.get(name);
    if (unitNs === undefined) return refuse(text, `unit ${JSON.stringify(name)} is unknown`);
    const digits = whole.replace(/^0+/, "");
    if (digits.length > DIGITS_MAX) return refuse(text, "it is longer than 292 years");
    totalNs += BigInt(digits) * unitNs + fractionNs(fraction, unitNs);
    if (totalNs > MAGNITUDE_MAX_NS) return refuse(text, "it is longer than 292 years");
  }
  if (isNegative) return { ok: true, ns: -totalNs };
  if (totalNs === MAGNITUDE_MAX_NS) return refuse(text, "it is longer than 292 years");
  return { ok: true, ns: totalNs };
}

/** Prints a duration as Go does: `5m0s`, `1.5s`, `123.456789ms`, `0s`. */
export function formatGoDuration(ns: bigint): string {
  const sign = ns < 0n ? "-" : "";
  const magnitude = ns < 0n ? -ns : ns;
  if (magnitude === 0n) return "0s";
  if (magnitude < 1_000n) return `${sign}${magnitude}ns`;
  if (magnitude < 1_000_000n) return `${sign}${decimal(magnitude, 3)}\u00b5s`;
  if (magnitude < 1_000_000_000n) return `${sign}${decimal(magnitude, 6)}ms`;
  const minuteNs = 60_000_000_000n;
  const seconds = `${decimal(magnitude % minuteNs, 9)}s`;
  const minutes = magnitude / minuteNs;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? "" : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function fractionNs(digits: string, unitNs: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    // Once a digit does not fit, the rest cannot change the result.
    const next = value * 10n + BigInt(digit);
    if (value > FRACTION_MAX || next >= MAGNITUDE_MAX_NS) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unitNs) / scale)));
}

/** `value` divided by 10 to the power of `places`, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const whole = digits.slice(0, -places);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function refuse(text: string, reason: string): DurationNsResult {
  return {
    ok: false,
    error: `Cannot parse duration ${JSON.stringify(text)}: ${reason}; ${WANTED}`,
  };
}
