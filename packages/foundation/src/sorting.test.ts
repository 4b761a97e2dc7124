import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortedSteps } from "./sorting.ts";
import { atOnce } from "./steps.ts";

interface Item {
  readonly rank: number;
  readonly place: number;
}

const byRank = (left: Item, right: Item): number => left.rank - right.rank;

function itemsOf(ranks: readonly number[]): readonly Item[] {
  return ranks.map((rank, place) => ({ rank, place }));
}

describe("sortedSteps()", () => {
  it("orders as toSorted() does, equal ones as they stood, and leaves the list as it is", () => {
    const lengths = fc.constantFrom(0, 1, 2, 255, 256, 257, 512, 600, 1_500);
    const ranks = lengths.chain((length) =>
      fc.array(fc.nat(50), { minLength: length, maxLength: length }),
    );
    fc.assert(
      fc.property(ranks, (of) => {
        const items = itemsOf(of);
        expect(atOnce(sortedSteps(items, byRank))).toEqual(items.toSorted(byRank));
        expect(items).toEqual(itemsOf(of));
      }),
    );
  });

  it("lets others have turns while ten thousand are put in order", () => {
    const items = itemsOf(Array.from({ length: 10_000 }, (_, at) => (at * 7_919) % 10_007));
    const sizes = [...sortedSteps(items, byRank)];
    expect(Math.max(...sizes)).toBeLessThan(10_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(10_000 * 10);
  });

  it("compares what is in order but for its end hardly more often than once", () => {
    const items = itemsOf([...Array.from({ length: 10_000 }, (_, at) => at), 3, 9_000]);
    let count = 0;
    const counting = (left: Item, right: Item): number => {
      count += 1;
      return byRank(left, right);
    };
    expect(atOnce(sortedSteps(items, counting))).toEqual(items.toSorted(byRank));
    expect(count).toBeLessThan(2.5 * items.length);
  });
});
