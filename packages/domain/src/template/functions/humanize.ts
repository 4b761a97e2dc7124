/** Prometheus' `humanizeDuration`, from seconds. Mirrors HumanizeDuration of prometheus/common 0.70. */
import type { Budget } from "../budget.ts";
import { sprintf } from "../fmt/printf.ts";
import { parseFloatLiteral } from "../parse/number.ts";
import { quoteGo } from "../../text/index.ts";
import { DURATION } from "../time/duration.ts";
import { GoError } from "../values/types.ts";
import { GoInteger, typeName, type GoValue } from "../values/values.ts";

const PREFIXES = ["m", "u", "n", "p", "f", "a", "z", "y"];
const INT64_LIMIT = 2 ** 63;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["+infinity", Number.POSITIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/** @throws GoError for what is no number. */
export function humanizeDuration(value: GoValue, budget: Budget): string {
  const seconds = secondsOf(value);
  if (!Number.isFinite(seconds)) return sprintf("%.4g", [seconds], budget);
  if (seconds === 0) return Object.is(seconds, -0) ? "-0s" : "0s";
  const magnitude = Math.abs(seconds);
  if (magnitude < 1) return fraction(seconds, budget);
  const sign = seconds < 0 ? "-" : "";
  // Beyond 64 bits Go's conversion yields the smallest integer.
  const whole = magnitude < INT64_LIMIT ? BigInt(Math.trunc(magnitude)) : -(2n ** 63n);
  const [days, hours, minutes, rest] = [
    whole / 86_400n,
    (whole / 3600n) % 24n,
    (whole / 60n) % 60n,
    whole % 60n,
  ];
  if (days !== 0n) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours !== 0n) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes !== 0n) return `${sign}${minutes}m ${rest}s`;
  return `${sign}${sprintf("%.4g", [magnitude], budget)}s`;
}

function fraction(seconds: number, budget: Budget): string {
  let scaled = seconds;
  let unit = "";
  for (const prefix of PREFIXES) {
    if (Math.abs(scaled) >= 1) break;
    unit = prefix;
    scaled *= 1000;
  }
  return sprintf("%.4g", [scaled], budget) + unit + "s";
}

function secondsOf(value: GoValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") return parseSeconds(value);
  if (value instanceof GoInteger) {
    if (value.type === DURATION) {
      return Number(value.value / 1_000_000_000n) + Number(value.value % 1_000_000_000n) / 1e9;
    }
    if (value.type.kind === "int64" && !value.type.name.includes(".")) return Number(value.value);
  }
  throw new GoError(`can't convert ${typeName(value)} to float`);
}

function parseSeconds(text: string): number {
  const special = SPECIAL.get(text.toLowerCase());
  if (special !== undefined) return special;
  const value = parseFloatLiteral(text);
  if (value !== undefined) return value;
  const isTooLarge = /^[-+]?(?:0[xX][0-9a-fA-F.]+[pP]|[0-9.]+[eE]|[0-9]+\.?[0-9]*$)/.test(text);
  const reason = isTooLarge ? "value out of range" : "invalid syntax";
  throw new GoError(`strconv.ParseFloat: parsing ${quoteGo(text)}: ${reason}`);
}
