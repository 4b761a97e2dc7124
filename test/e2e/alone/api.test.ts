import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inMs } from "../servers/index.ts";
import { letAllFlush, logged, only, startWorld, type World } from "./world.ts";

interface Status {
  readonly cluster: { readonly status: string };
  readonly config: { readonly original: string };
}

describe("one process as an Alertmanager", () => {
  let world: World;
  beforeAll(async () => (world = await startWorld()));
  afterAll(() => world.stop());

  it("tells a webhook what was posted to API v2, and its end", async () => {
    const { client, webhook } = world;
    const labels = { alertname: "V2", severity: "page" };
    await client.post({ labels, annotations: { summary: "disk" } });
    const fired = only(await webhook.told("V2"));
    expect(fired).toMatchObject({
      version: "4",
      status: "firing",
      receiver: "hook",
      groupKey: '{}:{alertname="V2"}',
      groupLabels: { alertname: "V2" },
      commonLabels: labels,
      externalURL: "http://tocsin.example",
      alerts: [{ status: "firing", labels, annotations: { summary: "disk" } }],
    });
    const startsAt = fired.alerts[0]?.startsAt;
    await client.post({ labels, startsAt: inMs(-1_000), endsAt: inMs(0) });
    const resolved = only(await webhook.told("V2", { status: "resolved" }));
    expect(resolved.alerts).toMatchObject([{ status: "resolved", labels }]);
    expect(Date.parse(resolved.alerts[0]?.startsAt ?? "")).toBeLessThanOrEqual(
      Date.parse(startsAt ?? ""),
    );
    expect(webhook.of("V2")).toHaveLength(2);
  });

  it("tells a webhook what was posted to API v1", async () => {
    const { client, webhook } = world;
    const body = JSON.stringify([{ labels: { alertname: "V1" } }]);
    const answer = await client.call("/api/v1/alerts", { method: "POST", body });
    expect(answer).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(only(await webhook.told("V1")).alerts).toHaveLength(1);
    const read = await client.call("/api/v1/alerts?filter=alertname%3DV1");
    expect(read.json()).toMatchObject({ data: [{ labels: { alertname: "V1" } }] });
  });

  it("shows alerts, groups, receivers and itself", async () => {
    const { client } = world;
    await client.post({ labels: { alertname: "Shown" } });
    expect(await client.alertNames()).toContain("Shown");
    const groups = (await client.call("/api/v2/alerts/groups?filter=alertname%3DShown")).json();
    expect(groups).toMatchObject([
      { labels: { alertname: "Shown" }, receiver: { name: "hook" }, alerts: [{}] },
    ]);
    const receivers = (await client.call("/api/v2/receivers")).json();
    expect(receivers).toMatchObject([{ name: "hook" }]);
    const status = (await client.call("/api/v2/status")).json<Status>();
    expect(status.cluster.status).toBe("disabled");
    expect(status.config.original).toContain("group_interval: 1s");
    expect((await client.call("/-/healthy")).text).toBe("OK");
  });

  it("writes into the log why a silence was refused", async () => {
    const { client, instance } = world;
    const matchers = [{ name: "a", value: "", isRegex: false }];
    const silence = { matchers, startsAt: inMs(0), endsAt: inMs(60_000) };
    const refused = await client.call("/api/v2/silences", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...silence, createdBy: "ann", comment: "why" }),
    });
    expect(refused.status).toBe(400);
    await logged(
      instance,
      /msg="Failed to create silence" component=api .* err="invalid silence: /,
    );
  });

  it("keeps a silenced alert to itself until the silence is expired", async () => {
    const { client, webhook } = world;
    const id = await client.silence("Quiet", "maintenance");
    await client.post({ labels: { alertname: "Quiet" } });
    const quiet = (await client.alerts()).find((one) => one.labels["alertname"] === "Quiet");
    expect(quiet?.status).toMatchObject({ state: "suppressed", silencedBy: [id] });
    await letAllFlush(client, webhook);
    expect(webhook.of("Quiet")).toEqual([]);

    const path = `/api/v2/silence/${id}`;
    expect((await client.call(path)).json()).toMatchObject({
      comment: "maintenance",
      status: { state: "active" },
    });
    await client.expire(id);
    expect((await client.call(path)).json()).toMatchObject({ status: { state: "expired" } });
    expect(only(await webhook.told("Quiet")).status).toBe("firing");
  });
});
