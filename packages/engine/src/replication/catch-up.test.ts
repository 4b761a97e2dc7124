import { describe, expect, it } from "vitest";
import { MetricRegistry, silentLogger } from "@tocsin/foundation";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import { heardFor, unbrokenMs } from "@tocsin/domain/alert";
import type { InstanceId } from "@tocsin/domain/model";
import type { View } from "../cluster/view.ts";
import type { PeerReply, TenantsRequest } from "../peer/index.ts";
import { silenceOf, TENANT } from "../tenant/fixture.ts";
import { viewOf } from "../testing/documents.ts";
import { ManualClock, START_MS } from "../testing/manual-clock.ts";
import { Owner } from "../testing/owner.ts";
import { ScriptedTransport } from "../testing/scripted-transport.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { CatchUp } from "./catch-up.ts";
import { PeerCalls } from "./peer-calls.ts";

const SILENCE = silenceOf({ alertname: "a" }, START_MS);
const FOURTH = idOf("am-4");

describe("CatchUp after a start (PROTOCOL 6)", () => {
  it("with a whole log needs one other of three, and has what that one has", async () => {
    const world = new World({ ownCounts: true });
    world.other.fleet.merge(TENANT, { silences: [SILENCE] });
    world.gives(world.other);
    await world.run(1_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
    expect(world.catchUp.isComplete).toBe(true);
    expect(world.own.fleet.get(TENANT)?.silence(SILENCE.id)).toBeDefined();
    expect(world.synced).toEqual([1]);
  });

  it("with a wiped disk needs two others of three (A14)", async () => {
    const world = new World({ ownCounts: false });
    world.gives(world.other);
    await world.run(5_000);
    expect([world.catchUp.isCaughtUp(TENANT), world.catchUp.copyCounts]).toEqual([false, false]);
    world.gives(world.third);
    await world.run(5_000);
    expect([world.catchUp.isCaughtUp(TENANT), world.catchUp.copyCounts]).toEqual([true, true]);
  });

  it("does not count a giver whose own copy is doubtful, and takes what it has all the same", async () => {
    const world = new World({ ownCounts: true });
    world.other.fleet.merge(TENANT, { silences: [SILENCE] });
    world.gives(world.other, { counts: false });
    await world.run(2_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(false);
    expect(world.own.fleet.get(TENANT)?.silence(SILENCE.id)).toBeDefined();
  });

  it("takes nothing there for an answer, and silence for none", async () => {
    const world = new World({ ownCounts: true });
    world.transport.answers.set(OTHER, () => undefined);
    await world.run(10_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(false);
    world.gives(world.other);
    await world.run(5_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
  });

  it("goes on with snapshots when nobody answers for 30 s, marked, and counts for nothing", async () => {
    const world = new World({ ownCounts: false });
    await world.run(29_000);
    expect([world.snapshotReads, world.catchUp.isReady]).toEqual([0, false]);
    await world.run(3_000);
    expect([world.snapshotReads, world.catchUp.isReady]).toEqual([1, true]);
    expect(world.catchUp.isDegraded).toBe(true);
    expect(world.degradedMetric).toMatchObject({ value: 1 });
    expect([world.catchUp.isCaughtUp(TENANT), world.catchUp.copyCounts]).toEqual([false, false]);
    expect(world.synced).toEqual([]);
  });

  it("is whole again as soon as enough answer after all", async () => {
    const world = new World({ ownCounts: false });
    await world.run(32_000);
    world.gives(world.other);
    world.gives(world.third);
    await world.run(5_000);
    expect(world.catchUp.isDegraded).toBe(false);
    expect(world.degradedMetric).toMatchObject({ value: 0 });
    expect([world.catchUp.isCaughtUp(TENANT), world.synced]).toEqual([true, [1]]);
  });

  it("is whole with snapshots when those who did not answer turn out to be dead", async () => {
    const world = new World({ ownCounts: false });
    await world.run(32_000);
    world.dead = [OTHER, THIRD];
    await world.run(1_000);
    expect([world.catchUp.isDegraded, world.catchUp.isCaughtUp(TENANT)]).toEqual([false, true]);
  });

  it("reads snapshots at once when it is alone, which is nothing unusual", async () => {
    const world = new World({ ownCounts: false });
    world.view = viewOf([OWN]);
    await world.run(100);
    expect([world.snapshotReads, world.catchUp.isDegraded]).toEqual([1, false]);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
  });

  it("takes over its givers' contact time", async () => {
    const world = new World({ ownCounts: true });
    world.other.fleet.merge(TENANT, { silences: [SILENCE] });
    world.gives(world.other);
    await world.run(1_000);
    expect(world.contacts).toContain(`${TENANT} 60000`);
  });

  it("asks page by page and leaves alone what it does not own", async () => {
    const world = new World({ ownCounts: true });
    const names = Array.from({ length: 1_200 }, (_, at) => `team-${at}`.padEnd(10, "x"));
    for (const name of names) world.other.fleet.merge(name as never, { silences: [SILENCE] });
    world.view = viewOf([OWN, OTHER, THIRD, FOURTH]);
    world.gives(world.other);
    world.gives(world.third);
    for (let turn = 0; turn < 30; turn += 1) await world.run(100);
    const owned = names.filter((name) => world.view.owns(OWN, name as never));
    expect(world.own.fleet.size).toBe(owned.length);
    expect(owned.length).toBeLessThan(1_200);
    const pages = world.transport.calls.filter(
      ({ to, request }) => to === OTHER && request.kind === "tenants",
    );
    expect(pages.length).toBeGreaterThanOrEqual(3);
  });
});

describe("CatchUp.restart()", () => {
  it("counts nothing that was heard before a stop", async () => {
    const world = new World({ ownCounts: true });
    world.gives(world.other);
    await world.run(1_000);
    world.catchUp.restart(true);
    expect([world.catchUp.isCaughtUp(TENANT), world.catchUp.isComplete]).toEqual([false, false]);
    expect(world.catchUp.isReady).toBe(false);
    await world.run(1_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
  });

  it("does not take an answer from before the stop for one after it", async () => {
    const world = new World({ ownCounts: true });
    const held = Promise.withResolvers<void>();
    world.transport.answers.set(OTHER, async (request) => {
      await held.promise;
      return world.answer(world.other, request.body as TenantsRequest);
    });
    await world.run(100);
    world.catchUp.restart(true);
    world.transport.answers.delete(OTHER);
    held.resolve();
    await world.run(1_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(false);
  });
});

describe("CatchUp.woke()", () => {
  it("looks into the ring store before even a sole owner's copy counts", async () => {
    const world = new World({ ownCounts: true });
    world.view = viewOf([OWN]);
    await world.run(1_000);
    world.catchUp.woke();
    expect([world.catchUp.isCaughtUp(TENANT), world.viewLooks]).toEqual([false, 0]);
    await world.run(1_000);
    expect([world.catchUp.isCaughtUp(TENANT), world.viewLooks]).toEqual([true, 1]);
  });
});

describe("CatchUp when members are dead", () => {
  it("waits for none of them, but takes the snapshots in their place", async () => {
    const world = new World({ ownCounts: false });
    world.dead = [THIRD];
    world.gives(world.other);
    await world.run(1_000);
    expect([world.snapshotReads, world.catchUp.isCaughtUp(TENANT)]).toEqual([1, true]);
  });
});

describe("CatchUp of a gainer (PROTOCOL 3)", () => {
  it("counts nothing that was given away meanwhile, though it was all here once", async () => {
    const world = new World({ ownCounts: true });
    world.gives(world.other);
    await world.run(1_000);
    for (const owners of [
      [OTHER, THIRD, FOURTH],
      [OWN, OTHER, THIRD],
    ]) {
      world.view = viewOf(owners, { version: world.view.version + 1 });
      world.catchUp.adopted(world.view);
    }
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
    world.view = viewOf([OTHER, THIRD, FOURTH], { version: 9, target: [OWN, OTHER, THIRD] });
    world.catchUp.adopted(world.view);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(false);
  });

  it("needs R old owners that have adopted the view, its own copy being none of them", async () => {
    const world = new World({ ownCounts: true });
    world.view = viewOf([OTHER, THIRD, FOURTH], { version: 7, target: [OWN, OTHER, THIRD] });
    world.gives(world.other);
    await world.run(2_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(false);
    world.gives(world.third);
    await world.run(2_000);
    expect(world.catchUp.isCaughtUp(TENANT)).toBe(true);
    expect(world.synced).toEqual([7]);
  });

  it("takes no snapshots for old owners that answered only before they knew the view (A13)", async () => {
    const world = new World({ ownCounts: false });
    world.gives(world.other, { counts: false });
    world.gives(world.third, { counts: false });
    await world.run(1_000);
    expect([world.snapshotReads, world.synced]).toEqual([1, [1]]);
    world.view = viewOf([OTHER, THIRD], { version: 7, target: [OWN, OTHER, THIRD] });
    world.catchUp.adopted(world.view);
    world.transport.answers.clear();
    await world.run(10_000);
    expect([world.snapshotReads, world.synced]).toEqual([1, [1]]);
  });

  it("keeps what it owned before, caught up all the time, while it takes what it gains", async () => {
    const world = new World({ ownCounts: true });
    world.gives(world.other);
    await world.run(1_000);
    world.view = viewOf([OWN, OTHER, THIRD], { version: 2, target: [OWN, OTHER, FOURTH] });
    world.transport.answers.clear();
    await world.run(1_000);
    expect([world.catchUp.isCaughtUp(TENANT), world.catchUp.isComplete]).toEqual([true, false]);
  });

  it("says less and less often that snapshots cannot be read, and goes on without them", async () => {
    const world = new World({ ownCounts: false });
    world.view = viewOf([OWN]);
    world.snapshotFailure = "no route to host";
    await world.run(29_000);
    expect(world.snapshotReads).toBeGreaterThan(50);
    expect(world.warnings).toEqual(Array.from({ length: 5 }, () => "no route to host"));
    expect(world.catchUp.isReady).toBe(false);
    await world.run(2_000);
    expect(world.catchUp.isComplete).toBe(true);
  });

  it("does not report an earlier version as synced when the view has moved on meanwhile", async () => {
    const world = new World({ ownCounts: true });
    world.gives(world.other, {
      before: () => (world.view = viewOf([OWN, OTHER, THIRD], { version: 9 })),
    });
    await world.run(2_000);
    expect(world.synced).toEqual([9]);
  });
});

describe("CatchUp, before others let go of what it took", () => {
  it("reports nothing until that would outlive the process", async () => {
    const world = new World({ ownCounts: true });
    const { promise, resolve } = Promise.withResolvers<void>();
    world.journaled = () => promise;
    world.gives(world.other);
    world.gives(world.third);
    await world.run(1_900);
    expect([world.synced, world.catchUp.isComplete]).toEqual([[], false]);
    resolve();
    await world.run(100);
    expect([world.synced, world.catchUp.isComplete]).toEqual([[1], true]);
    expect(world.warnings).toEqual([]);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("no space left")), "no space left"],
    [
      "hangs",
      () => new Promise<void>(() => {}),
      "Writing what was caught up took longer than 2000 ms",
    ],
  ])("does not wait for a disk that %s", async (_, journaled, warning) => {
    const world = new World({ ownCounts: true });
    world.journaled = journaled;
    world.gives(world.other);
    world.gives(world.third);
    await world.run(2_500);
    expect([world.synced, world.warnings]).toEqual([[1], [warning]]);
  });
});

/** One instance that catches up, and members that give. */
class World {
  readonly clock: ManualClock = new ManualClock();
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly metrics: MetricRegistry = new MetricRegistry();
  readonly own: Owner = new Owner(OWN, this.clock);
  readonly other: Owner = new Owner(OTHER, this.clock);
  readonly third: Owner = new Owner(THIRD, this.clock);
  readonly synced: number[] = [];
  readonly contacts: string[] = [];
  readonly catchUp: CatchUp;
  view: View = viewOf([OWN, OTHER, THIRD]);
  snapshotReads = 0;
  snapshotFailure: string | undefined;
  journaled: () => Promise<void> = () => Promise.resolve();
  readonly warnings: unknown[] = [];
  viewLooks = 0;
  dead: readonly InstanceId[] = [];
  #isRunning = false;

  constructor(made: { readonly ownCounts: boolean }) {
    const { clock, transport } = this;
    const view = (): View => this.view;
    this.catchUp = new CatchUp(
      {
        clock,
        logger: {
          ...silentLogger,
          log: (_level, _message, fields) => void this.warnings.push(fields?.err),
        },
        metrics: this.metrics,
        fleet: this.own.fleet,
        calls: new PeerCalls({ clock, transport, view, adoptView: () => {} }),
        ownId: OWN,
        view,
        isDead: (id) => this.dead.includes(id),
        refreshView: async () => {
          this.viewLooks += 1;
        },
        reportSynced: (version) => this.synced.push(version),
        journaled: () => this.journaled(),
        readSnapshots: async () => {
          this.snapshotReads += 1;
          if (this.snapshotFailure !== undefined) throw new Error(this.snapshotFailure);
        },
        tookOverContact: (tenant, heard) => this.contacts.push(`${tenant} ${unbrokenMs(heard)}`),
        onProgress: () => {},
      },
      DEFAULT_TIMINGS,
    );
    this.catchUp.restart(made.ownCounts);
  }

  get degradedMetric(): unknown {
    for (const collect of this.metrics.collectors) void collect();
    const [series] = this.metrics.families.get("tocsin_catch_up_degraded")?.series.values() ?? [];
    return series?.data;
  }

  async run(ms: number): Promise<void> {
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.catchUp.run(new AbortController().signal);
    }
    await this.clock.advance(ms);
  }

  /** This member answers; `counts` false: its disk was wiped. */
  gives(owner: Owner, how: { readonly counts?: boolean; readonly before?: () => void } = {}): void {
    this.transport.answers.set(owner.id, (request) => {
      if (request.kind !== "tenants") return owner.answer(request);
      how.before?.();
      return this.answer(owner, request.body as TenantsRequest, how.counts ?? true);
    });
  }

  answer(owner: Owner, { after, limit }: TenantsRequest, counts = true): PeerReply<"tenants"> {
    const names = owner.fleet.names(after);
    const tenants = names.slice(0, limit).map((tenant) => ({
      tenant,
      digests: owner.fleet.open(tenant).digests(),
      heard: heardFor(60_000),
    }));
    return { kind: "tenants", counts, tenants, more: names.length > limit };
  }
}
