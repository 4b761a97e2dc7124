export { ClusterTime } from "./cluster-time.ts";
export { OffsetFilter } from "./offset-filter.ts";
export { RunningTime } from "./running-time.ts";
export { Timers, type Timer } from "./timers.ts";
