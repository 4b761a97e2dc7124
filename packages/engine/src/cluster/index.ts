export { Claims, OpenedClaim } from "./claims.ts";
export { Granter, type KeyRef } from "./granter.ts";
export { Liveness, type Peer } from "./liveness.ts";
export { Quarantine } from "./quarantine.ts";
export { Reach } from "./reach.ts";
export { brokenTimingRelations, DEFAULT_TIMINGS, type Timings } from "./timings.ts";
export { Turns } from "./turns.ts";
export { TurnMetrics } from "./turn-metrics.ts";
export { View } from "./view.ts";
