import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Client,
  eventually,
  Instance,
  startAlertmanager,
  Webhook,
  type HttpServer,
} from "../servers/index.ts";
import { configFor, letAllFlush } from "./world.ts";

/** Ends an Alertmanager as a user would: it writes its files then. Its own folder goes. */
async function end(server: HttpServer): Promise<void> {
  server.signal("SIGTERM");
  await server.ended;
  await server.stop();
}

async function states(client: Client): Promise<ReadonlyMap<string, string>> {
  return new Map((await client.silences()).map(({ id, status }) => [id, status.state]));
}

describe("one storage folder, Alertmanager and Tocsin in turn", () => {
  let webhook: Webhook;
  let instance: Instance;
  let client: Client;
  beforeEach(async () => {
    webhook = await Webhook.start();
    instance = await Instance.prepare({
      config: configFor(webhook.url),
      flags: ["--cluster.listen-address="],
    });
    await mkdir(storagePath());
    client = new Client(instance.endpoint);
  });
  afterEach(async () => {
    await instance.remove();
    await webhook.stop();
  });

  const storagePath = (): string => join(instance.folder, "data");
  const alertmanager = (): ReturnType<typeof startAlertmanager> =>
    startAlertmanager({ config: configFor(webhook.url), storagePath: storagePath() });

  it("keeps silences, and repeats nothing that the other one has told", async ({ skip }) => {
    const first = await alertmanager();
    if (first.kind === "missing") return skip(first.reason);
    const before = new Client(first.endpoint);
    const lasting = await before.silence("Quiet");
    const passing = await before.silence("Passing");
    const expired = await before.silence("Nothing");
    await before.expire(expired);
    await before.post({ labels: { alertname: "Told" } });
    await webhook.told("Told");
    await letAllFlush(before, webhook);
    await end(first);

    await instance.start();
    expect(await states(client)).toEqual(
      new Map([
        [lasting, "active"],
        [passing, "active"],
        [expired, "expired"],
      ]),
    );
    await client.post({ labels: { alertname: "Told" } }, { labels: { alertname: "Quiet" } });
    await client.post({ labels: { alertname: "New" } });
    await webhook.told("New");
    await letAllFlush(client, webhook);
    await client.expire(passing);
    const added = await client.silence("Later", "made by Tocsin");
    await instance.process.stop();

    const second = await alertmanager();
    if (second.kind === "missing") return skip(second.reason);
    const after = new Client(second.endpoint);
    expect(await states(after)).toEqual(
      new Map([
        [lasting, "active"],
        [passing, "expired"],
        [expired, "expired"],
        [added, "active"],
      ]),
    );
    await after.post({ labels: { alertname: "New" } }, { labels: { alertname: "Later" } });
    await letAllFlush(after, webhook);
    await after.expire(lasting);
    await end(second);

    await instance.start();
    expect((await states(client)).get(lasting)).toBe("expired");
    for (const name of ["Told", "New"]) expect(webhook.of(name)).toHaveLength(1);
    for (const name of ["Quiet", "Later"]) expect(webhook.of(name)).toEqual([]);
  });

  it("is written at the maintenance interval, so that even a kill leaves most of it", async ({
    skip,
  }) => {
    await instance.remove();
    instance = await Instance.start({
      config: configFor(webhook.url),
      flags: ["--cluster.listen-address=", "--data.maintenance-interval=100ms"],
    });
    client = new Client(instance.endpoint);
    const id = await client.silence("Quiet", "works");
    await client.post({ labels: { alertname: "Told" } });
    await webhook.told("Told");
    // The webhook knows before it is written down that it was told.
    const told = 'alertmanager_notifications_total{integration="webhook"}';
    await eventually("it is on record", async () => (await client.metric(told)) === 1);
    const runs = "alertmanager_nflog_maintenance_total";
    const counted = (await client.metric(runs)) ?? 0;
    // The first of two further runs may have begun before the message was told.
    await eventually(
      "files are written",
      async () => ((await client.metric(runs)) ?? 0) > counted + 1,
    );
    await instance.kill();

    const server = await alertmanager();
    if (server.kind === "missing") return skip(server.reason);
    const after = new Client(server.endpoint);
    expect((await states(after)).get(id)).toBe("active");
    await after.post({ labels: { alertname: "Told" } }, { labels: { alertname: "Quiet" } });
    await letAllFlush(after, webhook);
    expect(webhook.of("Told")).toHaveLength(1);
    expect(webhook.of("Quiet")).toEqual([]);
    await end(server);
  });
});
