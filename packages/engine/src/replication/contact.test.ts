import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import { TENANT } from "../tenant/fixture.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { Contact } from "./contact.ts";

const MINUTE_MS = 60_000;

describe("Contact.ms()", () => {
  it("counts from when this instance and one of two others have been together (7.4)", () => {
    const { clock, contact, trust } = made();
    expect(contact.ms(TENANT)).toBe(0);
    clock.jump(10_000);
    trust(OTHER);
    clock.jump(3_000);
    expect(contact.ms(TENANT)).toBe(3_000);
    trust(THIRD);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(4_000);
  });

  it("lasts while any majority lasts and ends with the last", () => {
    const { clock, contact, trust, lose } = made();
    trust(OTHER);
    clock.jump(5_000);
    trust(THIRD);
    clock.jump(5_000);
    lose(OTHER);
    expect(contact.ms(TENANT)).toBe(5_000);
    lose(THIRD);
    expect(contact.ms(TENANT)).toBe(0);
  });

  it("needs a majority of the old and of the new owners", () => {
    const { clock, contact, trust, sets } = made();
    trust(OTHER);
    sets.push([OWN, THIRD]);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(0);
    trust(THIRD);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(1_000);
  });

  it("counts from the start for who is the only owner", () => {
    const { clock, contact, sets } = made();
    sets.splice(0, 1, [OWN]);
    clock.jump(7_000);
    expect(contact.ms(TENANT)).toBe(7_000);
  });

  it("is none while a member that senders may post to is silent", () => {
    const { clock, contact, trust, members } = made();
    trust(OTHER);
    clock.jump(MINUTE_MS);
    members.sinceMs = Infinity;
    expect(contact.ms(TENANT)).toBe(0);
    members.sinceMs = clock.monotonicMs();
    clock.jump(2_000);
    expect(contact.ms(TENANT)).toBe(2_000);
  });
});

describe("Contact.restart()", () => {
  it("forgets all: what was heard before a stop says nothing of the time in between (A15)", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(MINUTE_MS);
    contact.inherit(TENANT, 4 * MINUTE_MS);
    contact.restart();
    expect(contact.ms(TENANT)).toBe(0);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(1_000);
  });
});

describe("Contact.inherit()", () => {
  it("takes over a giver's time and counts on", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(1_000);
    contact.inherit(TENANT, MINUTE_MS);
    clock.jump(500);
    expect(contact.ms(TENANT)).toBe(MINUTE_MS + 500);
  });

  it("keeps the greatest, whatever is offered after it", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(1_000);
    contact.inherit(TENANT, MINUTE_MS);
    clock.jump(1_000);
    contact.inherit(TENANT, MINUTE_MS - 5_000);
    contact.inherit(TENANT, 10);
    expect(contact.ms(TENANT)).toBe(MINUTE_MS + 1_000);
  });

  it("stands until the giver's first ping is here, which may come after its answer", () => {
    const { clock, contact, trust } = made();
    contact.inherit(TENANT, MINUTE_MS);
    expect(contact.ms(TENANT)).toBe(0);
    clock.jump(400);
    trust(OTHER);
    expect(contact.ms(TENANT)).toBe(MINUTE_MS + 400);
  });

  it("is worth nothing once the majority was lost after it", () => {
    const { clock, contact, trust, lose } = made();
    trust(OTHER);
    contact.inherit(TENANT, MINUTE_MS);
    clock.jump(1_000);
    lose(OTHER);
    expect(contact.ms(TENANT)).toBe(0);
    clock.jump(2_500);
    trust(OTHER);
    clock.jump(500);
    expect(contact.ms(TENANT)).toBe(500);
  });
});

describe("Contact.ownersChange()", () => {
  it("goes on where the same majority owned the tenant before", () => {
    const { clock, contact, trust, sets } = made();
    trust(OTHER);
    clock.jump(MINUTE_MS);
    contact.ownersChange(() => ({ sets: [[OWN, OTHER, idOf("am-4")]] }), [OTHER]);
    clock.jump(1_000);
    expect(sets).toHaveLength(1);
    expect(contact.ms(TENANT)).toBe(MINUTE_MS + 1_000);
  });

  it("begins anew where the former owners had lost their majority", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(MINUTE_MS);
    const before = { sets: [[OWN, idOf("am-4"), idOf("am-5")]] };
    contact.ownersChange(() => before, [OTHER]);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(1_000);
    clock.jump(5 * MINUTE_MS);
    expect(contact.ms(TENANT)).toBe(6 * MINUTE_MS + 1_000);
  });

  it("begins for who gains a tenant with what its giver had", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(9 * MINUTE_MS);
    contact.ownersChange(() => ({ sets: [[OTHER, THIRD]] }), [OTHER]);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(1_000);
    contact.inherit(TENANT, 10_000);
    expect(contact.ms(TENANT)).toBe(10_000);
    clock.jump(1_000);
    expect(contact.ms(TENANT)).toBe(11_000);
  });

  it("begins anew for all tenants when it has changed too often to be remembered", () => {
    const { clock, contact, trust } = made();
    trust(OTHER);
    clock.jump(MINUTE_MS);
    const before = { sets: [[OWN, OTHER, THIRD]] };
    for (let change = 0; change < 64; change += 1) contact.ownersChange(() => before, [OTHER]);
    expect(contact.ms(TENANT)).toBe(MINUTE_MS);
    contact.ownersChange(() => before, [OTHER]);
    expect(contact.ms(TENANT)).toBe(0);
  });
});

function made(): {
  clock: ManualClock;
  contact: Contact;
  sets: (readonly InstanceId[])[];
  members: { sinceMs: number };
  trust: (id: InstanceId) => void;
  lose: (id: InstanceId) => void;
} {
  const clock = new ManualClock();
  const trusted = new Map<InstanceId, number>();
  const sets: (readonly InstanceId[])[] = [[OWN, OTHER, THIRD]];
  const members = { sinceMs: 0 };
  const contact = new Contact({
    clock,
    ownId: OWN,
    owners: () => ({ sets }),
    trustedSinceMs: (id) => trusted.get(id) ?? Infinity,
    membersSinceMs: () => members.sinceMs,
    suspectTimeoutMs: 2_500,
  });
  return {
    clock,
    contact,
    sets,
    members,
    trust: (id) => trusted.set(id, clock.monotonicMs()),
    lose: (id) => trusted.delete(id),
  };
}
