import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { DrainProgress, DrainState } from "../api/types.ts";
import type { View } from "../cluster/view.ts";

/** Enough to see what holds a drain up. */
const SHOWN_MAX = 100;

export interface Draining {
  readonly state: DrainState;
  readonly ownId: InstanceId;
  readonly view: View;
  /** All that are held here, by name. */
  readonly tenants: Iterable<TenantId>;
  /** The version of the view for which a member says that it holds everything. */
  readonly synced: (id: InstanceId) => number;
}

/** What a drain has done and waits for, tenant by tenant. */
export function drainProgressOf(draining: Draining): DrainProgress {
  const { state, ownId, view, tenants } = draining;
  const isMoving = view.document.settled.includes(ownId) && !view.document.target.includes(ownId);
  const waiting: { tenant: TenantId; for: readonly InstanceId[] }[] = [];
  let ownedCount = 0;
  let takenOverCount = 0;
  for (const tenant of tenants) {
    const owners = view.oldOwners(tenant);
    if (!owners.includes(ownId)) continue;
    ownedCount += 1;
    if (!isMoving) continue;
    const missing = missingOf(draining, tenant, owners);
    if (missing.length === 0) takenOverCount += 1;
    else waiting.push({ tenant, for: missing });
  }
  return {
    state,
    ownedCount,
    takenOverCount,
    waiting: waiting.slice(0, SHOWN_MAX),
    ...(state === "draining" && { why: whyOf(draining) }),
  };
}

/** The new owners that do not say yet that they hold everything. */
function missingOf(
  { view, synced }: Draining,
  tenant: TenantId,
  owners: readonly InstanceId[],
): readonly InstanceId[] {
  const gainers = view.newOwners(tenant).filter((id) => !owners.includes(id));
  return gainers.filter((id) => synced(id) < view.version);
}

function whyOf({ ownId, view, synced }: Draining): string {
  const { settled, target } = view.document;
  if (!settled.includes(ownId)) return "waiting for its last messages";
  if (!target.includes(ownId)) {
    const missing = target.filter((id) => synced(id) < view.version);
    return `waiting for ${missing.join(", ") || "the ring store"} to take over`;
  }
  const leavers = settled.filter((id) => !target.includes(id));
  return leavers.length > 0
    ? `waiting until ${leavers.join(", ")} left: one goes at a time`
    : "waiting for the ring store";
}
