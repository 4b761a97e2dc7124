export type { DistributorDeps } from "./context.ts";
export { Distributor } from "./distributor.ts";
export { storeHere } from "./write-records.ts";
