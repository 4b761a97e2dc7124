export { Fleet, isEmptyState, type ChangeListener, type FleetDeps } from "./fleet.ts";
