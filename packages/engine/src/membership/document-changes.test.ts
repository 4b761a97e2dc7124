import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import type { MemberState, RingDocument } from "@tocsin/domain/ring";
import {
  announcedBy,
  foundedBy,
  joinedBy,
  leavingOf,
  leftBy,
  mayLeave,
  returnedBy,
} from "./document-changes.ts";
import { documentOf, ids, own, shown } from "./fixture.ts";
import { settledOf } from "./upkeep.ts";

const [A, B, C] = ids;
const everybody = { hasSynced: (): boolean => true };

describe("the way of a member", () => {
  it("founds, announces itself, joins, is settled, leaves, is settled out and gone", () => {
    const founded = foundedBy(0, own(A));
    expect(shown(founded)).toBe("1: a=active | a -> a");
    const announced = announcedBy(founded, own(B));
    expect(shown(announced)).toBe("2: a=active b=pending | a -> a");
    const joined = joinedBy(announced, own(B));
    expect(shown(joined)).toBe("3: a=active b=joining | a -> a,b");
    const settled = settledOf(joined, everybody);
    expect(shown(settled)).toBe("4: a=active b=active | a,b -> a,b");
    const leaving = leavingOf(settled, own(A)) ?? settled;
    expect(shown(leaving)).toBe("5: a=leaving b=active | a,b -> b");
    const moved = settledOf(leaving, everybody);
    expect(shown(moved)).toBe("6: a=leaving b=active | b -> b");
    expect(shown(leftBy(moved, A))).toBe("7: b=active | b -> b");
  });
});

describe("foundedBy()", () => {
  it("goes on from the highest version that was ever seen", () => {
    expect(shown(foundedBy(7, own(B)))).toBe("8: b=active | b -> b");
  });
});

describe("joinedBy()", () => {
  it("leaves `settled` alone while an earlier change is still under way", () => {
    const known = joinedBy(foundedBy(0, own(B)), own(C));
    expect(shown(joinedBy(known, own(A)))).toBe("3: a=joining b=active c=joining | b -> a,b,c");
  });
});

describe("returnedBy()", () => {
  const states: readonly MemberState[] = ["joining", "active", "leaving"];

  it("stays joining when it was settled without having synced", () => {
    const known = documentOf({ settled: [A, B], target: [A, B], states: { a: "joining" } });
    expect(shown(returnedBy(known, own(A, 5)))).toBe("2: a=joining b=active | a,b -> a,b");
  });

  it.each(["active", "leaving"] as const)("is active when it owned and was %s, anew", (state) => {
    const known = documentOf({ settled: [A, B], target: [B], states: { a: state } });
    const back = returnedBy(known, own(A, 5));
    expect(shown(back)).toBe("2: a=active b=active | a,b -> a,b");
    expect(back.members[0]?.incarnation).toBe(5);
  });

  it.each(states)("joins anew when it owned nothing any more and was %s", (state) => {
    const known = documentOf({ settled: [B], target: [B], members: [A, B], states: { a: state } });
    expect(shown(returnedBy(known, own(A, 5)))).toBe("2: a=joining b=active | b -> a,b");
  });
});

describe("leavingOf()", () => {
  it("says nothing about somebody who is no member", () => {
    expect(leavingOf(foundedBy(0, own(A)), own(B))).toBeUndefined();
  });

  it("keeps the last member in `settled`, so that its tenants still have an owner", () => {
    const last = leavingOf(foundedBy(0, own(A)), own(A));
    expect(shown(last)).toBe("2: a=leaving | a -> ");
  });
});

describe("mayLeave(), the drain lease", () => {
  const known = documentOf({ settled: [A, B, C], target: [B, C], states: { a: "leaving" } });
  const nobody = (): boolean => false;

  it("lets one leave at a time", () => {
    expect(mayLeave(known, own(B), nobody)).toBe(false);
    expect(mayLeave(known, own(A), nobody)).toBe(true);
  });

  it("is given back when ownership has moved, or its holder is dead", () => {
    expect(mayLeave(settledOf(known, everybody), own(B), nobody)).toBe(true);
    expect(mayLeave(known, own(B), (id) => id === A)).toBe(true);
  });

  it("is for all of one zone where zones are used", () => {
    const zoned = {
      ...known,
      members: known.members.map((member) => ({ ...member, zone: member.id === C ? "y" : "x" })),
    };
    expect(mayLeave(zoned, { ...own(B), zone: "x" }, nobody)).toBe(true);
    expect(mayLeave(zoned, { ...own(C), zone: "y" }, nobody)).toBe(false);
  });
});

describe("leftBy()", () => {
  it("leaves what remains of `settled` in charge when nobody was taking over", () => {
    const known = documentOf({ settled: [A, B], target: [A], states: { a: "leaving" } });
    expect(shown(leftBy(known, A))).toBe("2: b=active | b -> b");
  });

  it("puts `target` in charge when nobody of `settled` remains", () => {
    const known = documentOf({ settled: [A], target: [B], states: { b: "joining" } });
    expect(shown(leftBy(known, A))).toBe("2: b=active | b -> b");
  });

  it("puts nobody in charge who is leaving, for all leave then, and nobody takes over from it", () => {
    const states = { a: "leaving", b: "leaving", c: "pending" } as const;
    const known = documentOf({ settled: [A], target: [], members: [A, B], states });
    expect(shown(leftBy(known, A))).toBe("2: b=leaving |  -> ");
    const joining = documentOf({ settled: [A], target: [], members: [A, B, C], states });
    expect(shown(leftBy(joining, A))).toBe("2: b=leaving c=active | c -> c");
  });

  it("makes those catch up who were not given what an owner held", () => {
    const known = documentOf({ settled: [A, B, C], target: [B, C], states: { a: "leaving" } });
    const left = leftBy(known, A, (id) => id === B);
    expect(shown(left)).toBe("2: b=active c=joining | b,c -> b,c");
    const out = documentOf({ settled: [B, C], target: [B, C], members: [A, B, C] });
    expect(shown(leftBy(out, A, () => false))).toBe("2: b=active c=active | b,c -> b,c");
  });

  it("says nothing about somebody who is no member", () => {
    expect(leftBy(foundedBy(0, own(A)), B)).toBeUndefined();
  });
});

describe("any sequence of changes", () => {
  it("makes versions grow, names only members, and keeps somebody in charge", () => {
    const kind = fc.constantFrom("announce", "join", "return", "leave", "left", "settle");
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.constantFrom(...ids)), { maxLength: 20 }), (acts) => {
        let document = foundedBy(0, own(A));
        for (const [act, id] of acts) {
          const next = change(document, act, id);
          if (next === undefined) continue;
          expect(next.version).toBe(document.version + 1);
          const all = next.members.map((member) => member.id);
          expect(all).toEqual([...new Set(all)].sort());
          for (const owner of [...next.settled, ...next.target]) expect(all).toContain(owner);
          // Who is pending comes in by itself, also where the last one in charge left before it came.
          const staying = next.members.filter(
            ({ state }) => state !== "leaving" && state !== "pending",
          );
          if (staying.length > 0) {
            expect(next.settled.length + next.target.length).toBeGreaterThan(0);
          }
          for (const { id: one, state } of next.members) {
            // Only who is in charge may speak of the past.
            if (state === "active") expect(next.settled).toContain(one);
            if (state === "pending") expect(next.target).not.toContain(one);
          }
          document = next;
          if (all.length === 0) document = foundedBy(document.version, own(id));
        }
      }),
    );
  });
});

function change(document: RingDocument, act: string, id: InstanceId): RingDocument | undefined {
  const state = document.members.find((member) => member.id === id)?.state;
  const isOwner = document.settled.includes(id) || document.target.includes(id);
  switch (act) {
    case "announce":
      return isOwner ? undefined : announcedBy(document, own(id));
    case "join":
      return state === "pending" ? joinedBy(document, own(id)) : undefined;
    case "return":
      return isOwner ? returnedBy(document, own(id)) : undefined;
    case "leave":
      return leavingOf(document, own(id));
    case "left":
      return leftBy(document, id);
    default:
      return document.target.length > 0 ? settledOf(document, everybody) : undefined;
  }
}
