/** Go's `time.Duration`, `time.Month` and `time.Weekday` with their methods. */
import { formatGoDuration } from "../../duration/index.ts";
import { getter, INT64, type GoMethod, type GoType } from "../values/types.ts";
import { GoInteger, integerOf, type GoValue } from "../values/values.ts";
import { MONTHS, WEEKDAYS } from "./layout.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const HOUR_NS = 3_600_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
const SECOND_NS = 1_000_000_000n;

function durationText(value: GoValue): string {
  return formatGoDuration(integerOf(value) ?? 0n);
}

function monthText(value: GoValue): string {
  const month = integerOf(value) ?? 0n;
  return MONTHS[Number(month) - 1] ?? `%!Month(${month})`;
}

function weekdayText(value: GoValue): string {
  const day = integerOf(value) ?? 0n;
  return WEEKDAYS[Number(day)] ?? `%!Weekday(${day})`;
}

export const DURATION: GoType = {
  kind: "int64",
  name: "time.Duration",
  isNamed: true,
  stringOf: durationText,
  get methods() {
    return DURATION_METHODS;
  },
};
export const MONTH: GoType = {
  kind: "int",
  name: "time.Month",
  isNamed: true,
  stringOf: monthText,
  methods: new Map([["String", getter(monthText)]]),
};
export const WEEKDAY: GoType = {
  kind: "int",
  name: "time.Weekday",
  isNamed: true,
  stringOf: weekdayText,
  methods: new Map([["String", getter(weekdayText)]]),
};

/** A duration of nanoseconds; what does not fit 64 bits is cut to the largest, as Go's `Sub` does. */
export function duration(ns: bigint): GoInteger {
  return new GoInteger(DURATION, ns > INT64_MAX ? INT64_MAX : ns < INT64_MIN ? INT64_MIN : ns);
}

/** Rounds to a multiple, halves away from zero; a multiple of 0 or less changes nothing. */
export function roundDuration(ns: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return ns;
  const rest = ns % multiple;
  const magnitude = rest < 0n ? -rest : rest;
  if (magnitude * 2n < multiple) return ns - rest;
  return ns < 0n ? ns - multiple + magnitude : ns + multiple - magnitude;
}

const nsOf = (value: GoValue): bigint => integerOf(value) ?? 0n;

/** Whole units and the fraction apart, as Go adds them, for the same last digit. */
function inUnits(value: GoValue, unitNs: bigint): number {
  const ns = nsOf(value);
  return Number(ns / unitNs) + Number(ns % unitNs) / Number(unitNs);
}

function rounding(round: (ns: bigint, multiple: bigint) => bigint): GoMethod {
  return {
    params: [DURATION],
    isVariadic: false,
    call: (receiver, [multiple = null]) => duration(round(nsOf(receiver), nsOf(multiple))),
  };
}

const int64 = (value: bigint): GoInteger => new GoInteger(INT64, value);

const DURATION_METHODS: ReadonlyMap<string, GoMethod> = new Map([
  ["Abs", getter((value) => duration(nsOf(value) < 0n ? -nsOf(value) : nsOf(value)))],
  ["Hours", getter((value) => inUnits(value, HOUR_NS))],
  ["Microseconds", getter((value) => int64(nsOf(value) / 1000n))],
  ["Milliseconds", getter((value) => int64(nsOf(value) / 1_000_000n))],
  ["Minutes", getter((value) => inUnits(value, MINUTE_NS))],
  ["Nanoseconds", getter((value) => int64(nsOf(value)))],
  ["Round", rounding(roundDuration)],
  ["Seconds", getter((value) => inUnits(value, SECOND_NS))],
  ["String", getter(durationText)],
  ["Truncate", rounding((ns, multiple) => (multiple <= 0n ? ns : ns - (ns % multiple)))],
]);
