import { describe, expect, it } from "vitest";
import { letAllFlush } from "../alone/world.ts";
import { eventually, type WebhookMessage } from "../servers/index.ts";
import { type Cluster, configFor, eventuallyHas } from "./cluster.ts";
import { Stream } from "./stream.ts";
import { useCluster } from "./use-cluster.ts";

const ALL = [0, 1, 2];

describe("three instances with Redis and S3", { timeout: 90_000 }, () => {
  let cluster: Cluster;
  useCluster({ size: 3, state: "s3" }, (started) => {
    cluster = started;
  });

  /** All that was acknowledged is shown by these instances. */
  async function expectKept(
    stream: Stream,
    tenant: string,
    readers: readonly number[],
  ): Promise<void> {
    const { alerts, silenceIds } = stream.acknowledged;
    for (const at of readers) {
      const client = cluster.client(at, tenant);
      await eventuallyHas(`alerts of ${at}`, () => client.alertNames(), alerts);
      const active = async (): Promise<readonly string[]> =>
        (await client.silences()).flatMap((one) => (one.status.state === "active" ? one.id : []));
      await eventuallyHas(`silences of ${at}`, active, silenceIds);
    }
  }

  /**
   * All that was acknowledged is told, each alert once, and nothing that was silenced. Only what senders had
   * under way when they died may be told again, and once: sent, and not yet recorded. On a machine that is
   * busy that may take a moment.
   */
  async function expectTold(
    stream: Stream,
    where: { readonly tenant: string; readonly at: number },
    death = { fromMs: Infinity, untilMs: -Infinity },
  ): Promise<void> {
    const { webhook } = cluster;
    const { alerts, silenced } = stream.acknowledged;
    const loud = alerts.filter((name) => !silenced.includes(name));
    const isTold = (name: string): boolean => webhook.of(name).length > 0;
    const missing = (): string => loud.filter((name) => !isTold(name)).join(" ");
    await eventually(
      () => `told: ${missing()}`,
      () => loud.every(isTold),
    );
    await letAllFlush(cluster.client(where.at, where.tenant), webhook);
    expect(silenced.filter(isTold)).toEqual([]);
    const wasUnderWay = ({ cameAtMs }: WebhookMessage): boolean =>
      cameAtMs > death.fromMs - 1_000 && cameAtMs < death.untilMs + 1_000;
    const tooOften = loud.filter((name) => {
      const [first, ...repeats] = webhook.of(name);
      return repeats.length > (first !== undefined && wasUnderWay(first) ? 1 : 0);
    });
    if (!cluster.wasStopped) expect(tooOften).toEqual([]);
  }

  it.for([0, 1, 2])(
    "lose no acknowledged write and no notification when position %i is killed",
    async (position) => {
      // The tenant whose owners begin with am-1 sees am-1, am-2 and am-3 die at their positions.
      const tenant = cluster.tenantFirstAt(position, `kill${position}`);
      const victim = cluster.member(position);
      const others = ALL.filter((at) => at !== position);
      const stream = new Stream(cluster.members, tenant);
      let fromMs = Infinity;
      await stream.send(`Kill${position}`, 40, (at) => {
        if (at !== 15) return;
        victim.process.signal("SIGKILL");
        fromMs = performance.now();
      });
      await victim.process.ended;
      const untilMs = performance.now();
      await expectKept(stream, tenant, others);
      await expectTold(stream, { tenant, at: others[0] ?? 0 }, { fromMs, untilMs });
      await cluster.heal();
      await expectKept(stream, tenant, ALL);
    },
  );

  it("go on while one is stopped, and it catches up", async () => {
    const tenant = cluster.tenantFirstAt(1, "stop");
    cluster.member(1).process.signal("SIGSTOP");
    const stream = new Stream([cluster.member(0), cluster.member(2)], tenant);
    await stream.send("Stop", 20);
    expect(stream.failureCount).toBe(0);
    await expectTold(stream, { tenant, at: 0 });
    await cluster.heal();
    await expectKept(stream, tenant, [1]);
    await expectTold(stream, { tenant, at: 1 });
  });

  const outages = [
    {
      name: "stopped",
      begin: async () => cluster.redis.signal("SIGSTOP"),
      end: async () => cluster.redis.signal("SIGCONT"),
    },
    {
      name: "killed and comes back empty",
      begin: () => cluster.redis.stop(),
      end: () => cluster.replaceRedis(),
    },
  ];
  it.for(outages)("need no Redis to go on: it is $name", async ({ name, begin, end }) => {
    const tenant = `redis-${name.length}`;
    const last = cluster.member(2);
    const seen = last.process.log.length;
    await begin();
    try {
      await eventually("the outage is noticed", () =>
        last.process.log.includes("Ring store does not answer", seen),
      );
      const stream = new Stream(cluster.members, tenant);
      await stream.send(`Redis${name.length}`, 20);
      expect(stream.failureCount).toBe(0);
      await expectKept(stream, tenant, ALL);
      await expectTold(stream, { tenant, at: 0 });
    } finally {
      await end();
    }
    // The ring is in it again: an instance that starts anew finds the others.
    await eventually("Redis is used again", () =>
      last.process.log.includes("Ring store answers again", seen),
    );
    await last.process.stop();
    await last.start();
    await cluster.client(2, tenant).post({ labels: { alertname: `After${tenant}` } });
    await cluster.webhook.told(`After${tenant}`);
  });

  it("take alerts and silences without S3, and answer 503 to configurations", async () => {
    const tenant = "no-s3";
    const put = async (): Promise<number> => {
      const body = configFor(cluster.webhook.url);
      return (await cluster.client(0, tenant).call("/api/v1/config", { method: "PUT", body }))
        .status;
    };
    cluster.s3?.signal("SIGSTOP");
    const stream = new Stream(cluster.members, tenant);
    try {
      expect(await put()).toBe(503);
      await stream.send("NoS3", 10);
      expect(stream.failureCount).toBe(0);
      await expectTold(stream, { tenant, at: 0 });
    } finally {
      cluster.s3?.signal("SIGCONT");
    }
    await eventually("configurations are taken again", async () => (await put()) === 200);
    await expectKept(stream, tenant, ALL);
  });

  it("refuse writes when two of three are gone, say why, and take back what was refused", async () => {
    const tenant = "alone";
    const client = cluster.client(0, tenant);
    await client.post({ labels: { alertname: "BeforeAlone" } });
    await Promise.all([cluster.member(1).kill(), cluster.member(2).kill()]);
    const refusal = /answered 503: .*too few .*am-[23]/;
    await expect(client.post({ labels: { alertname: "Alone" } })).rejects.toThrow(refusal);
    await expect(client.silence("BeforeAlone")).rejects.toThrow(refusal);
    const body = configFor(cluster.webhook.url);
    const put = await client.call("/api/v1/config", { method: "PUT", body });
    expect(put.status, put.text).toBe(503);

    const read = await client.call("/api/v2/alerts");
    expect(read.status).toBe(200);
    expect(read.headers["x-tocsin-incomplete"]).toBe("1/2");
    expect((await client.call("/api/v2/alerts?consistency=strict")).status).toBe(503);

    await cluster.heal();
    for (const at of ALL) {
      const silences = await cluster.client(at, tenant).silences();
      expect(silences.filter((one) => one.status.state !== "expired")).toEqual([]);
    }
    await client.post({ labels: { alertname: "Together" } });
    await cluster.webhook.told("Together");
  });

  it("have everything acknowledged after kill -9 of all three", async () => {
    const tenant = "all";
    const text = configFor(`${cluster.webhook.url}/own`);
    const client = cluster.client(0, tenant);
    expect((await client.call("/api/v1/config", { method: "PUT", body: text })).status).toBe(200);
    const stream = new Stream(cluster.members, tenant);
    await stream.send("All", 20);
    const ended = await client.silence("Ended");
    await client.expire(ended);
    const fromMs = performance.now();
    await Promise.all(cluster.members.map((member) => member.kill()));
    const untilMs = performance.now();
    await cluster.heal();

    await expectKept(stream, tenant, ALL);
    for (const at of ALL) {
      const reader = cluster.client(at, tenant);
      expect((await reader.call("/api/v1/config")).text).toBe(text);
      const found = (await reader.silences()).find((one) => one.id === ended);
      expect(found?.status.state).toBe("expired");
    }
    await expectTold(stream, { tenant, at: 1 }, { fromMs, untilMs });
  });
});
