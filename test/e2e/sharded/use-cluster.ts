import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { MissingServer } from "../servers/index.ts";
import { Cluster, type ClusterPlan } from "./cluster.ts";

const START_MAX_MS = 60_000;

/**
 * One cluster for all tests of a `describe`, given to `use` before each: started before the first, whole
 * again after each, removed after the last. Where a server is missing they are skipped.
 */
export function useCluster(plan: ClusterPlan, use: (cluster: Cluster) => void): void {
  let started: Cluster | MissingServer;
  beforeAll(async () => {
    started = await Cluster.start(plan);
  }, START_MAX_MS);
  afterAll(async () => {
    if (started.kind === "cluster") await started.remove();
  });
  beforeEach(({ skip }) => {
    if (started.kind === "missing") return skip(started.reason);
    use(started);
  });
  afterEach(async () => {
    if (started.kind === "cluster") await started.heal();
  });
}
