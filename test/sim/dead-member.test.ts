/** A member is dead for good while another one joins: that holds the transition open until it is taken out. */
import { labelSetFromRecord, type TenantId } from "@tocsin/domain/model";
import { describe, expect, it } from "vitest";
import { configText } from "./scenario.ts";
import { trueEpochMs } from "./world/sim-process.ts";
import { World } from "./world/world.ts";

const BOOT_MS = 10_000;
const HOUR_MS = 3_600_000;
/** One every 100 ms, until long after the dead one is taken out, 30 s after its end. */
const POST_COUNT = 450;
/** So many that each instance is to lose some when a fourth one joins. */
const TENANTS = Array.from({ length: 12 }, (_, at) => `t-${at}` as TenantId); // Names of the tests' own.

describe("a dead member", () => {
  it("is taken out while another joins: all is told once, and who tells early says why", async () => {
    const world = await startWorld();
    const [dead] = world.machines;
    if (dead !== undefined) world.kill(dead);
    await runFor(world, 3_000);
    world.start(world.add());
    const posts = [];
    for (let number = 0; number < POST_COUNT; number += 1) {
      posts.push(post(world, number));
      await runFor(world, 100);
    }
    await runFor(world, 10_000);
    await Promise.all(posts);
    expect(world.ring.document?.settled).toEqual(["am-1", "am-2", "am-3"]);
    // It holds a majority's grants; its neighbour, which was to lose the tenant, counts a moment later.
    const lines = world.lines.map(({ text }) => text);
    const early = lines.filter((text) => text.startsWith("Notifying before enough owners"));
    expect(early.length).toBeGreaterThan(0);
    for (const text of early) expect(text).toContain('"lacking":"am-0,');
    expect(lines.filter((text) => text.includes("without a majority"))).toEqual([]);
    const told = world.receiver.attempts.flatMap(({ alerts }) => alerts.map(({ name }) => name));
    const names = posts.map((_, number) => `alertname=${nameOf(number)}`);
    expect(told.toSorted()).toEqual(names.toSorted());
  });
});

async function startWorld(): Promise<World> {
  const config = configText({ number: 0, repeatMs: HOUR_MS });
  const clocks = { skewMaxMs: 0, rateErrorMax: 0, wrongClockMs: 0 };
  const world = new World({ seed: 1, config, instanceCount: 3, replicationFactor: 3, ...clocks });
  world.logLevel = "info";
  for (const machine of world.machines) world.start(machine);
  await world.events.runUntil(BOOT_MS);
  return world;
}

async function runFor(world: World, delayMs: number): Promise<void> {
  await world.events.runUntil(world.events.nowMs + delayMs);
}

function nameOf(number: number): string {
  return `A${number}`;
}

async function post(world: World, number: number): Promise<void> {
  const tenant = TENANTS[number % TENANTS.length];
  const instance = world.machines[1]?.instance;
  if (tenant === undefined || instance === undefined) throw new Error("Nobody takes it");
  const at = (ms: number) => ({ ms, subNs: 0, offsetMin: 0 });
  const startMs = trueEpochMs + world.events.nowMs;
  const labels = labelSetFromRecord({ alertname: nameOf(number) });
  const times = { startsAt: at(startMs), endsAt: at(startMs + HOUR_MS) };
  const alert = { labels, annotations: "{}", generatorUrl: "", ...times };
  await instance.api.postAlerts(tenant, [alert], new AbortController().signal);
}
