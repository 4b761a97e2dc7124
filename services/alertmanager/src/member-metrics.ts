/** What this instance and the others are in the ring, as it sees it when the page of metrics is asked for. */
import { INSTANCE_STATES, type InstanceStatus } from "@tocsin/engine/api";
import type { MetricRegistry } from "@tocsin/foundation";

/** How members are written into the ring document. */
const WRITTEN_STATES = ["pending", "joining", "active", "leaving"] as const;

export function countMembers(
  metrics: MetricRegistry,
  status: () => Pick<InstanceStatus, "state" | "view">,
): void {
  const own = metrics.gauge(
    "tocsin_ring_instance_state",
    "1 for what this instance is in the ring, 0 for the other states.",
    ["state"],
  );
  const members = metrics.gauge("tocsin_ring_members", "Members of the ring by state.", ["state"]);
  const version = metrics.gauge("tocsin_ring_version", "Version of the ring that is known here.");
  metrics.collectors.push(() => {
    const { state, view } = status();
    for (const one of INSTANCE_STATES) own.with(one).set(one === state ? 1 : 0);
    for (const one of WRITTEN_STATES) {
      const count = view?.members.filter((member) => member.state === one).length ?? 0;
      members.with(one).set(count);
    }
    version.with().set(view?.version ?? 0);
  });
}
