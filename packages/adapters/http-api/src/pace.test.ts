import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapPaced, Pace, selectPaced, sortPaced } from "./pace.ts";

/** A pace that counts the turns of others, and what was done since the last one. */
function watched() {
  const slices: number[] = [0];
  const pace = new Pace(() => Promise.resolve(slices.push(0)));
  const did = <T>(result: T): T => {
    slices.push((slices.pop() ?? 0) + 1);
    return result;
  };
  return { pace, did, slices };
}

const numbers = Array.from({ length: 10_000 }, (_, at) => at);

describe("selectPaced()", () => {
  it("looks at some hundred items at most before others have a turn", async () => {
    const { pace, did, slices } = watched();
    const even = { passes: (item: number) => did(item % 2 === 0), workOf: () => 0 };
    expect(await selectPaced(numbers, even, pace)).toHaveLength(5_000);
    expect(Math.max(...slices)).toBeLessThanOrEqual(500);
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
    expect(Math.max(...slices)).toBeLessThanOrEqual(500);
  });

  it("asks for no item before its turn", async () => {
    const { pace, did, slices } = watched();
    const lazy = numbers.values().map((item) => did(item));
    await selectPaced(lazy, { passes: () => true, workOf: () => 0 }, pace);
    expect(Math.max(...slices)).toBeLessThanOrEqual(501);
  });
});

describe("mapPaced()", () => {
  it("makes some hundred items at most before others have a turn", async () => {
    const { pace, did, slices } = watched();
    expect(await mapPaced(numbers, (item) => did(-item), pace)).toEqual(numbers.map((n) => -n));
    expect(Math.max(...slices)).toBeLessThanOrEqual(500);
  });
});

describe("sortPaced()", () => {
  it("sorts as the engine does, equal items as they stood", async () => {
    const items = fc.array(fc.tuple(fc.nat(20), fc.nat()), { maxLength: 3_000 });
    await fc.assert(
      fc.asyncProperty(items, async (list) => {
        const compare = (a: readonly number[], b: readonly number[]): number =>
          (a[0] ?? 0) - (b[0] ?? 0);
        expect(await sortPaced(list, compare, new Pace())).toEqual(list.toSorted(compare));
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
