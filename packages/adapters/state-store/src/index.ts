export { ObjectStateStore, type ObjectStateStoreDeps } from "./object-state-store.ts";
