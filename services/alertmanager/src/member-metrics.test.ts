import type { InstanceStatus } from "@tocsin/engine/api";
import type { InstanceId } from "@tocsin/domain/model";
import { MetricRegistry, Series } from "@tocsin/foundation";
import { expect, it } from "vitest";
import { countMembers } from "./member-metrics.ts";

const ids = ["am-0", "am-1"] as InstanceId[]; // Names of the test's own.

it("countMembers() shows the own state, the members by state and the version", async () => {
  const [writer] = ids as [InstanceId];
  const members = ids.map((id, at) => {
    return { id, address: "", zone: "", incarnation: 1, state: at === 0 ? "active" : "leaving" };
  }) as NonNullable<InstanceStatus["view"]>["members"];
  const view = { version: 7, writer, settled: ids, target: [writer], members };
  const metrics = new MetricRegistry();
  const told: Pick<InstanceStatus, "state" | "view"> = { state: "leaving", view };
  countMembers(metrics, () => told);
  expect(await shown(metrics)).toEqual([
    "tocsin_ring_instance_state leaving",
    "tocsin_ring_members active",
    "tocsin_ring_members leaving",
    "tocsin_ring_version ",
  ]);
  Object.assign(told, { state: "starting", view: undefined });
  expect(await shown(metrics)).toEqual(["tocsin_ring_instance_state starting"]);
});

/** The series that are not zero. */
async function shown(metrics: MetricRegistry): Promise<readonly string[]> {
  for (const collect of metrics.collectors) await collect();
  return [...metrics.families].flatMap(([name, { series }]) =>
    [...series.values()].flatMap(({ labels, data }) =>
      data instanceof Series && data.value > 0 ? [`${name} ${labels.join(",")}`] : [],
    ),
  );
}
