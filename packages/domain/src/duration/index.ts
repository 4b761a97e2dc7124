export { formatGoDuration, parseGoDuration, type DurationNsResult } from "./go.ts";
export {
  formatPrometheusDuration,
  parsePrometheusDuration,
  parseSignedPrometheusDuration,
  type DurationMsResult,
} from "./prometheus.ts";
