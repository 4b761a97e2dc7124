import { describe, expect, it } from "vitest";
import { letAllFlush, only } from "../alone/world.ts";
import { call, eventually, inMs, Webhook, type Answer } from "../servers/index.ts";
import { type Cluster, configFor } from "./cluster.ts";
import { useCluster } from "./use-cluster.ts";

const ALL = [0, 1, 2];

describe.for(["s3", "file"] as const)(
  "three instances with state in %s",
  { timeout: 60_000 },
  (state) => {
    let cluster: Cluster;
    useCluster({ size: 3, state }, (started) => {
      cluster = started;
    });

    it("take an alert anywhere, show it everywhere, tell it once", async () => {
      const { webhook } = cluster;
      for (const at of ALL) {
        const alertname = `Any${at}`;
        await cluster.client(at, "any").post({ labels: { alertname } });
        for (const reader of ALL) {
          expect(await cluster.client(reader, "any").alertNames()).toContain(alertname);
        }
      }
      for (const at of ALL) await webhook.told(`Any${at}`);
      await letAllFlush(cluster.client(1, "any"), webhook);
      for (const at of ALL) expect(only(webhook.of(`Any${at}`)).status).toBe("firing");
      await cluster.client(2, "any").post({ labels: { alertname: "Any0" }, endsAt: inMs(0) });
      expect(only(await webhook.told("Any0", { status: "resolved" })).alerts).toHaveLength(1);
    });

    it("take a silence anywhere, obey it, and end it anywhere", async () => {
      const { webhook } = cluster;
      const [first, second, third] = ALL.map((at) => cluster.client(at, "quiet"));
      if (first === undefined || second === undefined || third === undefined)
        throw new Error("three");
      const id = await first.silence("Quiet");
      await second.post({ labels: { alertname: "Quiet" } });
      for (const client of [first, second, third]) {
        expect(await client.silences()).toMatchObject([{ id, status: { state: "active" } }]);
        expect(await client.alerts()).toMatchObject([{ status: { state: "suppressed" } }]);
      }
      await letAllFlush(third, webhook);
      expect(webhook.of("Quiet")).toEqual([]);
      await third.expire(id);
      for (const client of [first, second, third]) {
        expect(await client.silences()).toMatchObject([{ id, status: { state: "expired" } }]);
      }
      expect(only(await webhook.told("Quiet")).status).toBe("firing");
    });

    it("keep tenants apart", async () => {
      const id = await cluster.client(0, "left").silence("Secret");
      await cluster.client(0, "left").post({ labels: { alertname: "Secret" } });
      for (const at of ALL) {
        const right = cluster.client(at, "right");
        expect(await right.alerts()).toEqual([]);
        expect(await right.silences()).toEqual([]);
        expect((await right.call(`/api/v2/silence/${id}`)).status).toBe(404);
        const refused = await right.call(`/api/v2/silence/${id}`, { method: "DELETE" });
        expect(refused.status).toBe(404);
      }
      expect(await cluster.client(0, "left").silences()).toMatchObject([
        { status: { state: "active" } },
      ]);
    });

    const apis = [
      {
        name: "/api/v1/config",
        path: "/api/v1/config",
        put: { method: "PUT", status: 200, body: (text: string) => text },
      },
      {
        name: "Cortex's API",
        path: "/cortex/api/v1/alerts",
        put: {
          method: "POST",
          status: 201,
          body: (text: string) => `alertmanager_config: ${JSON.stringify(text)}\n`,
        },
      },
    ];
    it.for(apis)(
      "have a tenant's configuration of $name in force before the answer",
      async (api) => {
        const tenant = `config-${api.put.status}`;
        const own = await Webhook.start();
        try {
          const clients = ALL.map((at) => cluster.client(at, tenant));
          const put = (at: number, text: string): Promise<Answer> =>
            cluster
              .client(at, tenant)
              .call(api.path, { method: api.put.method, body: api.put.body(text) });
          for (const at of ALL) {
            const receiver = `own-${at}`;
            const text = configFor(own.url).replaceAll("hook\n", `${receiver}\n`);
            expect((await put(at, text)).status).toBe(api.put.status);
            for (const client of clients) {
              expect((await client.call("/api/v2/receivers")).json()).toMatchObject([
                { name: receiver },
              ]);
              expect((await client.call(api.path)).text).toContain(receiver);
            }
          }
          const broken = await put(0, "route: {receiver: nobody}");
          expect(broken.status).toBe(400);
          expect(broken.text).toContain("nobody");
          await clients[1]?.post({ labels: { alertname: tenant } });
          expect(only(await own.told(tenant)).receiver).toBe("own-2");

          const deleted = await clients[2]?.call(api.path, { method: "DELETE" });
          expect(deleted?.status).toBe(200);
          for (const client of clients) {
            // The fallback again.
            expect((await client.call("/api/v2/receivers")).json()).toMatchObject([
              { name: "hook" },
            ]);
            expect((await client.call(api.path)).status).toBe(404);
          }
        } finally {
          await own.stop();
        }
      },
    );

    const claims = [
      { name: "no tenant", headers: {}, path: "", status: 401 },
      { name: "two dots", headers: { "X-Scope-OrgID": ".." }, path: "", status: 401 },
      { name: "a slash", headers: { "X-Scope-OrgID": "a/b" }, path: "", status: 401 },
      { name: "151 bytes", headers: { "X-Scope-OrgID": "x".repeat(151) }, path: "", status: 401 },
      { name: "escaped dots in the path", headers: {}, path: "/t/%2e%2e", status: 401 },
      {
        name: "a header against the path",
        headers: { "X-Scope-OrgID": "a" },
        path: "/t/b",
        status: 400,
      },
      { name: "the path alone", headers: {}, path: "/t/b", status: 200 },
    ];
    it.for(claims)("answer $status to $name", async ({ headers, path, status }) => {
      const { endpoint } = cluster.member(0);
      const answer = await call(`${endpoint}${path}/api/v2/alerts`, { headers });
      expect(answer.status, answer.text).toBe(status);
    });

    it("answer 413 to a body over the limit, before it is sent", async () => {
      const headers = { "Content-Type": "application/json", "Content-Length": `${17 << 20}` };
      const answer = await cluster
        .client(0, "big")
        .call("/api/v2/alerts", { method: "POST", headers });
      expect(answer.status).toBe(413);
    });

    it("come back from SIGTERM of all with everything", async () => {
      const id = await cluster.client(0, "term").silence("Term");
      await cluster.client(1, "term").post({ labels: { alertname: "Termed" } });
      await cluster.webhook.told("Termed");
      const ends = await Promise.all(cluster.members.map((member) => member.process.stop()));
      expect(ends).toEqual(ALL.map(() => ({ code: 0, signal: null })));
      await cluster.heal();
      for (const at of ALL) {
        const client = cluster.client(at, "term");
        await eventually("the silence", async () =>
          (await client.silences()).some((one) => one.id === id && one.status.state === "active"),
        );
        expect(await client.alertNames()).toEqual(["Termed"]);
      }
      await letAllFlush(cluster.client(0, "term"), cluster.webhook);
      expect(cluster.webhook.of("Termed")).toHaveLength(1);
    });
  },
);
