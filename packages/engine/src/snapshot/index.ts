export { Snapshots } from "./snapshots.ts";
export { GoneReplicas, type GoneReplicasDeps } from "./gone-replicas.ts";
