import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("Turns.next()", () => {
  it("lets some hundred alerts go in each turn of the event loop, in their order", async () => {
    let turn = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; turn += 1) await setImmediate();
    })();
    const turns = new Turns();
    const went: [name: string, turn: number][] = [];
    await Promise.all(
      ["a", "b", "c", "d", "e"].map((name) => {
        const alertCount = name === "c" ? 10_000 : 150;
        return turns.next(alertCount).then(() => went.push([name, turn]));
      }),
    );
    isOver = true;
    await counting;
    expect(went.map(([name]) => name)).toEqual(["a", "b", "c", "d", "e"]);
    const [a, b, c, d, e] = went.map(([, at]) => at);
    expect(b).toBe(a);
    expect(c).not.toBe(b);
    expect(d).not.toBe(c);
    expect(e).toBe(d);
  });
});
