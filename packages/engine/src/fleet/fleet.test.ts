import { describe, expect, it } from "vitest";
import { silentLogger, type Clock } from "@tocsin/foundation";
import type { Config } from "@tocsin/domain/config";
import type { ConfigRecord, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "../peer/index.ts";
import type { Journal, JournalEntry } from "../ports/index.ts";
import {
  configOf,
  MINUTE_MS,
  post,
  settingsOf,
  sharedOf,
  START_MS,
  TENANT,
  tenantOf,
} from "../tenant/fixture.ts";
import { SettingsCache } from "../tenant/settings.ts";
import type { DueFlush } from "../tenant/types.ts";
import { ClusterTime } from "../time/index.ts";
import { Fleet, type FleetDeps } from "./fleet.ts";

/** One group per `team`, where the fallback makes one per `alertname`: taking it over regroups. */
const REGROUPING: ConfigRecord = {
  version: 1,
  text: "by team",
  templates: {},
  updatedAtMs: START_MS,
};

interface World {
  readonly fleet: Fleet;
  readonly journaled: JournalEntry[];
  readonly told: PartialState[];
  /** Lets time pass. */
  readonly pass: (delayMs: number) => void;
}

function worldOf(
  slices: Pick<FleetDeps, "rest" | "sliceSize"> = {},
  settingsCache = new SettingsCache({ parse: () => configOf({}, { groupBy: ["team"] }) }),
): World {
  const journaled: JournalEntry[] = [];
  const told: PartialState[] = [];
  let nowMs = START_MS;
  const clock: Clock = {
    wallMs: () => nowMs,
    monotonicMs: () => 0,
    sleep: () => Promise.reject(new Error("nothing sleeps here")),
  };
  const fleet = new Fleet({
    time: new ClusterTime(clock),
    // Only `append` is called.
    journal: { append: (entry) => void journaled.push(entry) } as Partial<Journal> as Journal,
    settingsCache,
    shared: sharedOf(),
    logger: silentLogger,
    ...slices,
  });
  void fleet.setFallback(settingsOf());
  fleet.onChange((_, state) => void told.push(state));
  return { fleet, journaled, told, pass: (delayMs) => void (nowMs += delayMs) };
}

/** What an owner under the fallback configuration has of one alert. */
function alertState(): PartialState {
  return post(tenantOf(), START_MS, { alertname: "Disk", team: "db" });
}

describe("Fleet", () => {
  it("restore() of a configuration journals nothing and tells nobody, though it regroups", () => {
    const { fleet, journaled, told } = worldOf();
    void fleet.restore(TENANT, alertState());
    void fleet.restore(TENANT, { config: REGROUPING });
    expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team");
    expect([journaled, told]).toEqual([[], []]);
  });

  it("mergeDetached() of a configuration journals nothing and tells nobody", () => {
    const { fleet, journaled, told } = worldOf();
    const detached = fleet.makeDetached(TENANT);
    fleet.mergeDetached(detached, { ...alertState(), config: REGROUPING });
    expect(detached.settings?.source.text).toBe("by team");
    expect(fleet.size).toBe(0);
    expect([journaled, told]).toEqual([[], []]);
  });

  it("merge() of a configuration journals it and the groups that it made", () => {
    const { fleet, journaled, told } = worldOf();
    fleet.merge(TENANT, alertState());
    journaled.length = 0;
    told.length = 0;
    fleet.merge(TENANT, { config: REGROUPING });
    const states = journaled.map((entry) => entry.state);
    expect(states.flatMap((state) => state.config ?? [])).toEqual([REGROUPING]);
    expect(states.flatMap((state) => state.groups ?? [])).toHaveLength(1);
    expect(told).toEqual(states);
  });
});

/** A world in which others have turns only when a test says so. */
function slicedWorld(sliceSize: number) {
  const resting: (() => void)[] = [];
  const rest = (): Promise<void> => new Promise((resolve) => resting.push(resolve));
  return {
    ...worldOf({ rest, sliceSize }),
    /** Lets the work go on until it rests again. False: nobody rests. */
    async goOn(): Promise<boolean> {
      const next = resting.shift();
      next?.();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      return next !== undefined;
    },
  };
}

type SlicedWorld = ReturnType<typeof slicedWorld>;

/** Until nobody rests. Returns how often others had turns. */
async function goOnToEnd(world: SlicedWorld): Promise<number> {
  let count = 0;
  while (await world.goOn()) count += 1;
  return count;
}

function fill(fleet: Fleet, id: TenantId, count: number): void {
  const labels = Array.from({ length: count }, (_, at) => ({ alertname: "A", team: `t${at}` }));
  fleet.merge(id, post(tenantOf(), START_MS, ...labels));
}

describe("Fleet, with others having turns", () => {
  it("merge() of a configuration is in force some slices later, journaled in portions", async () => {
    const world = slicedWorld(10);
    const { fleet, journaled } = world;
    fill(fleet, TENANT, 40);
    journaled.length = 0;
    fleet.merge(TENANT, { config: REGROUPING });
    let isInForce = false;
    void fleet.inForce(TENANT).then(() => (isInForce = true));
    expect(fleet.isChanging(TENANT)).toBe(true);
    expect(fleet.get(TENANT)?.groupCount).toBe(1);
    // 40 alerts are placed, 40 groups are made, and 40 clocks are written down.
    expect(await goOnToEnd(world)).toBeGreaterThan(3 * (40 / 10));
    expect(isInForce).toBe(true);
    expect(fleet.isChanging(TENANT)).toBe(false);
    expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team");
    const groups = journaled.flatMap(({ state }) => state.groups ?? []);
    expect(groups).toHaveLength(40);
    expect(journaled.every(({ state }) => (state.groups ?? []).length <= 10)).toBe(true);
    expect(fleet.get(TENANT)?.fullState().groups).toEqual(groups);
  });

  it("merge() of a configuration is in force at once for a tenant with few alerts", () => {
    const { fleet } = slicedWorld(10);
    fill(fleet, TENANT, 9);
    fleet.merge(TENANT, { config: REGROUPING });
    expect(fleet.isChanging(TENANT)).toBe(false);
    expect(fleet.get(TENANT)?.groupCount).toBe(9);
  });

  it("takes alerts and a newer configuration that come meanwhile", async () => {
    const world = slicedWorld(10);
    const { fleet } = world;
    fill(fleet, TENANT, 40);
    fleet.merge(TENANT, { config: REGROUPING });
    await world.goOn();
    await world.goOn();
    fill(fleet, TENANT, 50);
    fleet.merge(TENANT, { config: { ...REGROUPING, version: 2, text: "by team, again" } });
    await goOnToEnd(world);
    expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team, again");
    expect(fleet.get(TENANT)?.groupCount).toBe(50);
    expect(fleet.isChanging(TENANT)).toBe(false);
  });

  it("runDue() waits for the configuration that is on its way, and not longer", async () => {
    const world = slicedWorld(10);
    const { fleet } = world;
    fill(fleet, TENANT, 40);
    const flushes: DueFlush[] = [];
    const runDue = (): void => fleet.runDue((_, flush) => void flushes.push(flush));
    world.pass(MINUTE_MS);
    fleet.merge(TENANT, { config: REGROUPING });
    runDue();
    expect(flushes).toEqual([]);
    await goOnToEnd(world);
    world.pass(50);
    runDue();
    expect(flushes).toHaveLength(1);
  });

  it("runDue() spends so many ticks at once, the rest when it is called again, each once", () => {
    const world = slicedWorld(70);
    const { fleet, journaled } = world;
    for (const id of ["a", "b"] as readonly string[] as readonly TenantId[]) {
      fleet.merge(id, { config: REGROUPING });
      fill(fleet, id, 20);
    }
    world.pass(MINUTE_MS);
    const flushed: string[] = [];
    const counts: number[] = [];
    for (let call = 0; fleet.nextDueMs <= START_MS + MINUTE_MS && call < 100; call += 1) {
      const before = flushed.length;
      journaled.length = 0;
      fleet.runDue((tenant, { groupId }) => void flushed.push(`${tenant} ${groupId}`));
      counts.push(flushed.length - before);
      expect(journaled.flatMap(({ state }) => state.groups ?? [])).toHaveLength(
        flushed.length - before,
      );
    }
    expect(new Set(flushed).size).toBe(40);
    expect(flushed).toHaveLength(40);
    expect(Math.max(...counts)).toBeLessThanOrEqual(7);
  });

  it("runDue() forgets what it had in order of groups that a reload has replaced", async () => {
    const world = slicedWorld(70);
    const { fleet } = world;
    fleet.merge(TENANT, { config: REGROUPING });
    fill(fleet, TENANT, 20);
    world.pass(MINUTE_MS);
    const flushed: string[] = [];
    const runDue = (): void => fleet.runDue((_, { groupId }) => void flushed.push(groupId));
    runDue();
    expect(flushed).toHaveLength(7);
    fleet.merge(TENANT, { config: { ...REGROUPING, version: 2, text: undefined } });
    await goOnToEnd(world);
    world.pass(MINUTE_MS);
    for (let call = 0; call < 10; call += 1) runDue();
    expect(flushed.slice(7)).toHaveLength(1);
  });

  it("setFallback() has some tenants changed at once, and more in later turns", async () => {
    const world = slicedWorld(10);
    const { fleet } = world;
    const ids = ["a", "b", "c", "d"] as readonly string[] as readonly TenantId[];
    for (const id of ids) fill(fleet, id, 6);
    let isOver = false;
    const next = settingsOf({}, { groupBy: ["team"] });
    void fleet.setFallback(next).then(() => (isOver = true));
    const changed = (): number => ids.filter((id) => fleet.get(id)?.settings === next).length;
    expect([changed(), isOver]).toEqual([1, false]);
    await world.goOn();
    expect(changed()).toBeLessThan(4);
    await goOnToEnd(world);
    expect([changed(), isOver]).toEqual([4, true]);
  });

  it("a tenant that is dropped meanwhile stays dropped", async () => {
    const world = slicedWorld(10);
    const { fleet } = world;
    fill(fleet, TENANT, 40);
    fleet.merge(TENANT, { config: REGROUPING });
    await world.goOn();
    fleet.drop(TENANT);
    await goOnToEnd(world);
    await fleet.inForce(TENANT);
    expect(fleet.get(TENANT)).toBeUndefined();
    expect(fleet.nextDueMs).toBe(Infinity);
  });
});

describe("Fleet, with state in portions", () => {
  const alerts = Array.from({ length: 40 }, (_, at) => ({ alertname: "A", team: `t${at}` }));
  const state = (): PartialState => post(tenantOf(), START_MS, ...alerts);

  it("mergeInTurns() lets others have turns, and journals and tells each portion", async () => {
    const world = slicedWorld(10);
    const { fleet, journaled, told } = world;
    let wasNews: boolean | undefined;
    void fleet.mergeInTurns(TENANT, state()).then((news) => (wasNews = news));
    expect(fleet.get(TENANT)?.alertCount).toBe(10);
    expect(await goOnToEnd(world)).toBe(5);
    expect(wasNews).toBe(true);
    expect(fleet.get(TENANT)?.alertCount).toBe(40);
    expect(journaled.flatMap((entry) => entry.state.alerts ?? [])).toHaveLength(40);
    expect(told).toEqual(journaled.map((entry) => entry.state));
    void fleet.mergeInTurns(TENANT, state()).then((news) => (wasNews = news));
    await goOnToEnd(world);
    expect(wasNews).toBe(false);
  });

  it("mergeInTurns() gives a group the clock that came along, be it in a later portion", async () => {
    const world = slicedWorld(10);
    const { groups: [clock] = [], ...rest } = state();
    const earlier = { ...clock!, bornMs: START_MS - MINUTE_MS, tickMs: START_MS - 1 };
    void world.fleet.mergeInTurns(TENANT, { ...rest, groups: [earlier] });
    expect(world.fleet.get(TENANT)?.fullState().groups).toEqual([earlier]);
    await goOnToEnd(world);
    expect(world.fleet.get(TENANT)?.fullState().groups).toEqual([earlier]);
  });

  it("merges at once what is little, and all where nobody waits for a turn", async () => {
    const world = slicedWorld(1_000);
    expect(world.fleet.restore(TENANT, state())).toBeUndefined();
    expect(await world.fleet.mergeInTurns(TENANT, state())).toBe(false);
    const { fleet } = worldOf();
    expect(fleet.restore(TENANT, state())).toBeUndefined();
  });

  it("restore() is over when all portions are in, and nobody is told", async () => {
    const world = slicedWorld(10);
    let isOver = false;
    void world.fleet.restore(TENANT, state())?.then(() => (isOver = true));
    expect(isOver).toBe(false);
    await goOnToEnd(world);
    expect(isOver).toBe(true);
    expect(world.fleet.get(TENANT)?.alertCount).toBe(40);
    expect([world.journaled, world.told]).toEqual([[], []]);
  });

  it.each(["mergeInTurns", "restore"] as const)(
    "%s() has a configuration parsed beside the loop, before it is merged",
    async (merge) => {
      const parsed = Promise.withResolvers<Config>();
      const settingsCache = new SettingsCache({
        parse: () => {
          throw new Error("This would hold everybody up");
        },
        parseSent: () => parsed.promise,
      });
      const { fleet } = worldOf({ rest: () => Promise.resolve() }, settingsCache);
      const merging = fleet[merge](TENANT, { config: REGROUPING });
      expect(fleet.get(TENANT)?.configRecord).toBeUndefined();
      parsed.resolve(configOf({}, { groupBy: ["team"] }));
      await merging;
      expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team");
      // What is known already is not parsed again.
      await fleet[merge](TENANT, { config: { ...REGROUPING, version: 0, text: "older" } });
      expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team");
    },
  );
});
