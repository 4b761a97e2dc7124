import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { isEmptyState } from "../fleet/fleet.ts";
import { MAP_NAMES, type MapName, type PartialState } from "../peer/state.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { DistributorDeps } from "./context.ts";

/** What one owner said in a read. */
export interface OwnerReply {
  readonly id: InstanceId;
  /** Whole maps: those whose digest was not the asker's. */
  readonly state: PartialState;
  /** Something of it was not known to the reader before. */
  readonly wasNews: boolean;
}

const CALL_MS = 2_000;

/**
 * Sends to owners that were behind what the read has found, so that the next read finds them equal
 * (PROTOCOL 11). A failure is left to the digests.
 */
export async function repairOwners(
  deps: DistributorDeps,
  read: { readonly tenant: TenantId; readonly into: Tenant; readonly isOwner: boolean },
  replies: readonly OwnerReply[],
): Promise<void> {
  // To an instance that holds nothing of its own the first reply is news in any case.
  const areEqual = replies.filter(({ wasNews }) => wasNews).length <= 1;
  if (!read.isOwner && areEqual) return;
  for (const reply of replies) {
    const state = lackedBy(deps, read, reply.state);
    if (isEmptyState(state)) continue;
    const parts = [{ tenant: read.tenant, state }];
    await deps.calls
      .call(
        { id: reply.id, delayMs: CALL_MS },
        { kind: "merge", body: { viewVersion: undefined, madeAtMs: undefined, parts } },
        deps.signal,
      )
      .catch(() => {});
  }
}

/** The records of those maps that are newer here than what the owner showed, or that it did not show. */
function lackedBy(
  deps: DistributorDeps,
  { tenant, into }: { readonly tenant: TenantId; readonly into: Tenant },
  shown: PartialState,
): PartialState {
  const maps = MAP_NAMES.filter((map) => shown[map] !== undefined);
  if (maps.length === 0) return {};
  const theirs = deps.fleet.makeDetached(tenant);
  deps.fleet.mergeDetached(theirs, shown);
  const whole = { from: "", to: undefined };
  const lacked = maps.map((map: MapName): PartialState => {
    return into.differing(map, { ...whole, versions: theirs.versions(map) }).state;
  });
  return Object.assign({}, ...lacked) as PartialState; // Each part is of another map.
}
