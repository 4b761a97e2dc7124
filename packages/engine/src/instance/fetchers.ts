import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Fleet } from "../fleet/index.ts";
import type { Membership } from "../membership/index.ts";
import type { PeerRequest } from "../peer/index.ts";
import type { PeerCalls } from "../replication/index.ts";

export interface FetcherDeps {
  readonly calls: PeerCalls;
  readonly membership: Membership;
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
}

const CALL_MS = 1_000;

/**
 * Asks a peer for its newer view, once at a time, or the ring store where the peer has left since it said so:
 * until then the owners that this instance knows may all be gone. A failure is left to the next ping.
 */
export function viewFetcher(deps: FetcherDeps): (from: InstanceId) => void {
  const { calls, membership, signal } = deps;
  let isFetching = false;
  return (from) => {
    if (isFetching) return;
    isFetching = true;
    const body = { viewVersion: membership.viewOrNone?.version ?? 0 };
    calls
      .call({ id: from, delayMs: CALL_MS }, { kind: "view", body }, signal)
      .then(({ view }) => {
        if (view !== undefined) membership.adopt(view);
      })
      .catch(() => membership.refresh(signal))
      .catch(() => {})
      .finally(() => {
        isFetching = false;
      });
  };
}

/** Asks a peer for a tenant's newer configuration, once at a time. The next claim asks again (A25). */
export function configFetcher(deps: FetcherDeps): (tenant: TenantId, from: InstanceId) => void {
  const { calls, membership, fleet, signal } = deps;
  const fetching = new Set<TenantId>();
  return (tenant, from) => {
    if (fetching.has(tenant)) return;
    fetching.add(tenant);
    const request = (): PeerRequest<"read"> => ({
      kind: "read",
      body: {
        viewVersion: membership.view.version,
        tenants: [{ tenant, maps: ["config"], digests: fleet.get(tenant)?.digests() }],
      },
    });
    calls
      .callInView({ id: from, delayMs: CALL_MS }, request, signal)
      .then(async ({ tenants }) => {
        for (const { state } of tenants) await fleet.mergeInTurns(tenant, state);
      })
      .catch(() => {})
      .finally(() => fetching.delete(tenant));
  };
}
