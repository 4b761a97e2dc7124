export { contains } from "./contains.ts";
export {
  formatCalendarRange,
  formatTimeInterval,
  formatTimesRange,
  type TimeIntervalDocument,
} from "./format.ts";
export {
  decideTimeMute,
  findContaining,
  type ContainingResult,
  type TimeIntervals,
  type TimeMute,
  type TimeMuteNames,
  type TimeMuteOptions,
} from "./mute.ts";
export {
  parseCalendarRange,
  parseLocation,
  parseTimesRange,
  ZERO_RANGE,
  type CalendarField,
  type LocationResult,
  type RangeResult,
} from "./parse.ts";
export { isZoneName } from "./zone-names.ts";
export { ZoneOffsets } from "./zone-offsets.ts";
