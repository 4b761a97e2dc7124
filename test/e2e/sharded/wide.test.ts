import { describe, expect, it } from "vitest";
import { letAllFlush, only } from "../alone/world.ts";
import { eventually, inMs } from "../servers/index.ts";
import { type Cluster, configFor } from "./cluster.ts";
import { Stream } from "./stream.ts";
import { useCluster } from "./use-cluster.ts";

const ALL = [0, 1, 2, 3];

describe("four instances, of which three own a tenant", { timeout: 90_000 }, () => {
  let cluster: Cluster;
  useCluster({ size: 4, state: "file" }, (started) => {
    cluster = started;
  });

  it.for(ALL)("work through member %i, which owns nothing of it", async (at) => {
    const tenant = cluster.tenantWithout(at, `outside${at}`);
    const client = cluster.client(at, tenant);
    const text = configFor(`${cluster.webhook.url}/own`);
    // Another one may have joined a moment ago: a write that finds ownership moving is sent again.
    let put = await client.call("/api/v1/config", { method: "PUT", body: text });
    await eventually(
      () => `a configuration is taken: ${put.status} ${put.text}`,
      async () => {
        if (put.status !== 200) {
          put = await client.call("/api/v1/config", { method: "PUT", body: text });
        }
        return put.status === 200;
      },
    );
    expect((await client.call("/api/v1/config")).text).toBe(text);
    const [loud, quiet] = [`Loud${at}`, `Quiet${at}`];
    const id = await client.silence(quiet);
    await client.post({ labels: { alertname: loud } }, { labels: { alertname: quiet } });
    expect(await client.alertNames()).toEqual([loud, quiet]);
    expect(await client.silences()).toMatchObject([{ id, status: { state: "active" } }]);
    expect(only(await cluster.webhook.told(loud)).path).toBe("/own");
    await letAllFlush(client, cluster.webhook);
    expect(cluster.webhook.of(quiet)).toEqual([]);
    await client.expire(id);
    expect(only(await cluster.webhook.told(quiet)).status).toBe("firing");
    await client.post({ labels: { alertname: loud }, endsAt: inMs(0) });
    await cluster.webhook.told(loud, { status: "resolved" });
    expect(cluster.webhook.of(loud)).toHaveLength(2);
  });

  it("hand tenants over when one leaves and when it comes back, and tell nothing twice", async () => {
    const tenants = ALL.map((at) => cluster.tenantFirstAt(at, `move${at}`));
    const streams = tenants.map((tenant) => new Stream(cluster.members, tenant));
    for (const [at, stream] of streams.entries()) await stream.send(`Move${at}`, 6);
    const loud = streams.flatMap(({ acknowledged: { alerts, silenced } }) =>
      alerts.filter((name) => !silenced.includes(name)),
    );
    await Promise.all(loud.map((name) => cluster.webhook.told(name)));

    const leaver = cluster.member(3);
    expect(await leaver.process.stop()).toEqual({ code: 0, signal: null });
    const expectAll = async (readers: readonly number[]): Promise<void> => {
      for (const [number, stream] of streams.entries()) {
        for (const reader of readers) {
          const client = cluster.client(reader, tenants[number] ?? "");
          expect(await client.alertNames()).toEqual(stream.acknowledged.alerts.toSorted());
        }
      }
    };
    await expectAll([0, 1, 2]);
    await leaver.start();
    await eventually("the cluster is settled", async () => {
      const answers = ALL.map((at) => cluster.client(at, "any").call("/-/ready"));
      return (await Promise.all(answers)).every((answer) => answer.status === 200);
    });
    await expectAll(ALL);
    for (const [at, tenant] of tenants.entries()) {
      await letAllFlush(cluster.client(at, tenant), cluster.webhook);
    }
    for (const name of loud) expect(only(cluster.webhook.of(name)).status).toBe("firing");
  });
});
