import { Series } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { Lanes, LANE_WIDTH, originOf, type Place } from "./lanes.ts";

const live = new AbortController().signal;

describe("Lanes.enter()", () => {
  it("lets so many to one destination at a time, then the longest waiting; others do not wait", async () => {
    const waiting = new Series();
    const lanes = new Lanes(waiting);
    const entered: number[] = [];
    const enter = async (name: number): Promise<Place> => {
      const place = await lanes.enter("slow", live);
      entered.push(name);
      return place;
    };
    const all = Array.from({ length: LANE_WIDTH + 3 }, (_, name) => enter(name));
    await lanes.enter("fast", live);
    expect(entered).toHaveLength(LANE_WIDTH);
    expect(waiting.value).toBe(3);
    (await all[0]!).leave();
    await all[LANE_WIDTH];
    (await all[1]!).leave();
    await all[LANE_WIDTH + 1];
    expect(entered.slice(LANE_WIDTH)).toEqual([LANE_WIDTH, LANE_WIDTH + 1]);
    expect(waiting.value).toBe(1);
  });

  it("forgets who gives up, and opens anew when all have left", async () => {
    const waiting = new Series();
    const lanes = new Lanes(waiting);
    for (let round = 0; round < 2; round += 1) {
      const inside = await Promise.all(
        Array.from({ length: LANE_WIDTH }, () => lanes.enter("slow", live)),
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
});

describe("originOf()", () => {
  it("is what shares connections, or the whole of what is no address", () => {
    expect(originOf("https://a.example:8443/hook?x=1")).toBe("https://a.example:8443");
    expect(originOf("http://a.example?x")).toBe("http://a.example");
    expect(originOf("/run/secrets/url")).toBe("/run/secrets/url");
    expect(originOf("{{ .GroupLabels.url }}")).toBe("{{ .GroupLabels.url }}");
  });
});
