export { Confirmations } from "./confirmations.ts";
export type { DistributorDeps, SilenceAct, SilenceLimits } from "./context.ts";
export { Distributor } from "./distributor.ts";
export { whyTooLate } from "./late-write.ts";
export { storeHere } from "./write-records.ts";
