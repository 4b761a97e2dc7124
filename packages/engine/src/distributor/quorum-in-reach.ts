import { AppError } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import { isQuorum, type OwnerSets } from "@tocsin/domain/quorum";
import type { DistributorDeps } from "./context.ts";

/**
 * Refuses a write that cannot reach its quorum now, before any owner has stored it: what nobody
 * acknowledges should leave no trace that is told to a receiver all the same.
 */
export function assertQuorumInReach(
  deps: Pick<DistributorDeps, "ownId" | "isSuspected">,
  owners: OwnerSets,
): void {
  const isInReach = (id: InstanceId): boolean => id === deps.ownId || !deps.isSuspected(id);
  if (isQuorum(owners, "write", isInReach)) return;
  const silent = [...new Set(owners.sets.flat())].filter((id) => !isInReach(id));
  throw new AppError("unavailable", `too few owners can be reached (not ${silent.join(", ")})`);
}
