import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId } from "../model/index.ts";
import {
  isQuorum,
  ownersInOrder,
  QuorumTracker,
  readQuorum,
  writeQuorum,
  type OwnerSets,
  type QuorumKind,
  type QuorumOutcome,
} from "./index.ts";

// Branded texts are made at the edges of the program, and a test is one.
const IDS = ["a", "b", "c", "d", "e"] as readonly string[] as readonly InstanceId[];

const sets = fc.shuffledSubarray([...IDS], { minLength: 1 });
const owners: fc.Arbitrary<OwnerSets> = fc
  .array(sets, { minLength: 1, maxLength: 2 })
  .map((list) => ({ sets: list }));
const kinds = fc.constantFrom<QuorumKind>("write", "read");
const subsets = fc.subarray([...IDS]);

describe("writeQuorum() and readQuorum()", () => {
  it.each([
    { name: "1", ownerCount: 1, write: 1, read: 1 },
    { name: "2", ownerCount: 2, write: 2, read: 1 },
    { name: "3", ownerCount: 3, write: 2, read: 2 },
    { name: "4", ownerCount: 4, write: 3, read: 2 },
    { name: "5", ownerCount: 5, write: 3, read: 3 },
  ])("are W and R of $name owners", ({ ownerCount, write, read }) => {
    expect([writeQuorum(ownerCount), readQuorum(ownerCount)]).toEqual([write, read]);
  });

  it("always meet: a write with a read, and two writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (ownerCount) => {
        expect(writeQuorum(ownerCount) + readQuorum(ownerCount)).toBeGreaterThan(ownerCount);
        expect(2 * writeQuorum(ownerCount)).toBeGreaterThan(ownerCount);
      }),
    );
  });
});

describe("isQuorum()", () => {
  it("lets every write meet every read in each set", () => {
    fc.assert(
      fc.property(owners, subsets, subsets, (spanned, wrote, read) => {
        fc.pre(isQuorum(spanned, "write", (id) => wrote.includes(id)));
        fc.pre(isQuorum(spanned, "read", (id) => read.includes(id)));
        for (const set of spanned.sets) {
          expect(set.some((id) => wrote.includes(id) && read.includes(id))).toBe(true);
        }
      }),
    );
  });

  it("lets what was written under either of two joint sets be read under the other", () => {
    fc.assert(
      fc.property(fc.tuple(sets, sets), subsets, subsets, (both, wrote, read) => {
        const joint = { sets: both };
        fc.pre(isQuorum(joint, "write", (id) => wrote.includes(id)));
        for (const set of both) {
          fc.pre(isQuorum({ sets: [set] }, "read", (id) => read.includes(id)));
          expect(set.some((id) => wrote.includes(id) && read.includes(id))).toBe(true);
        }
      }),
    );
  });
});

describe("ownersInOrder()", () => {
  it("names the old set in its order, then those only in the new one", () => {
    const [a, b, c, d] = IDS as [InstanceId, InstanceId, InstanceId, InstanceId];
    expect(
      ownersInOrder({
        sets: [
          [c, a, b],
          [d, a, c],
        ],
      }),
    ).toEqual([c, a, b, d]);
  });
});

describe("QuorumTracker", () => {
  it("says after each answer what a slow count over all that may come says", () => {
    const answers = fc.array(fc.tuple(fc.constantFrom(...IDS), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(owners, kinds, answers, (spanned, kind, told) => {
        const tracker = new QuorumTracker(spanned, kind);
        const first = new Map<InstanceId, boolean>();
        expect(tracker.outcome).toBe(slowOutcome(spanned, kind, first));
        for (const [id, yes] of told) {
          if (yes) tracker.succeeded(id);
          else tracker.failed(id);
          if (!first.has(id)) first.set(id, yes);
          expect(tracker.outcome).toBe(slowOutcome(spanned, kind, first));
        }
      }),
    );
  });

  it("shows progress of the set that is furthest from its quorum", () => {
    const [a, b, c, d, e] = IDS as [InstanceId, InstanceId, InstanceId, InstanceId, InstanceId];
    const tracker = new QuorumTracker(
      {
        sets: [
          [a, b, c],
          [c, d, e],
        ],
      },
      "write",
    );
    expect(tracker.progress).toEqual({ have: 0, need: 2 });
    tracker.succeeded(a);
    tracker.succeeded(b);
    expect(tracker.progress).toEqual({ have: 0, need: 2 });
    tracker.succeeded(c);
    expect(tracker.progress).toEqual({ have: 1, need: 2 });
    expect(tracker.outcome).toBe("open");
    tracker.succeeded(d);
    expect(tracker.outcome).toBe("reached");
  });

  it("takes no answer of somebody who is no owner", () => {
    const [a, b] = IDS as [InstanceId, InstanceId];
    const tracker = new QuorumTracker({ sets: [[a]] }, "write");
    tracker.succeeded(b);
    expect(tracker.outcome).toBe("open");
  });

  it("cannot be made without owners", () => {
    expect(() => new QuorumTracker({ sets: [] }, "read")).toThrow("at least one set");
    expect(() => new QuorumTracker({ sets: [[]] }, "read")).toThrow("not empty");
  });
});

/** Tries every way in which those who have not answered yet might. */
function slowOutcome(
  spanned: OwnerSets,
  kind: QuorumKind,
  answers: ReadonlyMap<InstanceId, boolean>,
): QuorumOutcome {
  const open = IDS.filter((id) => !answers.has(id));
  const results = new Set<boolean>();
  for (let bits = 0; bits < 2 ** open.length; bits += 1) {
    const yes = (id: InstanceId): boolean =>
      answers.get(id) ?? Math.floor(bits / 2 ** open.indexOf(id)) % 2 === 1;
    const reached = spanned.sets.every((set) => {
      const count = set.filter(yes).length;
      const majority = Math.floor(set.length / 2) + 1;
      return count >= (kind === "write" ? majority : set.length - majority + 1);
    });
    results.add(reached);
  }
  if (results.size === 2) return "open";
  return results.has(true) ? "reached" : "lost";
}
