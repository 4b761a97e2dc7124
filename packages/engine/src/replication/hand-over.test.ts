import { describe, expect, it } from "vitest";
import { MetricRegistry, type Logger } from "@tocsin/foundation";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";
import { silenceOf, TENANT } from "../tenant/fixture.ts";
import { viewOf } from "../testing/documents.ts";
import { ManualClock, START_MS } from "../testing/manual-clock.ts";
import { Owner } from "../testing/owner.ts";
import { ScriptedTransport } from "../testing/scripted-transport.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { HandOver } from "./hand-over.ts";
import { PeerCalls } from "./peer-calls.ts";

const SILENCE = silenceOf({ alertname: "a" }, START_MS);
const LATER = { ...silenceOf({ alertname: "b" }, START_MS), id: "silence-2" };
const FOURTH = idOf("am-4");
const owners = [OTHER, THIRD, FOURTH];

describe("HandOver", () => {
  it("gives each owner what it lacks, and drops the tenant ten minutes later", async () => {
    const world = new World();
    await world.round();
    for (const owner of world.others) {
      expect(owner.fleet.get(TENANT)?.silence(SILENCE.id)).toEqual(SILENCE);
    }
    await world.after(599_000);
    expect(world.own.fleet.get(TENANT)).toBeDefined();
    await world.after(2_000);
    expect(world.own.fleet.get(TENANT)).toBeUndefined();
  });

  it("drops nothing that one owner has not confirmed", async () => {
    const world = new World();
    world.transport.answers.delete(THIRD);
    await world.round();
    await world.after(700_000);
    expect(world.own.fleet.get(TENANT)).toBeDefined();
    world.answers(world.others[1]);
    await world.round();
    await world.after(601_000);
    expect(world.own.fleet.get(TENANT)).toBeUndefined();
  });

  it("begins anew when the tenant changes or its owners do", async () => {
    const world = new World();
    await world.round();
    await world.after(599_000);
    world.own.fleet.merge(TENANT, { silences: [LATER] });
    await world.after(2_000);
    expect(world.own.fleet.get(TENANT)).toBeDefined();
    expect(world.others[0]?.fleet.get(TENANT)?.silence(LATER.id)).toEqual(LATER);
    await world.after(590_000);
    world.view = viewOf(owners, { version: 3 });
    await world.after(20_000);
    expect(world.own.fleet.get(TENANT)).toBeDefined();
    await world.after(601_000);
    expect(world.own.fleet.get(TENANT)).toBeUndefined();
  });

  it("does nothing while ownership moves", async () => {
    const world = new World();
    world.view = viewOf(owners, { version: 2, target: [OTHER, THIRD] });
    await world.round();
    expect(world.transport.calls).toEqual([]);
  });

  it("takes nothing that owners know better", async () => {
    const world = new World();
    world.others[0]?.fleet.merge(TENANT, { silences: [LATER] });
    await world.round();
    expect(world.own.fleet.get(TENANT)?.silence(LATER.id)).toBeUndefined();
  });
});

describe("HandOver.pushAll()", () => {
  it("says who has everything, own tenants too", async () => {
    const world = new World();
    world.view = viewOf([OWN, OTHER, THIRD]);
    world.transport.answers.delete(THIRD);
    const holders = await world.handOver.pushAll(new AbortController().signal);
    expect([holders.has(OTHER), holders.has(THIRD)]).toEqual([true, false]);
    expect(world.others[0]?.fleet.get(TENANT)?.silence(SILENCE.id)).toEqual(SILENCE);
    expect(world.warnings).toEqual([]);
  });

  it("names the tenants that nobody else has", async () => {
    const world = new World();
    world.transport.answers.clear();
    await world.handOver.pushAll(new AbortController().signal);
    expect(world.warnings).toEqual([{ count: 1, tenants: TENANT }]);
  });
});

/** An instance that holds a tenant of three others. */
class World {
  readonly clock: ManualClock = new ManualClock();
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly own: Owner = new Owner(OWN, this.clock);
  readonly others: readonly Owner[] = owners.map((id) => new Owner(id, this.clock));
  readonly warnings: unknown[] = [];
  readonly handOver: HandOver;
  view: View = viewOf(owners);

  constructor() {
    const { clock, transport, own } = this;
    const view = (): View => this.view;
    const logger: Logger = {
      enabled: () => true,
      log: (level, _, fields) => {
        if (level === "warn") this.warnings.push(fields);
      },
      with: () => logger,
    };
    this.handOver = new HandOver(
      {
        clock,
        logger,
        metrics: new MetricRegistry(),
        fleet: own.fleet,
        calls: new PeerCalls({ clock, transport, view, adoptView: () => {} }),
        ownId: OWN,
        view,
        isSuspected: () => false,
      },
      DEFAULT_TIMINGS,
    );
    own.fleet.merge(TENANT, { silences: [SILENCE] });
    for (const owner of this.others) this.answers(owner);
  }

  answers(owner: Owner | undefined): void {
    if (owner !== undefined) this.transport.answers.set(owner.id, (asked) => owner.answer(asked));
  }

  round(): Promise<void> {
    return this.handOver.round(new AbortController().signal);
  }

  /** A round now, and one when the time is over. */
  async after(ms: number): Promise<void> {
    await this.round();
    await this.clock.advance(ms);
    await this.round();
  }
}
