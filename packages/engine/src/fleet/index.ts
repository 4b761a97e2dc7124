export { Fleet, isEmptyState, type FleetDeps } from "./fleet.ts";
