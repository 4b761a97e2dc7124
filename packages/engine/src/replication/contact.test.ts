import { heardFor, unbrokenMs, type HeardTime } from "@tocsin/domain/alert";
import type { InstanceId } from "@tocsin/domain/model";
import { describe, expect, it } from "vitest";
import { TENANT } from "../tenant/fixture.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { Contact } from "./contact.ts";

const MINUTE_MS = 60_000;
const SUSPECT_MS = 2_500;

describe("Contact.heard()", () => {
  it("counts from when this instance and one of two others have been together (7.4)", () => {
    const world = new World();
    expect(world.heard).toEqual([]);
    world.pass(10_000);
    world.trust(OTHER);
    world.pass(3_000);
    expect(world.heard).toEqual(heardFor(3_000));
    world.trust(OTHER, THIRD);
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(4_000));
  });

  it("goes on while there is any majority, whoever it is", () => {
    const world = new World();
    world.trust(OTHER, THIRD);
    world.pass(5_000);
    world.trust(OTHER);
    world.pass(10_000);
    world.trust(THIRD, OTHER);
    world.pass(5_000);
    world.trust(THIRD);
    world.pass(10_000);
    // What was lost had been silent for the suspect timeout.
    expect(world.heard).toEqual([
      { sinceMs: 10_000, untilMs: 0 },
      { sinceMs: 25_000, untilMs: 10_000 + SUSPECT_MS },
      { sinceMs: 30_000, untilMs: 25_000 + SUSPECT_MS },
    ]);
  });

  it("has a break from before the suspicion to the trust, and what was before it", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(60_000);
    world.trust();
    world.pass(4_000);
    expect(world.heard).toEqual([{ sinceMs: 64_000, untilMs: 4_000 + SUSPECT_MS }]);
    world.trust(OTHER);
    world.pass(1_000);
    expect(world.heard).toEqual([
      { sinceMs: 1_000, untilMs: 0 },
      { sinceMs: 65_000, untilMs: 5_000 + SUSPECT_MS },
    ]);
  });

  it("has no break where a member leaves the ring", () => {
    const world = new World();
    world.trust(OTHER, THIRD);
    world.pass(5_000);
    world.members = [OTHER];
    world.trust(OTHER);
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(6_000));
  });

  it("needs a majority of the old and of the new owners", () => {
    const world = new World();
    world.sets = [
      [OWN, OTHER, THIRD],
      [OWN, THIRD],
    ];
    world.trust(OTHER);
    world.pass(1_000);
    expect(world.heard).toEqual([]);
    world.trust(OTHER, THIRD);
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(1_000));
  });

  it("counts from the start for who is the only owner, and never for who is none", () => {
    const world = new World();
    world.sets = [[OWN]];
    world.pass(7_000);
    expect(world.heard).toEqual(heardFor(7_000));
    world.sets = [[OTHER]];
    world.trust(OTHER);
    world.pass(1_000);
    expect(world.heard).toEqual([]);
  });

  it("does not count while a member is silent that senders may still post to", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(MINUTE_MS);
    world.quietForMs = 30_000;
    world.trust(OTHER);
    world.pass(31_000);
    expect(world.heard).toEqual([
      { sinceMs: 1_000, untilMs: 0 },
      { sinceMs: MINUTE_MS + 31_000, untilMs: 31_000 },
    ]);
  });

  it("counts as unbroken from when any alert has had enough", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(5 * MINUTE_MS - 1);
    expect(unbrokenMs(world.heard)).toBe(5 * MINUTE_MS - 1);
    world.pass(1);
    expect(unbrokenMs(world.heard)).toBe(Infinity);
  });

  it("keeps a bounded number of breaks, the newest", () => {
    const world = new World();
    for (let turn = 0; turn < 1_000; turn += 1) {
      world.trust();
      world.trust(OTHER);
      world.pass(SUSPECT_MS + 100);
    }
    expect(world.heard).toHaveLength(64);
    expect(world.heard.at(-1)?.sinceMs).toBe(64 * (SUSPECT_MS + 100));
  });
});

describe("Contact: who takes posts", () => {
  it("counts nothing while all that are together are catching up", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(10_000);
    world.catchUp({ own: false, others: false });
    world.pass(20_000);
    expect(world.heard).toEqual([{ sinceMs: 30_000, untilMs: 20_000 }]);
    world.catchUp({ own: false, others: true });
    world.pass(1_000);
    world.catchUp({ own: true, others: false });
    world.pass(1_000);
    expect(world.heard).toEqual([
      { sinceMs: 2_000, untilMs: 0 },
      { sinceMs: 32_000, untilMs: 22_000 },
    ]);
  });

  it("counts nothing for who was cut off before anybody had caught up, also when its wait is over", () => {
    const world = new World();
    world.catchUp({ own: false, others: false });
    world.trust(OTHER, THIRD);
    world.pass(10_000);
    world.trust();
    world.pass(20_000);
    world.catchUp({ own: true, others: false });
    world.pass(1_000);
    expect(world.heard).toEqual([]);
  });
});

describe("Contact.paused()", () => {
  it("has heard nothing for so long, and what it had heard before (A15)", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(MINUTE_MS);
    world.pass(20_000);
    world.contact.paused(20_000);
    expect(world.heard).toEqual([{ sinceMs: MINUTE_MS + 20_000, untilMs: 20_000 }]);
    world.pass(1_000);
    expect(world.heard).toEqual([
      { sinceMs: 1_000, untilMs: 0 },
      { sinceMs: MINUTE_MS + 21_000, untilMs: 21_000 },
    ]);
  });
});

describe("Contact.restart()", () => {
  it("forgets all: nobody knows when it was (A15)", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(MINUTE_MS);
    world.inherit([{ sinceMs: 90_000, untilMs: 80_000 }]);
    world.contact.restart();
    expect(world.heard).toEqual([]);
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(1_000));
  });
});

describe("Contact.inherit()", () => {
  it("takes over what its givers have heard, but for what they may still come to doubt", () => {
    const world = new World();
    world.inherit(heardFor(MINUTE_MS));
    expect(world.heard).toEqual([{ sinceMs: MINUTE_MS, untilMs: SUSPECT_MS }]);
    world.pass(400);
    world.trust(OTHER);
    world.pass(600);
    expect(world.heard).toEqual([
      { sinceMs: 600, untilMs: 0 },
      { sinceMs: MINUTE_MS + 1_000, untilMs: SUSPECT_MS + 1_000 },
    ]);
  });

  it("takes nothing for heard that was not, whenever between question and answer it was said", () => {
    const world = new World();
    world.pass(10_000);
    const times = { askedMs: 3_000, answeredMs: 5_000 };
    world.contact.inherit(TENANT, [{ sinceMs: 8_000, untilMs: 4_000 }], times);
    expect(world.heard).toEqual([{ sinceMs: 13_000, untilMs: 11_000 }]);
    world.contact.inherit(TENANT, [{ sinceMs: 30_000, untilMs: 28_000 }], times);
    expect(world.heard).toEqual([{ sinceMs: 13_000, untilMs: 11_000 }]);
  });

  it("unites what several say with its own", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(1_000);
    world.inherit([{ sinceMs: 30_000, untilMs: 20_000 }]);
    world.inherit([{ sinceMs: 20_000, untilMs: 10_000 }]);
    world.inherit(heardFor(500));
    world.pass(1_000);
    expect(world.heard).toEqual([
      { sinceMs: 2_000, untilMs: 0 },
      { sinceMs: 31_000, untilMs: 11_000 },
    ]);
  });
});

describe("Contact.ownersChange()", () => {
  it("goes on where a majority owned the tenant before", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(MINUTE_MS);
    world.contact.ownersChange(() => ({ sets: [[OWN, OTHER, idOf("am-4")]] }));
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(MINUTE_MS + 1_000));
  });

  it("judges each time by the owners of then, also where members changed in it", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(MINUTE_MS);
    world.trust(OTHER, THIRD);
    world.pass(MINUTE_MS);
    world.contact.ownersChange(() => ({ sets: [[OWN, THIRD]] }));
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(MINUTE_MS + 1_000));
  });

  it("begins for who gains a tenant with what its givers have heard", () => {
    const world = new World();
    world.trust(OTHER);
    world.pass(9 * MINUTE_MS);
    world.contact.ownersChange(() => ({ sets: [[OTHER, THIRD]] }));
    world.pass(1_000);
    expect(world.heard).toEqual(heardFor(1_000));
    world.inherit(heardFor(10_000));
    expect(world.heard).toEqual([
      { sinceMs: 1_000, untilMs: 0 },
      { sinceMs: 10_000, untilMs: SUSPECT_MS },
    ]);
  });
});

class World {
  readonly clock: ManualClock = new ManualClock();
  sets: (readonly InstanceId[])[] = [[OWN, OTHER, THIRD]];
  /** For how long from the next change on a silent member must be reckoned with. */
  quietForMs = 0;
  members: readonly InstanceId[] = [OTHER, THIRD];
  readonly contact: Contact;
  #trusted: readonly InstanceId[] = [];
  #hasCaughtUp = { own: true, others: true };

  constructor() {
    this.contact = new Contact({
      clock: this.clock,
      ownId: OWN,
      owners: () => ({ sets: this.sets }),
      members: () => ({
        trusted: new Set(this.#trusted),
        isAnyCaughtUp: this.#hasCaughtUp.others && this.#trusted.length > 0,
        silent: this.members.filter((id) => !this.#trusted.includes(id)),
        quietUntilMs: this.clock.monotonicMs() + this.quietForMs,
      }),
      isReady: () => this.#hasCaughtUp.own,
      suspectTimeoutMs: SUSPECT_MS,
    });
  }

  get heard(): HeardTime {
    return this.contact.heard(TENANT);
  }

  /** From now on these and no others. */
  trust(...ids: readonly InstanceId[]): void {
    this.#trusted = ids;
    this.contact.membersChange();
  }

  /** From now on these have caught up. */
  catchUp(who: { readonly own: boolean; readonly others: boolean }): void {
    this.#hasCaughtUp = who;
    this.contact.membersChange();
  }

  /** From a giver that answers at once. */
  inherit(heard: HeardTime): void {
    const atMs = this.clock.monotonicMs();
    this.contact.inherit(TENANT, heard, { askedMs: atMs, answeredMs: atMs });
  }

  pass(ms: number): void {
    this.clock.jump(ms);
  }
}
