export { Fleet, isEmptyState, SLICE_SIZE, type ChangeListener, type FleetDeps } from "./fleet.ts";
