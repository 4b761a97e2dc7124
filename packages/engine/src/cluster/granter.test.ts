import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId, LogKey, TenantId } from "@tocsin/domain/model";
import type { ClaimId, OpenClaim } from "../peer/claim.ts";
import { OTHER, OWN, OWN_INCARNATION, THIRD, Watch } from "../testing/watch.ts";
import { Granter, nameOf, type KeyRef } from "./granter.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";

const KEY = keyOf("key-1");

describe("Granter.grant()", () => {
  it("gives a key to one holder, who may ask again", () => {
    const { granter } = made();
    expect(granter.grant(KEY, claim(OTHER, 1))).toBe(true);
    expect(granter.grant(KEY, claim(THIRD, 1))).toBe(false);
    expect(granter.grant(KEY, claim(OTHER, 1))).toBe(true);
    expect(granter.holder(KEY)).toEqual(claim(OTHER, 1));
  });

  it("keeps keys and tenants apart", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 1));
    expect(granter.grant(keyOf("key-2"), claim(THIRD, 1))).toBe(true);
    expect(granter.grant(keyOf("key-1", "team-b"), claim(THIRD, 2))).toBe(true);
    expect(granter.size).toBe(3);
  });

  it("lets a later claim of the same process take the place of its earlier one, not the other way", () => {
    const { granter, ended } = made();
    granter.grant(KEY, claim(OTHER, 5));
    expect(granter.grant(KEY, claim(OTHER, 4))).toBe(false);
    expect(granter.grant(KEY, claim(OTHER, 6))).toBe(true);
    expect(granter.holder(KEY)?.number).toBe(6);
    expect(ended).toEqual([]);
  });

  it("does not take the number of another process of the same instance for a later claim", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 5, 1));
    expect(granter.grant(KEY, claim(OTHER, 6, 2))).toBe(false);
  });
});

describe("Granter.end()", () => {
  it("ends exactly the claim that it names", () => {
    const { granter, ended } = made();
    granter.grant(KEY, claim(OTHER, 5));
    granter.end(KEY, claim(OTHER, 4));
    granter.end(KEY, claim(THIRD, 5));
    granter.end(KEY, claim(OTHER, 5, 2));
    expect(granter.holder(KEY)).toEqual(claim(OTHER, 5));
    granter.end(KEY, claim(OTHER, 5));
    expect(granter.holder(KEY)).toBeUndefined();
    expect(ended).toEqual([nameOf(KEY)]);
  });

  it("does not tell of its own claims: whoever ends them knows", () => {
    const { granter, ended } = made();
    granter.grant(KEY, claim(OWN, 1, OWN_INCARNATION));
    granter.end(KEY, claim(OWN, 1, OWN_INCARNATION));
    expect([granter.size, ended]).toEqual([0, []]);
  });
});

describe("Granter.endBelow() (A29)", () => {
  it("ends claims numbered less of this process, never a live one", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 3));
    granter.grant(keyOf("key-2"), claim(OTHER, 4));
    granter.grant(keyOf("key-3"), claim(THIRD, 1));
    granter.grant(keyOf("key-4"), claim(OTHER, 1, 2));
    granter.endBelow({ id: OTHER, incarnation: 1 }, 4);
    expect(granter.holder(KEY)).toBeUndefined();
    expect(granter.holder(keyOf("key-2"))).toBeDefined();
    expect(granter.holder(keyOf("key-3"))).toBeDefined();
    expect(granter.holder(keyOf("key-4"))).toBeDefined();
  });

  it("ends nothing by a *below* that was sent before the claim and arrives after it", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 3));
    granter.endBelow({ id: OTHER, incarnation: 1 }, 3);
    expect(granter.holder(KEY)).toBeDefined();
  });
});

describe("Granter.expire()", () => {
  it("ends the grants of who was silent for the suspect timeout, not of who is only suspected", () => {
    const { watch, granter, ended } = made();
    watch.exchange(OTHER, THIRD);
    granter.grant(KEY, claim(OTHER, 1));
    granter.grant(keyOf("key-2"), claim(THIRD, 1));
    // The other is heard but does not hear: suspected, and it may still be sending.
    watch.pass(2_500, () => {
      watch.hear(OTHER);
      granter.expire();
    });
    expect(watch.liveness.isSuspected(OTHER)).toBe(true);
    expect(granter.holder(KEY)).toBeDefined();
    expect(ended).toEqual([nameOf(keyOf("key-2"))]);
  });

  it("counts silence in own running time (A3)", () => {
    const { watch, granter } = made();
    watch.exchange(OTHER);
    granter.grant(KEY, claim(OTHER, 1));
    watch.clock.jump(20_000);
    watch.running.beat();
    granter.expire();
    expect(granter.holder(KEY)).toBeDefined();
  });

  it("ends a grant 35 s after its last renewal though its holder pings", () => {
    const { watch, granter } = made();
    granter.grant(KEY, claim(OTHER, 1));
    watch.pass(30_000, () => watch.exchange(OTHER));
    granter.grant(KEY, claim(OTHER, 1));
    watch.pass(34_900, () => watch.exchange(OTHER));
    granter.expire();
    expect(granter.holder(KEY)).toBeDefined();
    watch.pass(100, () => watch.exchange(OTHER));
    granter.expire();
    expect(granter.holder(KEY)).toBeUndefined();
  });

  it("leaves own grants alone: they end with the claim", () => {
    const { watch, granter } = made();
    granter.grant(KEY, claim(OWN, 1, OWN_INCARNATION));
    watch.pass(60_000);
    granter.expire();
    expect(granter.holder(KEY)).toBeDefined();
  });
});

describe("Granter.endAllOf()", () => {
  it("ends all grants of one instance, whichever process held them", () => {
    const { granter, ended } = made();
    granter.grant(KEY, claim(OTHER, 1));
    granter.grant(keyOf("key-2"), claim(OTHER, 9, 2));
    granter.grant(keyOf("key-3"), claim(THIRD, 1));
    granter.endAllOf(OTHER);
    expect(granter.size).toBe(1);
    expect(ended).toHaveLength(2);
  });
});

describe("Granter.learn() (A20)", () => {
  it("takes a claim for granted unless somebody holds the key", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 1));
    const open = [openClaim(KEY, 7), openClaim(keyOf("key-2"), 8)];
    granter.learn({ id: THIRD, incarnation: 1 }, open);
    expect(granter.holder(KEY)).toEqual(claim(OTHER, 1));
    expect(granter.holder(keyOf("key-2"))).toEqual(claim(THIRD, 8));
  });
});

describe("Granter.learn() while another holds the key (A32)", () => {
  it("keeps the claim, which holds the key as soon as that one ends", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 1));
    granter.learn({ id: THIRD, incarnation: 1 }, [openClaim(KEY, 7)]);
    granter.end(KEY, claim(OTHER, 1));
    expect(granter.holder(KEY)).toEqual(claim(THIRD, 7));
    expect(granter.grant(KEY, claim(OTHER, 2))).toBe(false);
  });

  it.each<[how: string, end: (granter: Granter) => void]>([
    ["its outcome", (granter) => granter.end(KEY, claim(THIRD, 7))],
    ["its *below*", (granter) => granter.endBelow({ id: THIRD, incarnation: 1 }, 8)],
    ["the end of its process", (granter) => granter.endAllOf(THIRD)],
  ])("forgets it by %s", (_how, end) => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 1));
    granter.learn({ id: THIRD, incarnation: 1 }, [openClaim(KEY, 7)]);
    end(granter);
    expect(granter.holder(KEY)).toEqual(claim(OTHER, 1));
    granter.end(KEY, claim(OTHER, 1));
    expect(granter.holder(KEY)).toBeUndefined();
  });

  it("comes before a later claim of the process that held it", () => {
    const { granter } = made();
    granter.grant(KEY, claim(OTHER, 5));
    granter.learn({ id: THIRD, incarnation: 1 }, [openClaim(KEY, 7)]);
    expect(granter.grant(KEY, claim(OTHER, 6))).toBe(false);
    expect(granter.holder(KEY)).toEqual(claim(THIRD, 7));
  });

  it("lets one that is over with its holder not in again", () => {
    const { granter, watch } = made();
    granter.grant(KEY, claim(OTHER, 1));
    granter.learn({ id: THIRD, incarnation: 1 }, [openClaim(KEY, 7)]);
    watch.pass(DEFAULT_TIMINGS.suspectTimeoutMs);
    granter.expire();
    expect(granter.holder(KEY)).toBeUndefined();
  });
});

describe("Granter: any sequence of acts", () => {
  it("has at most one holder a key, and says no to everybody else while it has one", () => {
    const ids = fc.constantFrom(OWN, OTHER, THIRD);
    const claims = fc.tuple(ids, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }));
    const act = fc.tuple(fc.constantFrom("grant", "end", "below", "gone", "learn"), claims);
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const { granter } = made();
        const learned: ClaimId[] = [];
        for (const [what, [by, number, incarnation]] of acts) {
          const id = claim(by, number, incarnation);
          const before = granter.holder(KEY);
          if (what === "end") granter.end(KEY, id);
          if (what === "below") granter.endBelow({ id: by, incarnation }, number);
          if (what === "gone") granter.endAllOf(by);
          if (what === "learn") {
            granter.learn({ id: by, incarnation }, [openClaim(KEY, number)]);
            learned.push(id);
          }
          if (what === "grant") {
            const granted = granter.grant(KEY, id);
            const mayHave =
              before === undefined ||
              (before.by === by && before.incarnation === incarnation && before.number <= number);
            if (granted) expect([mayHave, granter.holder(KEY)]).toEqual([true, id]);
            if (!mayHave) expect([granted, granter.holder(KEY)]).toEqual([false, before]);
            // Its earlier claim made way for one that waited.
            if (mayHave && !granted) {
              expect(before).toBeDefined();
              expect(learned).toContainEqual(granter.holder(KEY));
              expect(granter.holder(KEY)).not.toEqual(before);
            }
          }
          if (what === "gone") expect(granter.holder(KEY)?.by).not.toBe(by);
          expect(granter.size).toBe(granter.holder(KEY) === undefined ? 0 : 1);
        }
      }),
    );
  });
});

function made(): { watch: Watch; granter: Granter; ended: string[] } {
  const watch = new Watch();
  const own = { id: OWN, incarnation: OWN_INCARNATION };
  const granter = new Granter(
    { clock: watch.clock, liveness: watch.liveness, own },
    DEFAULT_TIMINGS,
  );
  const ended: string[] = [];
  granter.onEnd = (key) => ended.push(nameOf(key));
  return { watch, granter, ended };
}

function claim(by: InstanceId, number: number, incarnation = 1): ClaimId {
  return { by, incarnation, number };
}

function openClaim(ref: KeyRef, number: number): OpenClaim {
  return { ...ref, number, tickMs: 0, sending: false };
}

// Branded texts are made at the edges of the program, and a test is one.
function keyOf(key: string, tenant = "team-a"): KeyRef {
  return { tenant: tenant as TenantId, key: key as LogKey };
}
