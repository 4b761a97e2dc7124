import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually, Webhook } from "../servers/index.ts";
import { configFor, letAllFlush, logged, only, startWorld, type World } from "./world.ts";

const RELOADED = "alertmanager_config_last_reload_successful";
const BROKEN = "route:\n  receiver: hook\n  group_wait: soon\nreceivers:\n- name: hook\n";

describe("a reload", () => {
  let world: World;
  let other: Webhook;

  beforeAll(async () => {
    other = await Webhook.start();
    world = await startWorld();
  });
  afterAll(async () => {
    await world.stop();
    await other.stop();
  });
  afterEach(async () => {
    await world.instance.writeConfig(configFor(world.webhook.url));
    expect((await post()).status).toBe(200);
  });

  const post = (): ReturnType<World["client"]["call"]> =>
    world.client.call("/-/reload", { method: "POST" });

  it("by POST /-/reload is in force when it is answered, and repeats nothing", async () => {
    const { client, instance, webhook } = world;
    await client.post({ labels: { alertname: "Before" } });
    await webhook.told("Before");
    await instance.writeConfig(configFor(`${other.url}/posted`));
    expect(await post()).toMatchObject({ status: 200, text: "" });
    await client.post({ labels: { alertname: "Posted" } });
    expect(only(await other.told("Posted")).path).toBe("/posted");
    await letAllFlush(client, other);
    expect([...webhook.of("Before"), ...other.of("Before")]).toHaveLength(1);
    expect(webhook.of("Posted")).toEqual([]);
  });

  it("by SIGHUP comes into force", async () => {
    const { client, instance } = world;
    const changed = configFor(`${other.url}/hup`).replace(
      "repeat_interval: 1h",
      "repeat_interval: 7h",
    );
    await instance.writeConfig(changed);
    instance.process.signal("SIGHUP");
    const shown = async (): Promise<boolean> =>
      (await client.call("/api/v2/status")).text.includes("repeat_interval: 7h");
    await eventually("the new configuration in the status", shown);
    await client.post({ labels: { alertname: "Hup" } });
    expect(only(await other.told("Hup")).path).toBe("/hup");
  });

  const ways = [
    { name: "SIGHUP", reload: async () => world.instance.process.signal("SIGHUP") },
    {
      name: "POST /-/reload",
      reload: async () => {
        const answer = await post();
        expect(answer.status).toBe(500);
        expect(answer.text).toBe('failed to reload config: not a valid duration string: "soon"\n');
      },
    },
  ];
  it.for(ways)("of a broken file by $name keeps the old one, and says so", async ({ reload }) => {
    const { client, instance, webhook } = world;
    expect(await client.metric(RELOADED)).toBe(1);
    await instance.writeConfig(BROKEN);
    await reload();
    await eventually("the metric", async () => (await client.metric(RELOADED)) === 0);
    await logged(
      instance,
      /level=ERROR msg="Loading configuration file failed".*line 3, column 15/,
    );
    const alertname = `Kept${webhook.messages.length}`;
    await client.post({ labels: { alertname } });
    expect(only(await webhook.told(alertname)).status).toBe("firing");
  });
});
