import { describe, expect, it } from "vitest";
import { AppError, MetricRegistry, silentLogger } from "@tocsin/foundation";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import type { PartialState } from "../peer/state.ts";
import type { ConditionalWrite, SnapshotTarget } from "../ports/index.ts";
import { silenceOf, TENANT } from "../tenant/fixture.ts";
import { Bench, MemoryConfigStore } from "../testing/bench.ts";
import type { ManualClock } from "../testing/manual-clock.ts";
import { OWN } from "../testing/watch.ts";
import { Snapshots } from "./snapshots.ts";

const WRITE_MS = 1_000;
/** From a change of silences until the loop is in the midst of writing it. */
const WRITING_MS = DEFAULT_TIMINGS.silenceSnapshotDelayMs + WRITE_MS / 2;

describe("Snapshots", () => {
  it("writes what changed while the loop wrote, after that, on a clean exit", async () => {
    const world = new World();
    world.silence("a");
    await world.clock.advance(WRITING_MS + WRITE_MS);
    world.silence("b");
    await world.clock.advance(WRITING_MS);
    world.silence("c");
    await world.exit();
    expect(world.store.written).toEqual([1, 2, 3]);
  });

  it("waits on a clean exit for what the loop is writing", async () => {
    const world = new World();
    world.silence("a");
    await world.clock.advance(WRITING_MS);
    await world.exit();
    expect(world.store.written).toEqual([1]);
  });

  it("tries once more on a clean exit when an earlier answer was lost", async () => {
    const world = new World();
    world.silence("a");
    await world.clock.advance(WRITING_MS + WRITE_MS);
    world.silence("b");
    world.store.version = "of a write whose answer was lost";
    await world.exit();
    expect(world.store.written).toEqual([1, 2]);
  });
});

/** Takes its time for each write, and takes it only on top of what the writer knows. */
class SlowStore extends MemoryConfigStore {
  readonly #clock: ManualClock;
  version: string | undefined;
  /** How many silences were in each snapshot. */
  readonly written: number[] = [];

  constructor(clock: ManualClock) {
    super();
    this.#clock = clock;
  }

  override async writeSnapshot(
    target: SnapshotTarget,
    state: PartialState,
    signal: AbortSignal,
  ): Promise<ConditionalWrite> {
    await this.#clock.sleep(WRITE_MS, signal);
    if (target.expected !== undefined && target.expected !== this.version) {
      return { kind: "conflict" };
    }
    this.written.push(state.silences?.length ?? 0);
    this.version = `${this.written.length}`;
    return { kind: "written", version: this.version };
  }
}

class World {
  readonly #bench: Bench = new Bench();
  readonly #stopping: AbortController = new AbortController();
  readonly clock: ManualClock = this.#bench.clock;
  readonly store: SlowStore = new SlowStore(this.clock);
  readonly #snapshots: Snapshots = new Snapshots(
    {
      clock: this.clock,
      logger: silentLogger,
      metrics: new MetricRegistry(),
      fleet: this.#bench.own.fleet,
      store: this.store,
      ownId: OWN,
      owns: () => true,
    },
    DEFAULT_TIMINGS,
  );
  readonly #loop: Promise<void> = this.#snapshots.run(this.#stopping.signal);

  silence(id: string): void {
    this.#bench.own.fleet.merge(TENANT, {
      silences: [silenceOf({ name: id }, this.clock.wallMs(), { id })],
    });
  }

  /** As an instance leaves: the last snapshot, then all loops are stopped. */
  async exit(): Promise<void> {
    const last = this.#snapshots.writeAll(this.#stopping.signal);
    void last.then(() => this.#stopping.abort(new AppError("aborted", "Instance is stopping")));
    await this.clock.advance(4 * WRITE_MS);
    await this.#loop;
  }
}
