export { Snapshots } from "./snapshots.ts";
