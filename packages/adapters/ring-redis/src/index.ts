export { parseRedisUrl, type RedisRingOptions } from "./options.ts";
export { RedisRingStore } from "./redis-ring-store.ts";
