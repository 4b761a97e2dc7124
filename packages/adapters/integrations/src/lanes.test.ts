import { Series } from "@tocsin/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANE_COUNT_MAX, Lanes, OWN_COUNT, SHARED_COUNT_MAX, type Place } from "./lanes.ts";

const live = new AbortController().signal;
/** So many lanes take all shared places. */
const FILLING_COUNT = Math.ceil(SHARED_COUNT_MAX / (LANE_COUNT_MAX - OWN_COUNT));

/** Lanes whose messages note that they are under way. */
class World {
  readonly waiting = new Series();
  readonly lanes = new Lanes(this.waiting);
  readonly entered: string[] = [];
  readonly places = new Map<string, Place[]>();

  enter(name: string, count = 1, signal = live): void {
    for (let at = 0; at < count; at += 1) {
      void this.lanes.enter(name, signal).then(
        (place) => {
          this.entered.push(name);
          this.places.set(name, [...(this.places.get(name) ?? []), place]);
        },
        () => {},
      );
    }
  }

  leave(name: string): void {
    this.places.get(name)?.shift()?.leave();
  }

  countOf(name: string): number {
    return this.places.get(name)?.length ?? 0;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("Lanes.enter()", () => {
  it("lets so many of one lane in at a time, then the longest waiting", async () => {
    const waiting = new Series();
    const lanes = new Lanes(waiting);
    const entered: number[] = [];
    const enter = async (name: number): Promise<Place> => {
      const place = await lanes.enter("slow", live);
      entered.push(name);
      return place;
    };
    const all = Array.from({ length: LANE_COUNT_MAX + 3 }, (_, name) => enter(name));
    const other = await lanes.enter("fast", live);
    expect(other.hasWaited).toBe(false);
    expect(entered).toHaveLength(LANE_COUNT_MAX);
    expect(waiting.value).toBe(3);
    (await all[0]!).leave();
    expect(await all[LANE_COUNT_MAX]).toHaveProperty("hasWaited", true);
    (await all[1]!).leave();
    await all[LANE_COUNT_MAX + 1];
    expect(entered.slice(LANE_COUNT_MAX)).toEqual([LANE_COUNT_MAX, LANE_COUNT_MAX + 1]);
    expect(waiting.value).toBe(1);
  });

  it("always lets a few of each lane in, though others have taken all shared places", async () => {
    const world = new World();
    for (let at = 0; at < FILLING_COUNT; at += 1) world.enter(`hangs ${at}`, 1_000);
    world.enter("works", OWN_COUNT + 1);
    await settle();
    expect(world.entered).toHaveLength(SHARED_COUNT_MAX + (FILLING_COUNT + 1) * OWN_COUNT);
    expect(world.countOf("works")).toBe(OWN_COUNT);
    world.leave("works");
    await settle();
    expect(world.countOf("works")).toBe(OWN_COUNT);
  });

  it("gives shared places that get free to the lanes in turn", async () => {
    const world = new World();
    for (let at = 0; at < FILLING_COUNT; at += 1) world.enter(`full ${at}`, LANE_COUNT_MAX);
    world.enter("many", 100);
    world.enter("some", OWN_COUNT + 2);
    await settle();
    const before = world.entered.length;
    for (let at = 0; at < 4; at += 1) world.leave("full 0");
    await settle();
    const turns = world.entered.slice(before);
    expect(turns).toEqual(expect.arrayContaining(["many", "some"]));
    expect(world.countOf("some")).toBeGreaterThanOrEqual(OWN_COUNT + 1);
  });

  it("forgets who gives up, and opens anew when all have left", async () => {
    const waiting = new Series();
    const lanes = new Lanes(waiting);
    for (let round = 0; round < 2; round += 1) {
      const inside = await Promise.all(
        Array.from({ length: LANE_COUNT_MAX }, () => lanes.enter("slow", live)),
      );
      const impatient = new AbortController();
      const given = lanes.enter("slow", impatient.signal);
      const patient = lanes.enter("slow", live);
      impatient.abort(new Error("given up"));
      await expect(given).rejects.toThrow("given up");
      expect(waiting.value).toBe(1);
      for (const { leave } of inside) leave();
      const { hasWaited, leave } = await patient;
      leave();
      expect(hasWaited).toBe(true);
      expect(waiting.value).toBe(0);
    }
    await expect(lanes.enter("slow", AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  });

  it("keeps nobody waiting for whom there is a place, whatever came before", async () => {
    const act = fc.record({
      lane: fc.integer({ min: 0, max: FILLING_COUNT + 2 }).map(String),
      kind: fc.constantFrom("enter", "leave", "give up"),
      count: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const world = new World();
        const wanted = new Map<string, number>();
        for (const { lane, kind, count } of acts) {
          const before = wanted.get(lane) ?? 0;
          const impatient = new AbortController();
          if (kind === "leave") {
            const left = Math.min(count, world.countOf(lane));
            for (let at = 0; at < left; at += 1) world.leave(lane);
            wanted.set(lane, before - left);
          } else {
            world.enter(lane, count, kind === "enter" ? live : impatient.signal);
            const inside = world.countOf(lane);
            await settle();
            impatient.abort();
            const stayed = kind === "enter" ? count : world.countOf(lane) - inside;
            wanted.set(lane, before + stayed);
          }
          await settle();
          const shared = [...wanted.keys()].reduce(
            (sum, name) => sum + Math.max(0, world.countOf(name) - OWN_COUNT),
            0,
          );
          let waiting = 0;
          for (const [name, count] of wanted) {
            const inside = world.countOf(name);
            waiting += count - inside;
            if (inside === count) continue;
            expect(inside).toBeGreaterThanOrEqual(OWN_COUNT);
            expect(inside === LANE_COUNT_MAX || shared === SHARED_COUNT_MAX).toBe(true);
          }
          expect(shared).toBeLessThanOrEqual(SHARED_COUNT_MAX);
          expect(world.waiting.value).toBe(waiting);
        }
      }),
      { numRuns: 60 },
    );
  });
});
