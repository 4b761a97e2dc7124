/** Drains step by step; under faults `--kinds=drain,…` plays them. */
import { labelSetFromRecord, type InstanceId, type TenantId } from "@tocsin/domain/model";
import type { Instance } from "@tocsin/engine/instance";
import { describe, expect, it } from "vitest";
import { configText, TENANTS } from "./scenario.ts";
import { trueEpochMs } from "./world/sim-process.ts";
import { World } from "./world/world.ts";

const BOOT_MS = 10_000;
const [T_0] = TENANTS as [TenantId];
const HOUR_MS = 3_600_000;

async function startWorld(instanceCount: number, replicationFactor = 2): Promise<World> {
  const config = configText({ number: 0, repeatMs: 3_600_000 });
  const size = { instanceCount, replicationFactor };
  const clocks = { skewMaxMs: 0, rateErrorMax: 0, wrongClockMs: 0 };
  const world = new World({ seed: 1, config, ...size, ...clocks });
  world.logLevel = "info";
  for (const machine of world.machines) world.start(machine);
  await world.events.runUntil(BOOT_MS);
  for (const id of TENANTS) for (const { instance } of world.machines) instance?.fleet.open(id);
  return world;
}

function instanceOf(world: World, at: number): Instance {
  const instance = world.machines[at]?.instance;
  if (instance === undefined) throw new Error(`Instance ${at} does not run`);
  return instance;
}

async function runFor(world: World, delayMs: number): Promise<void> {
  await world.events.runUntil(world.events.nowMs + delayMs);
}

function ownersIn(world: World): readonly InstanceId[] {
  return world.ring.document?.settled ?? [];
}

function logOf(world: World): string {
  return world.lines.map(({ from, text }) => `${from}: ${text}`).join("\n");
}

describe("a drain", () => {
  it("ends when others own everything, and an instance that stays takes its tenants again", async () => {
    const world = await startWorld(3);
    const instance = instanceOf(world, 0);
    const ownedCount = instance.drainProgress().ownedCount;
    expect(ownedCount).toBeGreaterThan(0);
    expect(instance.status().state).toBe("active");
    instance.drain();
    expect([instance.drainState(), instance.status().state]).toEqual(["draining", "draining"]);
    expect(instance.readiness()).toEqual({ ready: false, why: "leaving the ring" });
    await runFor(world, 8_000);
    expect([instance.drainState(), instance.status().state]).toEqual(["drained", "left"]);
    expect(ownersIn(world)).toEqual(["am-1", "am-2"]);
    const nothing = { state: "drained", ownedCount: 0, takenOverCount: 0, waiting: [] };
    expect(instance.drainProgress()).toEqual(nothing);
    instance.stay();
    await runFor(world, 8_000);
    expect(ownersIn(world)).toEqual(["am-0", "am-1", "am-2"]);
    expect([instance.readiness(), instance.status().state]).toEqual([{ ready: true }, "active"]);
    expect(instance.drainProgress()).toMatchObject({ state: "serving", ownedCount });
  });

  it("says which tenants wait for whom, and one that is taken back then changes nothing", async () => {
    const world = await startWorld(3);
    const instance = instanceOf(world, 0);
    // Whoever is to take over does not.
    for (const at of [1, 2]) world.machines[at]?.process.stop();
    instance.drain();
    await runFor(world, 1_000);
    const { ownedCount, waiting, why } = instance.drainProgress();
    expect(waiting.length).toBe(ownedCount);
    const [first] = waiting;
    expect(first?.for.length).toBe(1);
    expect(why).toMatch(/^waiting for am-1, am-2 to take over$/);
    expect(instance.status().state).toBe("leaving");
    instance.stay();
    for (const at of [1, 2]) world.machines[at]?.process.resume();
    await runFor(world, 10_000);
    expect(ownersIn(world)).toEqual(["am-0", "am-1", "am-2"]);
    expect(instance.readiness()).toEqual({ ready: true });
    expect(logOf(world)).not.toMatch(/drain takes long|Left before/);
  });

  it("waits until another one has left, and says so", async () => {
    const world = await startWorld(3);
    for (const at of [1, 2]) world.machines[at]?.process.stop();
    instanceOf(world, 0).drain();
    await runFor(world, 1_000);
    world.machines[1]?.process.resume();
    await runFor(world, 1_500);
    instanceOf(world, 1).drain();
    await runFor(world, 500);
    expect(instanceOf(world, 1).drainProgress().why).toBe(
      "waiting until am-0 left: one goes at a time",
    );
  });

  it("ends by itself where nobody is there to take over", async () => {
    const world = await startWorld(1);
    const instance = instanceOf(world, 0);
    instance.drain();
    await runFor(world, 3_000);
    expect([instance.drainState(), instance.status().state]).toEqual(["serving", "active"]);
    expect(world.ring.document?.target).toEqual(["am-0"]);
    expect(instance.readiness()).toEqual({ ready: true });
    expect(logOf(world)).toMatch(/am-0: The drain ends, as nobody takes over/);
    expect(isCaughtUp(instance)).toBe(true);
  });

  it("that is taken back when all others have left knows what they had acknowledged", async () => {
    const world = await startWorld(3);
    const instance = instanceOf(world, 0);
    for (const at of [0, 1]) {
      instanceOf(world, at).drain();
      await runFor(world, 8_000);
    }
    await post(world, T_0, "P0");
    const [, , last] = world.machines;
    if (last !== undefined) world.terminate(last);
    await runFor(world, 20_000);
    expect([last?.process.state, ownersIn(world)]).toEqual(["dead", []]);
    await expect(post(world, T_0, "P1")).rejects.toThrow("No instance is in the ring yet");
    instance.stay();
    await runFor(world, 8_000);
    expect(ownersIn(world)).toEqual(["am-0"]);
    const alerts = instance.fleet.get(T_0)?.fullState().alerts ?? [];
    expect(alerts.map(({ values }) => values)).toEqual([["P0"]]);
  });

  it("leaves nothing in memory alone: who took over may be killed the next moment", async () => {
    const world = await startWorld(3);
    const tenants = Array.from({ length: 10 }, (_, at) => `t-${at}` as TenantId); // Names of its own.
    for (const tenant of tenants) await post(world, tenant, "P0");
    for (const leaver of [2, 1]) {
      instanceOf(world, leaver).drain();
      await runFor(world, 8_000);
      expect(instanceOf(world, leaver).drainState()).toBe("drained");
    }
    for (const machine of world.machines) world.kill(machine);
    const [last] = world.machines;
    if (last !== undefined) world.start(last);
    await runFor(world, 8_000);
    for (const tenant of tenants) {
      const { alerts } = instanceOf(world, 0).fleet.get(tenant)?.fullState() ?? {};
      expect(alerts?.map(({ values }) => values)).toEqual([["P0"]]);
    }
  });

  it("goes on for as long as it takes, unlike the end of a process", async () => {
    const world = await startWorld(2, 1);
    const instance = instanceOf(world, 0);
    world.machines[1]?.process.stop();
    instance.drain();
    await runFor(world, 40_000);
    expect(logOf(world)).toMatch(/am-0: The drain takes long/);
    expect(instance.drainState()).toBe("draining");
    world.machines[1]?.process.resume();
    await runFor(world, 20_000);
    expect([instance.drainState(), ownersIn(world)]).toEqual(["drained", ["am-1"]]);
  });

  it("is not taken back once the process ends", async () => {
    const world = await startWorld(3);
    const instance = instanceOf(world, 0);
    instance.drain();
    const [machine] = world.machines;
    if (machine !== undefined) world.terminate(machine);
    await runFor(world, 10);
    expect(() => instance.stay()).toThrow("The process ends: only its next start");
    await runFor(world, 20_000);
    expect([machine?.process.state, ownersIn(world)]).toEqual(["dead", ["am-1", "am-2"]]);
  });
});

/** Posts to the first instance an alert that fires for an hour. */
async function post(world: World, tenant: TenantId, alertname: string): Promise<void> {
  const at = (ms: number) => ({ ms, subNs: 0, offsetMin: 0 });
  const startMs = trueEpochMs + world.events.nowMs;
  const labels = labelSetFromRecord({ alertname });
  const times = { startsAt: at(startMs), endsAt: at(startMs + HOUR_MS) };
  const alert = { labels, annotations: "{}", generatorUrl: "", ...times };
  const { signal } = new AbortController();
  const posted = instanceOf(world, 0).api.postAlerts(tenant, [alert], signal);
  const [answer] = await Promise.allSettled([posted, runFor(world, 2_000)]);
  if (answer.status === "rejected") throw answer.reason;
}

function isCaughtUp({ inspection }: Instance): boolean {
  return TENANTS.every((tenant) => inspection.isCaughtUp(tenant));
}
