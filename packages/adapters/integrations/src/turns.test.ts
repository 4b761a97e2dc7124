import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("Turns.next()", () => {
  it("lets one go in each turn of the event loop, in their order", async () => {
    let turn = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; turn += 1) await setImmediate();
    })();
    const turns = new Turns();
    const went: [name: string, turn: number][] = [];
    await Promise.all(
      ["a", "b", "c"].map((name) => turns.next().then(() => went.push([name, turn]))),
    );
    isOver = true;
    await counting;
    expect(went.map(([name]) => name)).toEqual(["a", "b", "c"]);
    expect(new Set(went.map(([, at]) => at)).size).toBe(3);
  });
});
