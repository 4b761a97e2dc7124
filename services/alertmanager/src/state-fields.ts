import type { Instance } from "@tocsin/engine/instance";
import type { LogFields } from "@tocsin/foundation";

type Described = Pick<Instance, "status" | "readiness" | "drainProgress">;

/**
 * What an instance is about, as fields of a log line.
 *
 * @param resources what keeps the process going, by kind, as Node says it
 */
export function stateFields(instance: Described, resources: readonly string[]): LogFields {
  const { id, incarnation, state, tenantCount, view, peers } = instance.status();
  const readiness = instance.readiness();
  const { state: drain, why: drainWhy } = instance.drainProgress();
  return {
    instance: id,
    incarnation,
    state,
    ready: readiness.ready,
    ...(!readiness.ready && { why: readiness.why }),
    drain,
    ...(drainWhy !== undefined && { drainWhy }),
    tenants: tenantCount,
    peers: peers.map((peer) => (peer.suspected ? `${peer.id} (suspected)` : peer.id)).join(","),
    resources: countsOf(resources),
    ring: JSON.stringify(view ?? null),
  };
}

/** Each kind once, with how many there are: `Timeout=3,TCPSocketWrap=2`. */
function countsOf(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind}=${count}`).join(",");
}
