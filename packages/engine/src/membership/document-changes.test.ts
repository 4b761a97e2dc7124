import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import type { MemberState, RingDocument } from "@tocsin/domain/ring";
import {
  foundedBy,
  joinedBy,
  leavingOf,
  leftBy,
  maySettle,
  returnedBy,
  settledOf,
  type OwnEntry,
} from "./document-changes.ts";

// Branded texts are made at the edges of the program, and a test is one.
const IDS = ["a", "b", "c", "d"] as readonly string[] as readonly InstanceId[];
const [A, B, C] = IDS as [InstanceId, InstanceId, InstanceId];

describe("the way of a member", () => {
  it("founds, joins, is settled, leaves, is settled out and gone", () => {
    const founded = foundedBy(0, own(A));
    expect(shown(founded)).toBe("1: a=active | a -> a");
    const joined = joinedBy(founded, own(B));
    expect(shown(joined)).toBe("2: a=active b=joining | a -> a,b");
    const settled = settledOf(joined);
    expect(shown(settled)).toBe("3: a=active b=active | a,b -> a,b");
    const leaving = settled && leavingOf(settled, own(A));
    expect(shown(leaving)).toBe("4: a=leaving b=active | a,b -> b");
    const moved = leaving && settledOf(leaving);
    expect(shown(moved)).toBe("5: a=leaving b=active | b -> b");
    expect(shown(moved && leftBy(moved, A))).toBe("6: b=active | b -> b");
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
  it.each(states)("is active when it owned and was %s, with its new incarnation", (state) => {
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
    expect(last && settledOf(last)).toBeUndefined();
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

  it("says nothing about somebody who is no member", () => {
    expect(leftBy(foundedBy(0, own(A)), B)).toBeUndefined();
  });
});

describe("settledOf()", () => {
  it("does nothing when nothing is under way", () => {
    expect(settledOf(foundedBy(0, own(A)))).toBeUndefined();
  });

  it("leaves a member that only waits for its entry to be seen as it is", () => {
    const known = documentOf({
      settled: [A],
      target: [A, B],
      members: [A, B, C],
      states: { b: "joining", c: "pending" },
    });
    expect(shown(settledOf(known))).toBe("2: a=active b=active c=pending | a,b -> a,b");
  });
});

describe("maySettle()", () => {
  const document = documentOf({ settled: [A], target: [A, B, C] });
  const all = (): boolean => true;

  it.each([
    { name: "all have synced", live: IDS, synced: IDS, want: true },
    { name: "one that lives has not", live: IDS, synced: [A, B], want: false },
    { name: "all that live have, one is dead", live: [A, B], synced: [A, B], want: true },
    { name: "nobody lives", live: [], synced: IDS, want: false },
  ])("says $want when $name", ({ live, synced, want }) => {
    const seen = {
      isLive: (id: InstanceId) => live.includes(id),
      hasSynced: (id: InstanceId) => synced.includes(id),
    };
    expect(maySettle(document, seen)).toBe(want);
  });

  it("says false when nothing is under way, or nobody would be left", () => {
    const seen = { isLive: all, hasSynced: all };
    expect(maySettle(documentOf({ settled: [A], target: [A] }), seen)).toBe(false);
    expect(maySettle(documentOf({ settled: [A], target: [] }), seen)).toBe(false);
  });
});

describe("any sequence of changes", () => {
  it("makes versions grow, names only members, and keeps somebody in charge", () => {
    const kind = fc.constantFrom("join", "return", "leave", "left", "settle");
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.constantFrom(...IDS)), { maxLength: 20 }), (acts) => {
        let document = foundedBy(0, own(A));
        for (const [act, id] of acts) {
          const isMember = document.members.some((member) => member.id === id);
          const next = change(document, isMember && act === "join" ? "return" : act, id);
          if (next === undefined) continue;
          expect(next.version).toBe(document.version + 1);
          const ids = next.members.map((member) => member.id);
          expect(ids).toEqual([...new Set(ids)].sort());
          for (const owner of [...next.settled, ...next.target]) expect(ids).toContain(owner);
          if (ids.length > 0) expect(next.settled.length + next.target.length).toBeGreaterThan(0);
          for (const { id: one, state } of next.members) {
            // Only who has been in charge may speak of the past.
            if (state === "active") expect(next.settled).toContain(one);
            if (state === "joining") expect(next.settled).not.toContain(one);
          }
          document = next;
          if (ids.length === 0) document = foundedBy(document.version, own(id));
        }
      }),
    );
  });
});

function change(document: RingDocument, act: string, id: InstanceId): RingDocument | undefined {
  const isMember = document.members.some((member) => member.id === id);
  switch (act) {
    case "join":
      return joinedBy(document, own(id));
    case "return":
      return isMember ? returnedBy(document, own(id)) : undefined;
    case "leave":
      return leavingOf(document, own(id));
    case "left":
      return leftBy(document, id);
    default:
      return settledOf(document);
  }
}

function own(id: InstanceId, incarnation = 1): OwnEntry {
  return { id, address: `${id}:9095`, zone: "", incarnation };
}

function documentOf(part: {
  readonly settled: readonly InstanceId[];
  readonly target: readonly InstanceId[];
  readonly members?: readonly InstanceId[];
  readonly states?: Readonly<Record<string, MemberState>>;
}): RingDocument {
  const ids = part.members ?? [...new Set([...part.settled, ...part.target])].sort();
  return {
    version: 1,
    writer: A,
    settled: part.settled,
    target: part.target,
    members: ids.map((id) => ({ ...own(id), state: part.states?.[id] ?? "active" })),
  };
}

function shown(document: RingDocument | undefined): string {
  if (document === undefined) return "none";
  const members = document.members.map(({ id, state }) => `${id}=${state}`).join(" ");
  const { version, settled, target } = document;
  return `${version}: ${members} | ${settled.join(",")} -> ${target.join(",")}`;
}
