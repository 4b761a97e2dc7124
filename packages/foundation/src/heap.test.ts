import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Heap } from "./index.ts";

describe("Heap", () => {
  it("gives items out in the order of a sort", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 })), (numbers) => {
        const heap = heapOf(numbers);
        const out: number[] = [];
        while (heap.size > 0) out.push(Number(heap.pop()));
        expect(out).toEqual(numbers.toSorted((a, b) => a - b));
      }),
    );
  });

  it("is the same as a sorted list under any mix of pushes and pops", () => {
    const act = fc.option(fc.integer({ min: 0, max: 50 }), { nil: "pop" as const });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const heap = heapOf([]);
        let slow: number[] = [];
        for (const one of acts) {
          if (one === "pop") expect(heap.pop()).toBe(slow.shift());
          else {
            heap.push(one);
            slow = [...slow, one].sort((a, b) => a - b);
          }
          expect(heap.first).toBe(slow[0]);
          expect(heap.size).toBe(slow.length);
        }
      }),
    );
  });

  it("has nothing first when it is empty", () => {
    const heap = heapOf([]);
    expect(heap.first).toBeUndefined();
    expect(heap.pop()).toBeUndefined();
  });
});

function heapOf(numbers: readonly number[]): Heap<number> {
  const heap = new Heap<number>((left, right) => left < right);
  for (const number of numbers) heap.push(number);
  return heap;
}
