import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId, TenantId } from "../model/index.ts";
import {
  instanceTokens,
  isNewerView,
  Ring,
  tenantToken,
  TOKENS_PER_INSTANCE,
  type RingMember,
} from "./index.ts";

describe("tenantToken()", () => {
  it.each([
    { name: "tenant1", token: 4_060_432_380 },
    { name: "user-1", token: 4_115_888_500 },
    { name: "team-a", token: 651_916_246 },
    { name: "anonymous", token: 1_926_879_790 },
    { name: "fake", token: 559_417_684 },
    { name: "1", token: 873_244_444 },
    { name: "", token: 0x811c9dc5 },
  ])('places "$name" where Cortex and Mimir place it', ({ name, token }) => {
    expect(tenantToken(tenantOf(name))).toBe(token);
  });
});

describe("instanceTokens()", () => {
  it("are the first four bytes of SHA-256 of the ID and a number", () => {
    const tokens = instanceTokens(idOf("am-1"));
    expect(tokens).toHaveLength(TOKENS_PER_INSTANCE);
    expect(tokens.slice(0, 3)).toEqual([1_147_537_933, 1_512_737_385, 3_590_517_594]);
    for (const [n, token] of tokens.entries()) {
      const hex = createHash("sha256").update(`am-1/${n}`).digest("hex");
      expect(token).toBe(Number.parseInt(hex.slice(0, 8), 16));
    }
  });
});

// A ring costs 128 hashes a member.
const RUNS = { numRuns: 40 };
const tenants = fc.string({ minLength: 1, maxLength: 12 }).map(tenantOf);
const factors = fc.integer({ min: 1, max: 5 });
const memberships = fc
  .uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 9 })
  .chain((numbers) =>
    fc.tuple(...numbers.map((number) => fc.constantFrom("a", "b", "c").map(member(number)))),
  );

describe("Ring.owners()", () => {
  it("are as many different members as the factor asks for and there are", () => {
    fc.assert(
      fc.property(memberships, tenants, factors, (members, tenant, factor) => {
        const owners = new Ring(members).owners(tenant, factor);
        expect(owners).toHaveLength(Math.min(factor, members.length));
        expect(new Set(owners).size).toBe(owners.length);
        const ids = new Set(members.map(({ id }) => id));
        for (const id of owners) expect(ids.has(id)).toBe(true);
      }),
      RUNS,
    );
  });

  it("do not depend on the order in which members are listed", () => {
    fc.assert(
      fc.property(memberships, tenants, factors, (members, tenant, factor) => {
        const there = new Ring(members.toReversed()).owners(tenant, factor);
        expect(there).toEqual(new Ring(members).owners(tenant, factor));
      }),
      RUNS,
    );
  });

  it("are those of a slow walk over all tokens", () => {
    fc.assert(
      fc.property(memberships, tenants, factors, (members, tenant, factor) => {
        const fast = new Ring(members).owners(tenant, factor);
        expect(fast).toEqual(slowOwners(members, { tenant, factor }));
      }),
      RUNS,
    );
  });

  it("stand in different zones while there are zones", () => {
    fc.assert(
      fc.property(memberships, tenants, factors, (members, tenant, factor) => {
        const zoneOf = new Map(members.map(({ id, zone }) => [id, zone]));
        const zoneCount = new Set(zoneOf.values()).size;
        const owners = new Ring(members).owners(tenant, factor);
        const zones = new Set(owners.map((id) => zoneOf.get(id)));
        expect(zones.size).toBe(Math.min(zoneCount, owners.length));
      }),
      RUNS,
    );
  });

  it("keep their order when the factor grows", () => {
    fc.assert(
      fc.property(memberships, tenants, fc.integer({ min: 1, max: 4 }), (members, tenant, few) => {
        const ring = new Ring(members.map(({ id }) => ({ id, zone: "" })));
        expect(ring.owners(tenant, few + 1).slice(0, few)).toEqual(ring.owners(tenant, few));
      }),
      RUNS,
    );
  });

  it("change by a join only in that the new member takes a place", () => {
    fc.assert(
      fc.property(memberships, tenants, factors, (members, tenant, factor) => {
        const old = members.map(({ id }) => ({ id, zone: "" }));
        const joining = { id: idOf("am-new"), zone: "" };
        const before = new Ring(old).owners(tenant, factor);
        const after = new Ring([...old, joining]).owners(tenant, factor);
        const others = after.filter((id) => id !== joining.id);
        expect(others).toEqual(before.slice(0, others.length));
      }),
      RUNS,
    );
  });

  it("lose at most one of them to a join, zones or not", () => {
    const zones = fc.constantFrom("a", "b", "c", "d");
    fc.assert(
      fc.property(fc.tuple(memberships, zones), tenants, factors, ([old, zone], tenant, factor) => {
        const before = new Ring(old).owners(tenant, factor);
        const after = new Ring([...old, { id: idOf("am-new"), zone }]).owners(tenant, factor);
        expect(before.filter((id) => !after.includes(id)).length).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("move about one tenant in four when a fourth member joins three", () => {
    const three = [1, 2, 3].map((number) => member(number)(""));
    const before = new Ring(three);
    const after = new Ring([...three, member(4)("")]);
    const names = Array.from({ length: 2_000 }, (_, at) => tenantOf(`tenant-${at}`));
    const moved = names.filter((name) => before.owners(name, 1)[0] !== after.owners(name, 1)[0]);
    expect(moved.length).toBeGreaterThan(300);
    expect(moved.length).toBeLessThan(700);
    for (const name of moved) expect(after.owners(name, 1)).toEqual([idOf("am-4")]);
  });

  it("are none of an empty ring, and a factor below one is a fault of the program", () => {
    expect(new Ring([]).owners(tenantOf("a"), 3)).toEqual([]);
    expect(() => new Ring([]).owners(tenantOf("a"), 0)).toThrow("replication factor");
  });
});

describe("isNewerView()", () => {
  it("goes by version, then by writer, so that of two documents one stands everywhere", () => {
    const document = { version: 2, writer: idOf("b"), settled: [], target: [], members: [] };
    expect(isNewerView(document, undefined)).toBe(true);
    expect(isNewerView(document, { ...document, version: 1, writer: idOf("z") })).toBe(true);
    expect(isNewerView(document, { ...document, version: 3, writer: idOf("a") })).toBe(false);
    expect(isNewerView(document, { ...document, writer: idOf("a") })).toBe(true);
    expect(isNewerView(document, { ...document, writer: idOf("c") })).toBe(false);
    expect(isNewerView(document, document)).toBe(false);
  });
});

/** The rule word for word: walk up from the tenant's point, a new zone while there is one, then any. */
function slowOwners(
  members: readonly RingMember[],
  wanted: { readonly tenant: TenantId; readonly factor: number },
): readonly InstanceId[] {
  const from = tenantToken(wanted.tenant);
  const points = members
    .flatMap((holder) => instanceTokens(holder.id).map((token) => ({ token, holder })))
    .sort((a, b) => a.token - b.token || (a.holder.id < b.holder.id ? -1 : 1));
  const walk = [
    ...points.filter(({ token }) => token > from),
    ...points.filter(({ token }) => token <= from),
  ].map(({ holder }) => holder);
  const owners = new Set<InstanceId>();
  const zones = new Set<string>();
  for (const { id, zone } of walk) {
    if (owners.size === wanted.factor || zones.has(zone)) continue;
    zones.add(zone);
    owners.add(id);
  }
  for (const { id } of walk) if (owners.size < wanted.factor) owners.add(id);
  return [...owners];
}

function member(number: number): (zone: string) => RingMember {
  return (zone) => ({ id: idOf(`am-${number}`), zone });
}

// Branded texts are made at the edges of the program, and a test is one.
function idOf(text: string): InstanceId {
  return text as InstanceId;
}

function tenantOf(text: string): TenantId {
  return text as TenantId;
}
