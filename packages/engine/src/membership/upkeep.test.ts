import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import { documentOf, ids, shown } from "./fixture.ts";
import {
  activatedOf,
  forgottenOf,
  maySettle,
  settledOf,
  upkeepOf,
  withoutDead,
  type Judged,
} from "./upkeep.ts";

const [A, B, C, D] = ids;

function judged(part: { dead?: readonly InstanceId[]; synced?: readonly InstanceId[] }): Judged {
  return {
    isDead: (id) => part.dead?.includes(id) === true,
    hasSynced: (id) => (part.synced ?? ids).includes(id),
  };
}

describe("withoutDead()", () => {
  const four = documentOf({ settled: ids, target: ids });

  it("takes the dead out of `target` when enough live members remain", () => {
    const next = withoutDead(four, judged({ dead: [D] }), 3);
    expect(shown(next)).toBe("2: a=active b=active c=active d=leaving | a,b,c,d -> a,b,c");
  });

  it("leaves them their places when too few would remain", () => {
    expect(withoutDead(four, judged({ dead: [C, D] }), 3)).toBeUndefined();
    expect(shown(withoutDead(four, judged({ dead: [C, D] }), 2))).toContain("-> a,b");
  });

  it("takes out whom an operator forgets, however few remain, but not the last", () => {
    const two = documentOf({ settled: [A, B], target: [A, B] });
    expect(shown(withoutDead(two, judged({ dead: [B] }), 0))).toContain("| a,b -> a");
    const one = documentOf({ settled: [A], target: [A] });
    expect(withoutDead(one, judged({ dead: [A] }), 0)).toBeUndefined();
  });

  it("takes out a dead one that never owned anything, however few there are", () => {
    const known = documentOf({ settled: [A, B], target: [A, B, C], states: { c: "joining" } });
    expect(shown(withoutDead(known, judged({ dead: [C] }), 3))).toContain("| a,b -> a,b");
  });

  it("never leaves nobody", () => {
    const known = documentOf({ settled: [A], target: [A] });
    expect(withoutDead(known, judged({ dead: [A] }), 1)).toBeUndefined();
  });
});

describe("maySettle()", () => {
  const known = documentOf({ settled: [A], target: [A, B, C] });

  it.each([
    { name: "all have synced", part: {}, want: true },
    { name: "one that lives has not", part: { synced: [A, B] }, want: false },
    { name: "all that live have", part: { dead: [C], synced: [A, B] }, want: true },
    { name: "nobody lives", part: { dead: [A, B, C] }, want: false },
  ])("says $want when $name", ({ part, want }) => {
    expect(maySettle(known, judged(part))).toBe(want);
  });

  it("says false when nothing is under way, or nobody would be left", () => {
    expect(maySettle(documentOf({ settled: [A], target: [A] }), judged({}))).toBe(false);
    expect(maySettle(documentOf({ settled: [A], target: [] }), judged({}))).toBe(false);
  });
});

describe("settledOf() and activatedOf()", () => {
  it("leave one that has not synced joining, until it has", () => {
    const known = documentOf({ settled: [A, B, C], target: [A, B] });
    const settled = settledOf(known, judged({ synced: [A] }));
    expect(shown(settled)).toBe("2: a=active b=joining c=active | a,b -> a,b");
    expect(activatedOf(settled, judged({ synced: [A] }))).toBeUndefined();
    const synced = activatedOf(settled, judged({ synced: [A, B] }));
    expect(shown(synced)).toBe("3: a=active b=active c=active | a,b -> a,b");
  });

  it("leave a member that only waits for its entry to be seen as it is", () => {
    const states = { b: "joining", c: "pending" } as const;
    const known = documentOf({ settled: [A], target: [A, B], members: [A, B, C], states });
    const settled = settledOf(known, judged({}));
    expect(shown(settled)).toBe("2: a=active b=active c=pending | a,b -> a,b");
    expect(activatedOf(settled, judged({}))).toBeUndefined();
  });
});

describe("forgottenOf()", () => {
  it("drops entries of the dead that own nothing, and only those", () => {
    const known = documentOf({ settled: [A], target: [A], members: [A, B, C] });
    expect(shown(forgottenOf(known, judged({ dead: [A, B] })))).toBe(
      "2: a=active c=active | a -> a",
    );
    expect(forgottenOf(known, judged({ dead: [A] }))).toBeUndefined();
  });
});

describe("upkeepOf()", () => {
  it("brings a cluster with a dead member to rest without it", () => {
    let known = documentOf({ settled: ids, target: ids });
    const steps: string[] = [];
    for (let next = upkeepOf(known, judged({ dead: [D] }), 3); next !== undefined;) {
      steps.push(shown(next));
      known = next;
      next = upkeepOf(known, judged({ dead: [D] }), 3);
    }
    expect(steps).toEqual([
      "2: a=active b=active c=active d=leaving | a,b,c,d -> a,b,c",
      "3: a=active b=active c=active d=leaving | a,b,c -> a,b,c",
      "4: a=active b=active c=active | a,b,c -> a,b,c",
    ]);
  });
});
