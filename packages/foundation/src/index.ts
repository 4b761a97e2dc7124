export { assert, AssertionError, unreachable } from "./assert.ts";
export {
  AppError,
  ERROR_TRAITS,
  type AppErrorOptions,
  type ErrorCode,
  type ErrorFamily,
} from "./app-error.ts";
export type { Clock } from "./clock.ts";
export { deflateSizeFor, type DeflateSize } from "./deflate-size.ts";
export { Heap } from "./heap.ts";
export { silentLogger, type LogFields, type Logger, type LogLevel } from "./logger.ts";
export {
  HistogramSeries,
  MetricFamily,
  MetricRegistry,
  Series,
  type MetricKind,
} from "./metrics.ts";
export { Pacer } from "./pacer.ts";
export { fraction, uuid, type Random } from "./random.ts";
export { Service, ServiceGroup, type ServiceBody, type ServiceState } from "./service.ts";
export { sortedSteps } from "./sorting.ts";
export { atOnce, inSlices, type Slicing, type Steps } from "./steps.ts";
export { rejectOnAbort, withDeadline } from "./signals.ts";
