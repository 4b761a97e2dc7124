export type { MissingServer, RunningServer } from "./process.ts";
export { freePort, freePorts } from "./process.ts";
export { findHelm, type Helm } from "./helm.ts";
export { startRedis, type RedisPlan, type RedisServer } from "./redis.ts";
export { startS3, type S3Server } from "./s3.ts";
export {
  startAlertmanager,
  startPrometheus,
  type AlertmanagerPlan,
  type HttpServer,
  type PrometheusPlan,
} from "./prometheus.ts";
