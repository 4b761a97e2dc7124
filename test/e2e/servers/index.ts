export type { MissingServer, RunningServer } from "./process.ts";
export { freePort, freePorts, makeFolder, removeFolder } from "./process.ts";
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
export { startTocsin, type TocsinPlan, type TocsinServer } from "./tocsin.ts";
export { call, Client, inMs, type AlertPost, type Answer, type Call } from "./client.ts";
export { eventually } from "./eventually.ts";
export { Instance, TocsinProcess, type Ended, type InstancePlan } from "./instance.ts";
export { Webhook, type WebhookMessage } from "./webhook.ts";
