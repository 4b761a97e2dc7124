import { describe, expect, it } from "vitest";
import { AppError, silentLogger } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import { TENANT } from "../tenant/fixture.ts";
import { Bench } from "../testing/bench.ts";
import { viewOf } from "../testing/documents.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { GoneReplicas } from "./gone-replicas.ts";

const FOURTH = idOf("am-4");
const HOUR_MS = 3_600_000;

describe("GoneReplicas", () => {
  it("deletes a snapshot a day after its replica was first seen to be gone", async () => {
    const world = new World();
    await world.looks(24);
    expect(world.deleted).toEqual([]);
    await world.looks(6);
    expect(world.deleted).toEqual([FOURTH]);
    expect(world.listed).toEqual([OWN, OTHER, THIRD]);
  });

  it("begins anew when the replica owned the tenant meanwhile", async () => {
    const world = new World();
    await world.looks(18);
    world.bench.view = viewOf([OWN, OTHER, FOURTH], { version: 2 });
    await world.looks(6);
    world.bench.view = viewOf([OWN, OTHER, THIRD], { version: 3 });
    await world.looks(24);
    expect(world.deleted).toEqual([]);
  });

  it("deletes nothing before its own snapshot is written, or while ownership moves", async () => {
    const unwritten = new World();
    unwritten.hasWritten = false;
    await unwritten.looks(48);
    const moving = new World();
    moving.bench.view = viewOf([OWN, OTHER, THIRD], { version: 2, target: [OWN, OTHER] });
    await moving.looks(48);
    expect([unwritten.deleted, moving.deleted]).toEqual([[], []]);
  });

  it("learns nothing from a listing that fails or is empty", async () => {
    const world = new World();
    world.fails = true;
    await world.looks(24);
    world.fails = false;
    const { listed } = world;
    world.listed = [];
    await world.looks(24);
    expect(world.deleted).toEqual([]);
    world.listed = listed;
    await world.looks(6);
    expect(world.deleted).toEqual([]);
  });
});

class World {
  readonly bench: Bench = new Bench();
  readonly deleted: InstanceId[] = [];
  listed: readonly InstanceId[] = [OWN, OTHER, THIRD, FOURTH];
  hasWritten = true;
  fails = false;
  readonly #gone: GoneReplicas;

  constructor() {
    const { deps, own } = this.bench;
    const store = {
      ...deps.stateStore,
      replicas: async () => {
        if (this.fails) throw new AppError("unavailable", "the store is away");
        return this.listed;
      },
      removeSnapshot: async ({ instance }: { readonly instance: InstanceId }) => {
        this.deleted.push(instance);
        this.listed = this.listed.filter((id) => id !== instance);
      },
    };
    own.fleet.open(TENANT);
    this.#gone = new GoneReplicas(
      {
        clock: this.bench.clock,
        logger: silentLogger,
        fleet: own.fleet,
        store,
        ownId: this.bench.view.oldOwners(TENANT)[0] ?? OWN,
        view: () => this.bench.view,
        hasWritten: () => this.hasWritten,
      },
      DEFAULT_TIMINGS,
    );
  }

  /** One look each six hours. */
  async looks(hours: number): Promise<void> {
    for (let passed = 0; passed < hours; passed += 6) {
      await this.#gone.round(new AbortController().signal);
      await this.bench.clock.advance(6 * HOUR_MS);
    }
  }
}
