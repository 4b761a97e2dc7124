import { describe, expect, it } from "vitest";
import { Pacer } from "./pacer.ts";
import type { Steps } from "./steps.ts";

/** A pacer of turns that a test makes happen. */
function paced(sizeMax: number) {
  const resting: (() => void)[] = [];
  const went: string[] = [];
  const pacer = new Pacer(sizeMax, (next) => resting.push(next));
  return {
    pacer,
    went,
    resting,
    ask: (name: string, size: number, lane?: "first" | "later"): void => {
      const turn = pacer.take(size, lane);
      if (turn === undefined) went.push(name);
      else void turn.then(() => went.push(name));
    },
    /** The next turn of the event loop: who went in it. */
    turn: async (): Promise<readonly string[]> => {
      went.length = 0;
      for (const next of resting.splice(0)) next();
      await Promise.resolve();
      return [...went];
    },
  };
}

describe("Pacer", () => {
  it("lets go in one turn what fits into it, the rest in later ones, in the order of asking", async () => {
    const { ask, turn, went } = paced(10);
    for (const [name, size] of Object.entries({ a: 4, b: 6, c: 1, d: 9, e: 5 })) ask(name, size);
    expect(went).toEqual(["a", "b"]);
    expect(await turn()).toEqual(["c", "d"]);
    expect(await turn()).toEqual(["e"]);
    expect(await turn()).toEqual([]);
  });

  it("gives a turn of its own to what is larger", async () => {
    const { ask, turn, went } = paced(10);
    for (const [name, size] of Object.entries({ a: 1, b: 1_000, c: 1, d: 1 })) ask(name, size);
    expect(went).toEqual(["a"]);
    expect(await turn()).toEqual(["b"]);
    expect(await turn()).toEqual(["c", "d"]);
  });

  it("lets nobody overtake who waits", async () => {
    const { ask, turn, went } = paced(10);
    for (const [name, size] of Object.entries({ a: 8, b: 8, c: 1 })) ask(name, size);
    expect(went).toEqual(["a"]);
    expect(await turn()).toEqual(["b", "c"]);
  });

  it("lets those who ask first go before those who began to wait before them", async () => {
    const { ask, turn, went } = paced(10);
    for (const [name, size] of Object.entries({ a: 8, b: 8, c: 2 })) ask(name, size);
    ask("d", 2, "first");
    ask("e", 8, "first");
    ask("f", 1, "first");
    expect(went).toEqual(["a", "d"]);
    expect(await turn()).toEqual(["e", "f"]);
    expect(await turn()).toEqual(["b", "c"]);
  });

  it("has its whole room again after a turn in which nobody asked, and rests only after work", async () => {
    const { ask, turn, went, resting } = paced(10);
    ask("a", 10);
    expect(resting).toHaveLength(1);
    await turn();
    expect(resting).toHaveLength(0);
    ask("b", 10);
    expect(went).toEqual(["b"]);
  });

  it("does steps each in the turn that has room for it, and all at once if none asks for room", async () => {
    const { pacer, turn, went } = paced(10);
    function* steps(...sizes: readonly number[]): Steps<string> {
      for (const size of sizes) {
        yield size;
        went.push(`${size}`);
      }
      return "over";
    }
    const result = pacer.run(steps(4, 5, 9, 8));
    await Promise.resolve();
    expect(went).toEqual(["4", "5"]);
    expect(await turn()).toEqual(["9"]);
    expect(await turn()).toEqual(["8"]);
    expect(await result).toBe("over");
    const short = steps();
    void pacer.run(short);
    expect(short.next()).toEqual({ done: true, value: undefined });
  });
});
