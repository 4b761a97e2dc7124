import { describe, expect, it } from "vitest";
import { eventually } from "../servers/index.ts";
import type { Cluster } from "./cluster.ts";
import { useCluster } from "./use-cluster.ts";

const FLAGS = [
  "--ring.heartbeat-interval=300ms",
  "--ring.heartbeat-timeout=5s",
  "--admin.listen-address=127.0.0.1:0",
];

/** Of the ring as the operators' listener shows it. */
interface RingPage {
  readonly view: {
    readonly settled: readonly string[];
    readonly members: readonly { id: string }[];
  };
}

describe("three instances, of which one dies for good", { timeout: 90_000 }, () => {
  let cluster: Cluster;
  useCluster({ size: 3, state: "file", flags: FLAGS }, (started) => {
    cluster = started;
  });

  const ringUrl = (at: number): string => {
    const said = /msg="Listening for operators" address=(\S+)/.exec(cluster.member(at).process.log);
    return `http://${said?.[1] ?? ""}/admin/ring`;
  };
  const ring = async (at: number): Promise<RingPage> =>
    (await (await fetch(ringUrl(at))).json()) as RingPage; // Written by the program under test.
  const forget = async (id: string): Promise<{ status: number; text: string }> => {
    const body = new URLSearchParams({ forget: id });
    const answer = await fetch(ringUrl(0), { method: "POST", body });
    return { status: answer.status, text: await answer.text() };
  };

  /** As soon as it is taken for dead. */
  const forgetDead = async (id: string | undefined): Promise<void> => {
    let told = { status: 0, text: "" };
    await eventually(
      () => `"${id}" is forgotten: ${told.status} ${told.text}`,
      async () => {
        told = await forget(`${id}`);
        return told.status === 202;
      },
    );
  };

  it("keep its place until an operator has them forget it, down to the last one", async () => {
    let owners: readonly string[] = [];
    await eventually("all three own", async () => {
      owners = (await ring(0)).view.settled;
      return owners.length === 3;
    });
    const [first, second, dead] = owners;
    const tenant = cluster.tenantFirstAt(0, "forget");
    const client = cluster.client(0, tenant);
    await client.post({ labels: { alertname: "Before" } });
    await cluster.member(2).kill();
    expect(await forget("nobody")).toMatchObject({ status: 404 });
    expect(await forget(`${second}`)).toMatchObject({ status: 409 });
    const told = await forget(`${dead}`);
    expect(told.status).toBe(409);
    expect(told.text).toMatch(/is not dead/);
    await forgetDead(dead);
    for (const at of [0, 1]) {
      await eventually(`${at} knows two members`, async () => {
        const { settled, members } = (await ring(at)).view;
        return settled.length === 2 && members.length === 2;
      });
    }
    expect((await ring(0)).view.settled).toEqual([first, second]);
    await client.post({ labels: { alertname: "After" } });
    expect(await client.alertNames()).toEqual(["After", "Before"]);
    // Of two that are left one is half of the ring, which must not make the other one doubt it.
    await cluster.member(1).kill();
    await forgetDead(second);
    await eventually("the last one owns all", async () => {
      const { settled } = (await ring(0)).view;
      return settled.length === 1 && settled[0] === first;
    });
    await client.post({ labels: { alertname: "Alone" } });
    expect(await client.alertNames()).toEqual(["After", "Alone", "Before"]);
  });
});
