/** Named lists of calendar ranges as they are written. The ranges themselves are `domain/time-interval`'s. */
import {
  formatCalendarRange,
  formatTimesRange,
  parseCalendarRange,
  parseLocation,
  parseTimesRange,
  ZERO_RANGE,
} from "../time-interval/index.ts";
import type { CalendarField } from "../time-interval/index.ts";
import { field, inline, listOf, parsedText, shown, struct, text } from "./schema/index.ts";
import type { Scope, Shape, StructShape } from "./schema/index.ts";
import type { NumberRange, TimeIntervalConfig } from "./types.ts";
import { EMIT_NULL } from "./yaml/emit.ts";
import type { YamlNode } from "./yaml/node.ts";

export interface NamedTimeIntervals {
  readonly name: string;
  readonly timeIntervals: readonly TimeIntervalConfig[] | undefined;
}

interface TimesText {
  readonly startTime: string;
  readonly endTime: string;
}

const timesText: StructShape<TimesText> = struct<TimesText>({
  startTime: shown("start_time", text),
  endTime: shown("end_time", text),
});

const timesRange: Shape<NumberRange> = {
  wanted: 'a mapping with "start_time" and "end_time"',
  zero: ZERO_RANGE,
  decode: decodeTimes,
  encode(range) {
    const { start_time: startTime, end_time: endTime } = formatTimesRange(range);
    return timesText.encode({ startTime, endTime });
  },
  isZero: () => false,
};

/** As written, so that `Local` is written again; see `locationOf` for what it stands for. */
const location: Shape<string | undefined> = parsedText<string | undefined>({
  wanted: "the name of a time zone",
  zero: undefined,
  parse: (written) => {
    const result = parseLocation(written);
    return result.ok ? { value: written === "" ? "UTC" : written } : { problem: result.error };
  },
  encode: (value) => (value === undefined ? EMIT_NULL : { kind: "text", text: value }),
  isZero: (value) => value === undefined,
});

const interval: StructShape<TimeIntervalConfig> = struct<TimeIntervalConfig>({
  times: field("times", listOf(timesRange)),
  weekdays: inline("weekdays", listOf(calendarRange("weekdays"))),
  daysOfMonth: inline("days_of_month", listOf(calendarRange("days_of_month"))),
  months: inline("months", listOf(calendarRange("months"))),
  years: inline("years", listOf(calendarRange("years"))),
  location: inline("location", location),
});

/** An entry of `time_intervals` or of the deprecated `mute_time_intervals`. */
export const timeIntervals: StructShape<NamedTimeIntervals> = namedIntervals("time interval");
export const muteTimeIntervals: StructShape<NamedTimeIntervals> =
  namedIntervals("mute time interval");

function namedIntervals(kind: string): StructShape<NamedTimeIntervals> {
  return struct<NamedTimeIntervals>(
    {
      name: shown("name", text),
      timeIntervals: shown("time_intervals", listOf(interval)),
    },
    {
      check: (named, report) => {
        if (named.name === "") report(`the ${kind} has no "name"`);
      },
    },
  );
}

function calendarRange(name: CalendarField): Shape<NumberRange> {
  return parsedText({
    wanted: "a text",
    zero: ZERO_RANGE,
    parse: (written) => {
      const result = parseCalendarRange(name, written);
      return result.ok ? { value: result.range } : { problem: result.error };
    },
    encode: (range) => ({ kind: "text", text: formatCalendarRange(name, range) }),
    isZero: () => false,
  });
}

function decodeTimes(node: YamlNode, scope: Scope, before: NumberRange): NumberRange {
  const problemsBefore = scope.problemCount;
  const { startTime, endTime } = timesText.decode(node, scope, timesText.zero);
  if (scope.problemCount > problemsBefore) return before;
  const result = parseTimesRange(startTime, endTime);
  if (result.ok) return result.range;
  scope.ruleProblem(node, `Cannot use ${scope.where()}: ${result.error}`);
  return before;
}

/** The interval as the rest of the program sees it: with the zone that its location stands for. */
export function timeIntervalConfig(written: TimeIntervalConfig): TimeIntervalConfig {
  if (written.location === undefined) return written;
  const result = parseLocation(written.location);
  return { ...written, location: result.ok ? result.location : undefined };
}
