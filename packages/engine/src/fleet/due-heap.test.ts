import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TenantId } from "@tocsin/domain/model";
import { DueHeap } from "./due-heap.ts";

// Branded texts are made at the edges of the program, and a test is one.
const NAMES = ["a", "b", "c"] as readonly string[] as readonly TenantId[];
const [A, B, C] = NAMES as [TenantId, TenantId, TenantId];

describe("DueHeap", () => {
  it("does under any acts what a map does that is searched through", () => {
    const name = fc.constantFrom(...NAMES);
    const at = fc.oneof(fc.nat(10), fc.constant(Infinity));
    const act = fc.oneof(
      fc.record({ kind: fc.constant("arm" as const), name, at }),
      fc.record({ kind: fc.constant("remove" as const), name, at }),
      fc.record({ kind: fc.constant("take" as const), name, at: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const heap = new DueHeap();
        const slow = new Map<TenantId, number>();
        for (const one of acts) {
          switch (one.kind) {
            case "arm":
              heap.arm(one.name, one.at);
              slow.set(one.name, one.at);
              break;
            case "remove":
              heap.remove(one.name);
              slow.delete(one.name);
              break;
            case "take":
              expect(takeAll(heap, one.at)).toEqual(takeSlowly(slow, one.at));
              break;
          }
          expect(heap.nextMs).toBe(Math.min(Infinity, ...slow.values()));
        }
      }),
    );
  });

  it("breaks ties by name, so that one seed gives one order", () => {
    const heap = new DueHeap();
    for (const id of [C, A, B]) heap.arm(id, 5);
    expect(takeAll(heap, 4)).toEqual([]);
    expect(takeAll(heap, 5)).toEqual([A, B, C]);
    expect(takeAll(heap, 5)).toEqual([]);
  });

  it("counts only the last arming of a tenant", () => {
    const heap = new DueHeap();
    heap.arm(A, 1);
    heap.arm(A, 9);
    expect(heap.nextMs).toBe(9);
    expect(takeAll(heap, 8)).toEqual([]);
    heap.arm(A, Infinity);
    expect(heap.nextMs).toBe(Infinity);
  });
});

function takeAll(heap: DueHeap, nowMs: number): readonly TenantId[] {
  const taken: TenantId[] = [];
  for (let id = heap.takeNext(nowMs); id !== undefined; id = heap.takeNext(nowMs)) taken.push(id);
  return taken;
}

function takeSlowly(due: Map<TenantId, number>, nowMs: number): readonly TenantId[] {
  const taken = [...due]
    .filter(([, dueMs]) => dueMs <= nowMs)
    .sort(([left, a], [right, b]) => a - b || (left < right ? -1 : 1));
  for (const [id] of taken) due.delete(id);
  return taken.map(([id]) => id);
}
