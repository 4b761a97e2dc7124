/** The type `time.Time`: its methods and what printing it under an odd verb shows. */
import { bytesValue, bytesOfSlice } from "../values/bytes.ts";
import {
  BYTES,
  getter,
  GoError,
  INT,
  INT64,
  STRING,
  UINT64,
  type GoMethod,
  type GoType,
} from "../values/types.ts";
import { GoInteger, GoPointer, GoSlice, int, type GoValue } from "../values/values.ts";
import { duration, DURATION, MONTH, WEEKDAY } from "./duration.ts";
import { ZERO_TIME_SECONDS } from "./civil.ts";
import type { GoTime } from "./time.ts";
import { LOCAL, Location, LOCATION_POINTER, UTC } from "./zone.ts";

export const TIME: GoType = {
  kind: "struct",
  name: "time.Time",
  isNamed: true,
  get methods() {
    return TIME_METHODS;
  },
  // Private fields: reached by printing with a verb that is not for text.
  fields: [
    hidden("wall", UINT64, (value) => new GoInteger(UINT64, BigInt(asTime(value).nanoseconds))),
    hidden("ext", INT64, (value) => {
      return new GoInteger(INT64, BigInt(asTime(value).seconds - ZERO_TIME_SECONDS));
    }),
    hidden("loc", LOCATION_POINTER, (value) => {
      const { location } = asTime(value);
      return location === UTC ? null : new GoPointer(LOCATION_POINTER, location);
    }),
  ],
  stringOf: (value) => asTime(value).text(),
  goStringOf: (value) => asTime(value).goText(),
  jsonOf: (value) => `"${asTime(value).rfc3339("MarshalJSON")}"`,
};

/** A method or field is only looked up on a value of its own type. */
function asTime(value: GoValue | undefined): GoTime {
  return value as GoTime;
}

function hidden(name: string, type: GoType, read: (value: GoValue) => GoValue) {
  return { name, type, jsonName: undefined, read };
}

function method(params: readonly GoType[], call: GoMethod["call"]): GoMethod {
  return { params, isVariadic: false, call };
}

/** A method with more than one result, which templates refuse to call. */
function uncallable(flaw: string): GoMethod {
  return { params: [], isVariadic: false, flaw, call: () => null };
}

function int64(value: bigint): GoInteger {
  return new GoInteger(INT64, BigInt.asIntN(64, value));
}

const nsOf = (value: GoValue | undefined): bigint =>
  value instanceof GoInteger ? value.value : 0n;
const intOf = (value: GoValue | undefined): number =>
  Number(typeof value === "bigint" ? value : 0n);
const textOf = (value: GoValue | undefined): string => (typeof value === "string" ? value : "");

function locationOf(value: GoValue | undefined): Location {
  if (value instanceof GoPointer && value.target instanceof Location) return value.target;
  throw new GoError("time: missing Location in call to Time.In");
}

/** Go's `Truncate` counts from the zero time, not from 1970. */
function sinceZeroNs(value: GoValue): bigint {
  return asTime(value).ns - BigInt(ZERO_TIME_SECONDS) * 1_000_000_000n;
}

function restOf(value: GoValue, multiple: bigint): bigint {
  const rest = sinceZeroNs(value) % multiple;
  return rest < 0n ? rest + multiple : rest;
}

/** Version, seconds since year 1, nanoseconds and offset in minutes: Go's binary form. */
function binary(value: GoValue): GoSlice {
  const time = asTime(value);
  const bytes = new DataView(new ArrayBuffer(15));
  bytes.setUint8(0, 1);
  bytes.setBigInt64(1, BigInt(time.seconds - ZERO_TIME_SECONDS));
  bytes.setInt32(9, time.nanoseconds);
  const offset = time.location.clocksAt(time.seconds).offsetSeconds;
  bytes.setInt16(13, time.location === UTC ? -1 : Math.trunc(offset / 60));
  const items = Array.from(new Uint8Array(bytes.buffer), (byte) => byte);
  return bytesValue(
    String.fromCharCode(...items.map((byte) => (byte < 0x80 ? byte : 0xdc00 + byte))),
  );
}

function appended(prefix: GoValue | undefined, text: string): GoSlice {
  return bytesValue((prefix instanceof GoSlice ? bytesOfSlice(prefix) : "") + text);
}

function secondsResult(name: string): string {
  return `invalid function signature for ${name}: second return value should be error; is `;
}

const TIME_METHODS: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ["Add", method([DURATION], (time, [by]) => asTime(time).add(nsOf(by)))],
  [
    "AddDate",
    method([INT, INT, INT], (time, [years, months, days]) =>
      asTime(time).addDate(intOf(years), intOf(months), intOf(days)),
    ),
  ],
  ["After", method([TIME], (time, [other]) => asTime(time).compare(asTime(other)) > 0)],
  ["Before", method([TIME], (time, [other]) => asTime(time).compare(asTime(other)) < 0)],
  ["Compare", method([TIME], (time, [other]) => int(asTime(time).compare(asTime(other))))],
  ["Equal", method([TIME], (time, [other]) => asTime(time).compare(asTime(other)) === 0)],
  ["Sub", method([TIME], (time, [other]) => duration(asTime(time).ns - asTime(other).ns))],
  [
    "AppendFormat",
    method([BYTES, STRING], (time, [to, layout]) =>
      appended(to, asTime(time).format(textOf(layout))),
    ),
  ],
  ["AppendText", method([BYTES], (time, [to]) => appended(to, asTime(time).rfc3339("AppendText")))],
  ["AppendBinary", method([BYTES], (time, [to]) => appended(to, bytesOfSlice(binary(time))))],
  ["Format", method([STRING], (time, [layout]) => asTime(time).format(textOf(layout)))],
  ["In", method([LOCATION_POINTER], (time, [zone]) => asTime(time).in(locationOf(zone)))],
  [
    "Round",
    method([DURATION], (time, [to]) => {
      const multiple = nsOf(to);
      if (multiple <= 0n) return time;
      const rest = restOf(time, multiple);
      return asTime(time).add(rest * 2n < multiple ? -rest : multiple - rest);
    }),
  ],
  [
    "Truncate",
    method([DURATION], (time, [to]) =>
      nsOf(to) <= 0n ? time : asTime(time).add(-restOf(time, nsOf(to))),
    ),
  ],
  ["Clock", uncallable("function Clock has 3 return values; should be 1 or 2")],
  ["Date", uncallable("function Date has 3 return values; should be 1 or 2")],
  ["ISOWeek", uncallable(`${secondsResult("ISOWeek")}int`)],
  ["Zone", uncallable(`${secondsResult("Zone")}int`)],
  ["ZoneBounds", uncallable(`${secondsResult("ZoneBounds")}time.Time`)],
  ["Day", getter((time) => int(asTime(time).civil().day))],
  ["GoString", getter((time) => asTime(time).goText())],
  ["GobEncode", getter(binary)],
  ["Hour", getter((time) => int(asTime(time).civil().hour))],
  ["IsDST", getter((time) => asTime(time).location.clocksAt(asTime(time).seconds).isSummer)],
  [
    "IsZero",
    getter((time) => {
      const { seconds, nanoseconds } = asTime(time);
      return seconds === ZERO_TIME_SECONDS && nanoseconds === 0;
    }),
  ],
  ["Local", getter((time) => asTime(time).in(LOCAL))],
  ["Location", getter((time) => new GoPointer(LOCATION_POINTER, asTime(time).location))],
  ["MarshalBinary", getter(binary)],
  ["MarshalJSON", getter((time) => bytesValue(`"${asTime(time).rfc3339("MarshalJSON")}"`))],
  ["MarshalText", getter((time) => bytesValue(asTime(time).rfc3339("MarshalText")))],
  ["Minute", getter((time) => int(asTime(time).civil().minute))],
  ["Month", getter((time) => new GoInteger(MONTH, BigInt(asTime(time).civil().month)))],
  ["Nanosecond", getter((time) => int(asTime(time).nanoseconds))],
  ["Second", getter((time) => int(asTime(time).civil().second))],
  ["String", getter((time) => asTime(time).text())],
  ["UTC", getter((time) => asTime(time).in(UTC))],
  ["Unix", getter((time) => int64(BigInt(asTime(time).seconds)))],
  ["UnixMicro", getter((time) => int64(floorDiv(asTime(time).ns, 1000n)))],
  ["UnixMilli", getter((time) => int64(floorDiv(asTime(time).ns, 1_000_000n)))],
  ["UnixNano", getter((time) => int64(asTime(time).ns))],
  ["Weekday", getter((time) => new GoInteger(WEEKDAY, BigInt(asTime(time).civil().weekday)))],
  ["Year", getter((time) => int(asTime(time).civil().year))],
  ["YearDay", getter((time) => int(asTime(time).civil().yearDay))],
]);

function floorDiv(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}
