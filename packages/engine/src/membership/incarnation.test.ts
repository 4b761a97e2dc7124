import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { drawIncarnation, type Drawn } from "./incarnation.ts";
import { documentOf, ids, own } from "./fixture.ts";
import type { RingAccess } from "./ring-access.ts";

const [ID] = ids;
const live = new AbortController().signal;
const STORE_NOW_MS = 1_000_000.5;

/** A store that counts as the real ones do, and is away for its first calls. */
class Store implements Pick<RingAccess, "read" | "nextIncarnation"> {
  counter = 0;
  entry: number | undefined;
  failingReads = 0;
  failingDraws = 0;

  read(): ReturnType<RingAccess["read"]> {
    if (this.failingReads-- > 0) return Promise.resolve(undefined);
    const entries = this.entry === undefined ? [] : [own(ID, this.entry)];
    const members = entries.map((entry) => ({ ...entry, state: "active" as const }));
    const document = { ...documentOf({ settled: [], target: [] }), members };
    return Promise.resolve({ document, heartbeats: [], storeNowMs: STORE_NOW_MS });
  }

  nextIncarnation(_id: string, above: number): Promise<number | undefined> {
    if (this.failingDraws-- > 0) return Promise.resolve(undefined);
    this.counter = Math.max(this.counter, above) + 1;
    return Promise.resolve(this.counter);
  }
}

async function draw(part: Partial<Store>, onDisk?: number, isOutdated = false): Promise<Drawn> {
  const clock = new ManualClock();
  const ring = Object.assign(new Store(), part);
  const former = { id: ID, onDisk, isOutdated };
  const drawing = drawIncarnation({ clock, ring, retryMs: 250 }, former, live);
  await clock.advance(1000);
  return drawing;
}

async function drawn(part: Partial<Store>, onDisk?: number, isOutdated = false): Promise<number> {
  return (await draw(part, onDisk, isOutdated)).incarnation;
}

describe("drawIncarnation()", () => {
  it("draws above the store's counter, the ring's entry and the disk", async () => {
    expect(await drawn({}, 0)).toBe(1);
    expect(await drawn({ counter: 4 }, 2)).toBe(5);
    expect(await drawn({ counter: 4, entry: 6 }, 2)).toBe(7);
    expect(await drawn({ counter: 4, entry: 6 }, 9)).toBe(10);
  });

  it("takes the disk's next one while the store is away", async () => {
    expect(await drawn({ failingReads: 9, failingDraws: 9 }, 3)).toBe(4);
    expect(await drawn({ failingDraws: 9, entry: 6 }, 3)).toBe(7);
  });

  it("waits for the store with an empty disk, and for all of its answer", async () => {
    expect(await drawn({ failingReads: 2, failingDraws: 2 })).toBe(1_000_001);
    expect(await drawn({ failingReads: 1 })).toBe(1_000_001);
    expect(await drawn({ failingDraws: 1 })).toBe(1_000_001);
  });

  it("goes above the store's time with an empty disk, whatever the store has lost or never saw", async () => {
    expect(await drawn({})).toBe(1_000_001);
    expect(await drawn({ counter: 1, entry: 1 })).toBe(1_000_001);
    expect(await drawn({ counter: 1_000_001 })).toBe(1_000_002);
    expect(await drawn({ entry: 2_000_000 })).toBe(2_000_001);
  });

  it("waits for the store with an outdated disk, and stays above that disk", async () => {
    expect(await drawn({ failingReads: 2, failingDraws: 2, counter: 1 }, 7, true)).toBe(1_000_001);
    expect(await drawn({ counter: 9 }, 2_000_000, true)).toBe(2_000_001);
  });

  it("says whether the store has counted what it drew", async () => {
    expect(await draw({ counter: 4 }, 2)).toEqual({ incarnation: 5, isStored: true });
    expect(await draw({ failingReads: 9 }, 2)).toEqual({ incarnation: 3, isStored: true });
    expect(await draw({ failingDraws: 9 }, 2)).toEqual({ incarnation: 3, isStored: false });
  });

  it("ends with the signal", async () => {
    const stop = new AbortController();
    const ring = Object.assign(new Store(), { failingReads: Infinity, failingDraws: Infinity });
    const clock = new ManualClock();
    const drawing = drawIncarnation(
      { clock, ring, retryMs: 250 },
      { id: ID, onDisk: undefined },
      stop.signal,
    );
    stop.abort(new Error("stopping"));
    await expect(drawing).rejects.toThrow("stopping");
  });
});
