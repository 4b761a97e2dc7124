import { describe, expect, it } from "vitest";
import { eventually } from "../servers/index.ts";
import type { Cluster } from "./cluster.ts";
import { useCluster } from "./use-cluster.ts";

const FLAGS = ["--ring.heartbeat-interval=300ms", "--admin.listen-address=127.0.0.1:0"];

interface Drain {
  readonly state: string;
  readonly tenants: { readonly owned: number };
}

describe("one of three instances that is drained", { timeout: 90_000 }, () => {
  let cluster: Cluster;
  useCluster({ size: 3, state: "file", flags: FLAGS }, (started) => {
    cluster = started;
  });

  const ask = (path: string, method = "GET"): Promise<Response> => {
    const { log } = cluster.member(0).process;
    const said = /msg="Listening for operators" address=(\S+)/.exec(log);
    return fetch(`http://${said?.[1] ?? ""}${path}`, { method });
  };
  const drain = async (method: string): Promise<[number, Drain]> => {
    const answer = await ask("/admin/drain", method);
    return [answer.status, (await answer.json()) as Drain]; // Written by the program under test.
  };
  const awaitState = async (state: string): Promise<void> => {
    const name = `tocsin_ring_instance_state{state="${state}"}`;
    const client = cluster.client(0, "drained");
    await eventually(`it is ${state}`, async () => (await client.metric(name)) === 1);
  };

  it("owns nothing and goes on serving, until that is taken back", async () => {
    const tenant = cluster.tenantFirstAt(0, "drained");
    const drained = cluster.client(0, tenant);
    await drained.post({ labels: { alertname: "Before" } });
    await cluster.webhook.told("Before");
    await awaitState("active");
    expect(await drain("POST")).toMatchObject([202, { state: "draining" }]);
    await awaitState("left");
    const [, { state, tenants }] = await drain("GET");
    expect([state, tenants]).toEqual(["drained", { owned: 0, takenOver: 0, waiting: [] }]);
    const ready = await ask("/ready");
    const reasons = ["leaving the ring"];
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, state: "left", reasons },
    ]);
    await drained.post({ labels: { alertname: "Meanwhile" } });
    await cluster.webhook.told("Meanwhile");
    expect(await drain("DELETE")).toMatchObject([200, { state: "serving" }]);
    await awaitState("active");
    expect((await ask("/ready")).status).toBe(200);
    expect(await drained.alertNames()).toEqual(["Before", "Meanwhile"]);
    await drained.post({ labels: { alertname: "After" } });
    await cluster.webhook.told("After");
    const told = ["Before", "Meanwhile", "After"].map((name) => cluster.webhook.of(name).length);
    if (!cluster.wasStopped) expect(told).toEqual([1, 1, 1]);
  });
});
