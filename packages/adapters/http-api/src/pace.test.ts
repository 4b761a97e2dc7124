import fc from "fast-check";
import { Pacer } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { mapPaced, Pace, requestTurns, selectPaced, sortPaced, TURN_WORK_MAX } from "./pace.ts";

/** The turns of a loop in which each request says what it does. */
function shared() {
  const turns: string[][] = [[]];
  const rest = (next: () => void): void =>
    void setImmediate(() => {
      turns.push([]);
      next();
    });
  const pacer = new Pacer(TURN_WORK_MAX, rest);
  const run = async (name: string, works: readonly number[]): Promise<void> => {
    const pace = new Pace(pacer);
    for (const work of works) {
      const turn = pace.item(work);
      if (turn !== undefined) await turn;
      turns.at(-1)?.push(name);
    }
  };
  return { turns, run };
}

/** A pace that counts the turns of others, and what was done since the last one. */
function watched() {
  const slices: number[] = [0];
  const rest = (next: () => void): void =>
    void setImmediate(() => {
      slices.push(0);
      next();
    });
  const pace = new Pace(new Pacer(TURN_WORK_MAX, rest));
  const did = <T>(result: T): T => {
    slices.push((slices.pop() ?? 0) + 1);
    return result;
  };
  return { pace, did, slices };
}

/** In one turn, with what is done without asking. */
const ITEMS_MAX = 520;

const numbers = Array.from({ length: 10_000 }, (_, at) => at);

describe("Pace", () => {
  it("lets all requests together do no more in a turn than one alone may", async () => {
    const { turns, run } = shared();
    const works = Array.from({ length: 10 }, () => TURN_WORK_MAX / 4);
    await Promise.all(["a", "b", "c", "d"].map((name) => run(name, works)));
    expect(Math.max(...turns.map((done) => done.length))).toBe(4 - 1);
    expect(turns.flat()).toHaveLength(40);
  });

  it("does not let a short request wait for long ones", async () => {
    const { turns, run } = shared();
    const long = Array.from({ length: 20 }, () => TURN_WORK_MAX);
    const running = Promise.all([run("a", long), run("b", long)]);
    await new Promise((resolve) => setImmediate(resolve));
    const before = turns.flat().length;
    await run("short", [TURN_WORK_MAX / 10]);
    expect(turns.flat().length - before).toBeLessThan(5);
    await running;
  });

  it("asks for no turn for what is next to nothing", () => {
    const pace = new Pace(new Pacer(TURN_WORK_MAX, () => expect.unreachable()));
    expect(pace.item()).toBeUndefined();
    expect(pace.read(1_000)).toBeUndefined();
  });
});

describe("selectPaced()", () => {
  it("looks at some hundred items at most before others have a turn", async () => {
    const { pace, did, slices } = watched();
    const even = { passes: (item: number) => did(item % 2 === 0), workOf: () => 0 };
    expect(await selectPaced(numbers, even, pace)).toHaveLength(5_000);
    expect(Math.max(...slices)).toBeLessThanOrEqual(ITEMS_MAX);
    expect(slices.reduce((sum, count) => sum + count)).toBe(10_000);
  });

  it("looks at fewer the more work each one is", async () => {
    const { pace, did, slices } = watched();
    const dear = { passes: () => did(true), workOf: () => 1_000_000 };
    expect(await selectPaced(numbers.slice(0, 100), dear, pace)).toHaveLength(100);
    expect(Math.max(...slices)).toBeLessThanOrEqual(4);
  });

  it("adds the pieces of one request up, however small each of them is", async () => {
    const { pace, did, slices } = watched();
    const all = { passes: () => did(true), workOf: () => 0 };
    for (const number of numbers) await selectPaced([number], all, pace);
    expect(Math.max(...slices)).toBeLessThanOrEqual(ITEMS_MAX);
  });

  it("asks for no item before its turn", async () => {
    const { pace, did, slices } = watched();
    const lazy = numbers.values().map((item) => did(item));
    await selectPaced(lazy, { passes: () => true, workOf: () => 0 }, pace);
    expect(Math.max(...slices)).toBeLessThanOrEqual(ITEMS_MAX);
  });
});

describe("mapPaced()", () => {
  it("makes some hundred items at most before others have a turn", async () => {
    const { pace, did, slices } = watched();
    expect(await mapPaced(numbers, (item) => did(-item), pace)).toEqual(numbers.map((n) => -n));
    expect(Math.max(...slices)).toBeLessThanOrEqual(ITEMS_MAX);
  });
});

describe("sortPaced()", () => {
  it("sorts as the engine does, equal items as they stood", async () => {
    const items = fc.array(fc.tuple(fc.nat(20), fc.nat()), { maxLength: 3_000 });
    await fc.assert(
      fc.asyncProperty(items, async (list) => {
        const compare = (a: readonly number[], b: readonly number[]): number =>
          (a[0] ?? 0) - (b[0] ?? 0);
        expect(await sortPaced(list, compare, new Pace(requestTurns()))).toEqual(
          list.toSorted(compare),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("compares some ten thousand times at most before others have a turn", async () => {
    const { pace, did, slices } = watched();
    const compare = (a: number, b: number): number => did(a - b);
    const shuffled = numbers.map((n) => (n * 7_919) % 10_007);
    const sorted = shuffled.toSorted((a, b) => a - b);
    expect(await sortPaced(shuffled, compare, pace)).toEqual(sorted);
    expect(slices.length).toBeGreaterThan(5);
    expect(Math.max(...slices)).toBeLessThanOrEqual(15_000);
  });
});
