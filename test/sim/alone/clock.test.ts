import { Fleet } from "@tocsin/engine/fleet";
import { describe, expect, it } from "vitest";
import { method } from "../bugs/plant.ts";
import { checkClockRun } from "./clock-checker.ts";
import { runClockScript } from "./clock-script.ts";

const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1);

describe("a clock that is set back", () => {
  it.each(SEEDS)("makes nobody wait and tells nothing twice, seed %i", async (seed) => {
    expect(checkClockRun(await runClockScript(seed))).toEqual([]);
  });

  it.each(SEEDS)(
    "does so also a few records at a time, with others between, seed %i",
    async (seed) => {
      expect(checkClockRun(await runClockScript(seed, 1))).toEqual([]);
    },
  );

  it("is noticed when nothing is made of it", async () => {
    const uproot = method(Fleet, "setBack", () => () => Promise.resolve());
    try {
      const runs = await Promise.all(SEEDS.slice(0, 5).map((seed) => runClockScript(seed)));
      expect(runs.filter((run) => checkClockRun(run).length > 0)).toHaveLength(5);
    } finally {
      uproot();
    }
  });
});
