export type { LogFormat } from "./log-text.ts";
export { createLogger, type LoggerDeps, type LoggerOptions } from "./logger.ts";
export { METRICS_CONTENT_TYPE, MetricsPage, type BuildInfo } from "./metrics-page.ts";
