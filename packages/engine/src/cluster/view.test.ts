import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { viewOf } from "../testing/documents.ts";
import { idOf } from "../testing/watch.ts";

const IDS: readonly InstanceId[] = [1, 2, 3, 4, 5].map((number) => idOf(`am-${number}`));
const [A, B, C, D, E] = IDS as [InstanceId, InstanceId, InstanceId, InstanceId, InstanceId];

describe("View.owners()", () => {
  it("is one set while nothing is under way", () => {
    const view = viewOf([A, B, C, D]);
    expect(view.inTransition).toBe(false);
    for (const tenant of tenants(20)) expect(view.owners(tenant).sets).toHaveLength(1);
  });

  it("spans the old and the new set of tenants that move, and one set of those that stay (A12)", () => {
    const view = viewOf([A, B, C, D], { target: IDS });
    expect(view.inTransition).toBe(true);
    let moving = 0;
    for (const tenant of tenants(200)) {
      const before = new Set(view.oldOwners(tenant));
      const after = new Set(view.newOwners(tenant));
      const isSame = [...before].every((id) => after.has(id));
      const { sets } = view.owners(tenant);
      expect(sets.map((set) => new Set(set))).toEqual(isSame ? [before] : [before, after]);
      if (!isSame) {
        moving += 1;
        expect(after.has(E)).toBe(true);
      }
    }
    expect(moving).toBeGreaterThan(0);
  });

  it("says the same when it is asked again", () => {
    const view = viewOf([A, B, C, D], { target: [A, B, C, D, E] });
    for (const tenant of tenants(50)) expect(view.owners(tenant)).toBe(view.owners(tenant));
  });

  it("is the only set there is when the other has no members", () => {
    const [tenant] = tenants(1) as [TenantId];
    expect(viewOf([], { target: [A] }).owners(tenant).sets).toEqual([[A]]);
    expect(viewOf([A], { target: [] }).owners(tenant).sets).toEqual([[A]]);
    expect(viewOf([], { target: [A] }).oldOwners(tenant)).toEqual([A]);
  });
});

describe("View.owns()", () => {
  it("says yes to everybody in either set, and to nobody else", () => {
    const some = fc.subarray([...IDS], { minLength: 1 });
    fc.assert(
      fc.property(some, some, fc.constantFrom(...tenants(30)), (settled, target, tenant) => {
        const view = viewOf(settled, { target });
        const owners = new Set(view.owners(tenant).sets.flat());
        for (const id of IDS) expect(view.owns(id, tenant)).toBe(owners.has(id));
        expect(new Set([...view.oldOwners(tenant), ...view.newOwners(tenant)])).toEqual(owners);
      }),
      { numRuns: 40 },
    );
  });
});

describe("View.member()", () => {
  it("finds members by ID, and everybody who owns something", () => {
    const view = viewOf([A], { target: [A, B], version: 4 });
    expect(view.version).toBe(4);
    expect(view.member(B)).toMatchObject({ id: B, state: "joining" });
    expect(view.member(C)).toBeUndefined();
    expect(view.ownerIds).toEqual([A, B]);
  });
});

// Branded texts are made at the edges of the program, and a test is one.
function tenants(count: number): readonly TenantId[] {
  return Array.from({ length: count }, (_, at) => `team-${at}` as TenantId);
}
