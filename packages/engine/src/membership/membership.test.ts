import type { InstanceId } from "@tocsin/domain/model";
import { silentLogger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import { MemoryRingStore } from "../ring-memory/index.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { MemoryJournal } from "../testing/owner.ts";
import { OTHER, OWN } from "../testing/watch.ts";
import type { InstanceMeta } from "../ports/index.ts";
import { Membership } from "./membership.ts";

const live = (): AbortSignal => new AbortController().signal;

class FailingRingStore extends MemoryRingStore {
  isDown = false;

  override read(signal: AbortSignal): ReturnType<MemoryRingStore["read"]> {
    return this.isDown ? Promise.reject(new Error("Down")) : super.read(signal);
  }

  override nextIncarnation(id: InstanceId, above: number, signal: AbortSignal): Promise<number> {
    return this.isDown
      ? Promise.reject(new Error("Down"))
      : super.nextIncarnation(id, above, signal);
  }
}

/** A disk that has what was written before it was full. */
class FullJournal extends MemoryJournal {
  meta: InstanceMeta;

  constructor(meta: InstanceMeta) {
    super();
    this.meta = meta;
  }

  override readMeta(): ReturnType<MemoryJournal["readMeta"]> {
    return Promise.resolve(this.meta);
  }

  override writeMeta(): Promise<void> {
    return Promise.reject(new Error("no room"));
  }

  override outdateMeta(): Promise<void> {
    this.meta = { ...this.meta, isOutdated: true };
    return Promise.resolve();
  }
}

/** Processes that share a ring store and a clock. */
class Ring {
  readonly clock: ManualClock = new ManualClock();
  readonly store: FailingRingStore = new FailingRingStore({ clock: this.clock });

  /** A process that has come to its place. */
  async start(id = OWN, journal = new MemoryJournal()): Promise<Membership> {
    const membership = await this.identified(id, journal);
    await this.passing(membership.join(live()));
    return membership;
  }

  /** A process that knows its number and has not come to its place. */
  async identified(id = OWN, journal = new MemoryJournal()): Promise<Membership> {
    const { clock, store } = this;
    const membership = new Membership(
      {
        clock,
        store,
        random: { uint32: () => 0 },
        journal,
        logger: silentLogger,
      },
      { id, address: `${id}:9095`, zone: "", replicationFactor: 3, timings: DEFAULT_TIMINGS },
    );
    await this.passing(membership.identify(live()));
    return membership;
  }

  /** Lets time pass until the work is done. */
  async passing<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) await this.clock.advance(100);
    return done;
  }

  /** Some heartbeats of it. */
  async beat(membership: Membership): Promise<void> {
    const stop = new AbortController();
    const running = membership.run(stop.signal);
    await this.clock.advance(3 * DEFAULT_TIMINGS.heartbeatIntervalMs);
    stop.abort();
    await this.passing(running);
  }

  async seen(): Promise<{ readonly members: unknown; readonly beats: unknown }> {
    const { document, heartbeats } = await this.store.read(live());
    return {
      members: document?.members.map(({ id, incarnation, state }) => [id, incarnation, state]),
      beats: heartbeats.map(({ id, incarnation }) => [id, incarnation]),
    };
  }
}

describe("Membership", () => {
  it("tells once that another process has taken its ID, and lets that one's place be (A26)", async () => {
    const ring = new Ring();
    const first = await ring.start();
    const problems: string[] = [];
    first.onReplaced = ({ message }) => problems.push(message);
    const second = await ring.start();
    await ring.beat(second);
    await ring.beat(first);
    expect(problems).toEqual([
      `Another process runs as instance "am-1": incarnation ${second.incarnation}, ` +
        `this one is ${first.incarnation}. ` +
        "Give each process its own --ring.instance-id",
    ]);
    await ring.beat(second);
    const before = await ring.seen();
    expect(await ring.passing(first.leave(live()))).toBe(false);
    await ring.passing(first.remove(() => true, live()));
    expect(await ring.seen()).toEqual(before);
    expect(before.beats).toEqual([[OWN, second.incarnation]]);
    expect(problems).toHaveLength(1);
  });

  it("is one process only, also when two come to a new place at the same time", async () => {
    const ring = new Ring();
    const other = await ring.start(OTHER);
    const stop = new AbortController();
    const running = [other.run(stop.signal)];
    const ended: number[] = [];
    const both = [await ring.identified(), await ring.identified()];
    for (const one of both) {
      one.onReplaced = () => ended.push(one.incarnation);
      running.push(one.join(stop.signal).then(() => one.run(stop.signal)));
    }
    const [first, second] = both.map(({ incarnation }) => incarnation);
    await ring.clock.advance(DEFAULT_TIMINGS.heartbeatIntervalMs / 2);
    expect(ended).toEqual([first]);
    await ring.clock.advance(10_000);
    stop.abort();
    await Promise.allSettled(running);
    expect((await ring.seen()).members).toContainEqual([OWN, second, "joining"]);
  });

  it("puts itself in the place of a former process that came back into the ring", async () => {
    const ring = new Ring();
    const [other, first] = [await ring.start(OTHER), await ring.start()];
    const old = (await ring.store.read(live())).document;
    const second = await ring.start();
    const now = (await ring.store.read(live())).document;
    if (old === undefined || now === undefined) throw new Error("Nothing is stored");
    const version = now.version + 1;
    await ring.store.compareAndSet(now.version, { ...old, version }, live());
    await ring.beat(other);
    await ring.beat(second);
    expect((await ring.seen()).members).toContainEqual([OWN, second.incarnation, "joining"]);
    expect(first.incarnation).toBeLessThan(second.incarnation);
  });

  it("takes no incarnation of before with an empty disk, however long the store is away", async () => {
    const ring = new Ring();
    const first = await ring.start();
    ring.store.isDown = true;
    const second = ring.start();
    await ring.clock.advance(10_000);
    ring.store.isDown = false;
    expect((await ring.passing(second)).incarnation).toBeGreaterThan(first.incarnation);
  });

  it("finds out by leaving, too", async () => {
    const ring = new Ring();
    const [first] = [await ring.start(), await ring.start(OTHER)];
    await ring.start();
    const before = await ring.seen();
    expect(await ring.passing(first.leave(live()))).toBe(false);
    expect(first.isReplaced).toBe(true);
    expect(await ring.seen()).toEqual(before);
  });

  it("comes to its place on a full disk with a number that the ring store has counted", async () => {
    const ring = new Ring();
    const journal = new FullJournal({ incarnation: 4, view: undefined, hasCaughtUp: true });
    expect((await ring.start(OWN, journal)).incarnation).toBe(5);
    expect(journal.meta).toMatchObject({ incarnation: 4, isOutdated: true });
    // Its disk alone would give the next one a number that was used.
    expect((await ring.start(OWN, journal)).incarnation).toBeGreaterThan(5);
  });

  it("does not start on a full disk while nobody else counts its number", async () => {
    const ring = new Ring();
    const journal = new FullJournal({ incarnation: 4, view: undefined, hasCaughtUp: true });
    ring.store.isDown = true;
    await expect(ring.start(OWN, journal)).rejects.toThrow("no room");
    expect(journal.meta.isOutdated).toBeUndefined();
  });

  it("takes a newer view when it looks who is alive, and knows nothing while the store is away", async () => {
    const ring = new Ring();
    const first = await ring.start();
    await ring.beat(first);
    await ring.beat(await ring.start(OTHER));
    expect(first.view.member(OTHER)).toBeUndefined();
    expect(await ring.passing(first.anyAlive([OTHER], live()))).toBe(true);
    expect(first.view.member(OTHER)).toBeDefined();
    await ring.clock.advance(DEFAULT_TIMINGS.heartbeatFreshMs + 100);
    expect(await ring.passing(first.anyAlive([OTHER], live()))).toBe(false);
    ring.store.isDown = true;
    expect(await ring.passing(first.anyAlive([OTHER], live()))).toBeUndefined();
  });
});
