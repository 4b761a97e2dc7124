import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, inMs } from "../servers/index.ts";
import { letAllFlush, only, startWorld, type World } from "./world.ts";

describe("a restart", () => {
  let world: World;
  beforeAll(async () => (world = await startWorld()));
  afterAll(() => world.stop());

  const ends = [
    {
      name: "SIGTERM",
      end: async () =>
        expect(await world.instance.process.stop()).toEqual({ code: 0, signal: null }),
    },
    { name: "SIGKILL", end: () => world.instance.kill() },
  ];
  it.for(ends)("after $name has alerts, silences and what was told", async ({ name, end }) => {
    const { client, instance, webhook } = world;
    const told = `Told${name}`;
    const quiet = `Quiet${name}`;
    const active = await client.silence(quiet);
    const expired = await client.silence("Nothing");
    await client.expire(expired);
    await client.post({ labels: { alertname: told } }, { labels: { alertname: quiet } });
    await webhook.told(told);
    await letAllFlush(client, webhook);

    await end();
    await instance.start();

    expect(await client.alertNames()).toEqual(expect.arrayContaining([told, quiet]));
    const silences = new Map((await client.silences()).map((one) => [one.id, one.status.state]));
    expect(silences.get(active)).toBe("active");
    expect(silences.get(expired)).toBe("expired");
    await letAllFlush(client, webhook);
    expect(webhook.of(told)).toHaveLength(1);
    expect(webhook.of(quiet)).toEqual([]);

    await client.post({ labels: { alertname: told }, endsAt: inMs(0) });
    expect(only(await webhook.told(told, { status: "resolved" })).alerts).toHaveLength(1);
  });

  it.for(ends)("an end that comes while it is down after $name is told", async ({ name, end }) => {
    const { client, instance, webhook } = world;
    const alertname = `Ended${name}`;
    await client.post({ labels: { alertname }, endsAt: inMs(2_000) });
    await webhook.told(alertname);
    await end();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await instance.start();
    expect(only(await webhook.told(alertname, { status: "resolved" })).alerts).toHaveLength(1);
    // A kill may fall between the receiver's yes and its record: then the message is repeated, once.
    const firing = webhook.of(alertname).filter(({ status }) => status === "firing");
    expect(firing.length).toBeLessThanOrEqual(name === "SIGKILL" ? 2 : 1);
  });

  it.for(ends)("after $name a source inhibits from the first flush on", async ({ name, end }) => {
    const { client, instance, webhook } = world;
    const cluster = `cluster-${name}`;
    const source = { alertname: `Source${name}`, severity: "critical", cluster };
    const target = { alertname: `Target${name}`, severity: "warning", cluster };
    await client.post({ labels: source }, { labels: target });
    await webhook.told(source.alertname);
    await end();
    await instance.start();
    await letAllFlush(client, webhook);
    expect(webhook.of(target.alertname)).toEqual([]);
    await client.post({ labels: source, endsAt: inMs(0) });
    await webhook.told(source.alertname, { status: "resolved" });
    expect(only(await webhook.told(target.alertname)).status).toBe("firing");
  });

  it.for(ends)(
    "after $name tells at once what its receiver did not take before",
    async ({ name, end }) => {
      const { client, instance, webhook } = world;
      const labels = { alertname: `Owed${name}`, pace: "slow" };
      webhook.status = 503;
      await client.post({ labels });
      // Its tick has passed, and the next one is minutes away.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await end();
      webhook.status = 200;
      await instance.start();
      await webhook.told(labels.alertname);
      await letAllFlush(client, webhook);
      expect(webhook.of(labels.alertname)).toHaveLength(1);
    },
  );

  it("goes on with the timers of groups: a repetition comes when it is due", async () => {
    const { client, instance, webhook } = world;
    const labels = { alertname: "Repeated", pace: "fast" };
    await client.post({ labels });
    await webhook.told("Repeated", { count: 1 });
    // The group has ticked since, so that it is on record what was told, and the next tick is not far.
    await letAllFlush(client, webhook);
    const before = webhook.of("Repeated").length;
    await instance.kill();
    await instance.start();
    await webhook.told("Repeated", { count: before + 1 });
    expect(webhook.of("Repeated").every(({ status }) => status === "firing")).toBe(true);
  });

  it("tells what was posted just before a SIGKILL", async () => {
    const { client, instance, webhook } = world;
    await client.post({ labels: { alertname: "Last" } });
    await instance.kill();
    expect(webhook.of("Last")).toEqual([]);
    await instance.start();
    expect(only(await webhook.told("Last")).status).toBe("firing");
  });

  it("serves from its first answer on: no write is refused once it is ready", async () => {
    const { client, instance } = world;
    await instance.process.stop();
    const run = instance.launch();
    const posts = async (): Promise<boolean> => {
      expect(run.isRunning).toBe(true);
      const answer = await client.call("/api/v2/silences").catch(() => undefined);
      if (answer === undefined) return false;
      expect(answer.status).toBe(200);
      return true;
    };
    await eventually("it listens", posts);
    await client.post({ labels: { alertname: "First" } });
  });
});
