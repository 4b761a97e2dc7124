import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import { Deaths } from "./deaths.ts";
import { documentOf, ids } from "./fixture.ts";

const [A, B, C] = ids;
const [D, E] = ["d", "e"] as readonly string[] as readonly [InstanceId, InstanceId];
const FIVE = [A, B, C, D, E];

describe("Deaths", () => {
  it("takes for dead whose heartbeat has stood still for the timeout", () => {
    const watched = watch();
    watched.go(29_000, [C]);
    expect([A, B, C].map(watched.isDead)).toEqual([false, false, false]);
    watched.go(1_000, [C]);
    expect([A, B, C].map(watched.isDead)).toEqual([false, false, true]);
    watched.go(1_000, []);
    expect(watched.isDead(C)).toBe(false);
  });

  it("begins anew after an outage of the store, in which everybody grew old", () => {
    const watched = watch();
    watched.go(20_000, [B, C]);
    watched.skip(60_000);
    watched.go(20_000, [C]);
    expect(watched.isDead(C)).toBe(false);
    watched.go(11_000, [C]);
    expect(watched.isDead(C)).toBe(true);
  });

  it("does not know somebody whom it never saw", () => {
    expect(watch().isDead("z" as InstanceId)).toBe(false);
  });

  it("doubts the store for five minutes when half or more seem dead", () => {
    const watched = watch();
    watched.go(30_000, [C]);
    expect(watched.deaths.isDoubtful).toBe(false);
    watched.go(30_000, [B, C]);
    expect(watched.deaths.isDoubtful).toBe(true);
    watched.go(299_000, [B, C]);
    expect(watched.deaths.isDoubtful).toBe(true);
    watched.go(1_000, [B, C]);
    expect(watched.deaths.isDoubtful).toBe(false);
  });

  it("does not count who owns nothing any more: its death is known", () => {
    const watched = watch({ owning: [A, B, C], members: [A, B, C, D] });
    watched.go(30_000, [C, D]);
    expect([C, D].map(watched.isDead)).toEqual([true, true]);
    expect(watched.deaths.isDoubtful).toBe(false);
  });
});

describe("Deaths, when somebody was taken out", () => {
  it("does not doubt for it: half of two is one whom an operator has forgotten", () => {
    const watched = watch({ members: [A, B], target: [A] });
    watched.go(30_000, [B]);
    expect([watched.isDead(B), watched.deaths.isDoubtful]).toEqual([true, false]);
    const still = watch({ members: [A, B] });
    still.go(30_000, [B]);
    expect([still.isDead(B), still.deaths.isDoubtful]).toEqual([true, true]);
  });

  it("still counts who leaves and lives", () => {
    const watched = watch({ members: [A, B, C], target: [A, B] });
    watched.go(30_000, [B]);
    expect([watched.isDead(B), watched.deaths.isDoubtful]).toEqual([true, false]);
  });
});

describe("Deaths, while writes are refused", () => {
  it("waits a third of the timeout for so many that some tenant has no write quorum", () => {
    const watched = watch({ members: FIVE });
    watched.go(9_000, [D, E]);
    expect([C, D, E].map(watched.isDead)).toEqual([false, false, false]);
    watched.go(1_000, [D, E]);
    expect([C, D, E].map(watched.isDead)).toEqual([false, true, true]);
    // One of them is back, and all tenants can be written to again.
    watched.go(1_000, [E]);
    expect(FIVE.map(watched.isDead)).toEqual([false, false, false, false, false]);
  });

  it.each([
    { name: "one whose tenants have a quorum left", silent: [E], replicationFactor: 3 },
    { name: "those whom too few others could follow", silent: [D, E], replicationFactor: 4 },
    { name: "the only owner of its tenants", silent: [E], replicationFactor: 1 },
    { name: "both owners of some tenant", silent: [D, E], replicationFactor: 2 },
  ])("waits the whole timeout for $name", ({ silent, replicationFactor }) => {
    const watched = watch({ members: FIVE, replicationFactor });
    watched.go(29_000, silent);
    expect(silent.some(watched.isDead)).toBe(false);
    watched.go(1_000, silent);
    expect(silent.every(watched.isDead)).toBe(true);
  });
});

interface WatchOptions {
  readonly members?: readonly InstanceId[];
  /** Default: all members. */
  readonly owning?: readonly InstanceId[];
  readonly target?: readonly InstanceId[];
  readonly replicationFactor?: number;
}

interface Watched {
  readonly deaths: Deaths;
  readonly isDead: (id: InstanceId) => boolean;
  go(ms: number, silent: readonly InstanceId[]): void;
  skip(ms: number): void;
}

/** Looks once a second; those who are silent do not renew their heartbeats. */
function watch(options: WatchOptions = {}): Watched {
  const { members = [A, B, C], owning = members, replicationFactor = 3 } = options;
  const { target = owning } = options;
  const timings = { heartbeatTimeoutMs: 30_000, gapMaxMs: 5_000, massDeathHoldMs: 300_000 };
  const deaths = new Deaths({ ...timings, replicationFactor });
  const document = documentOf({ members, settled: owning, target });
  const beats = new Map(members.map((id) => [id, 0]));
  let nowMs = 0;
  const look = (): void => {
    const heartbeats = [...beats].map(([id, atMs]) => ({
      id,
      incarnation: 1,
      viewSeen: 1,
      synced: 1,
      atMs,
    }));
    deaths.observe({ document, heartbeats, storeNowMs: nowMs }, nowMs);
  };
  look();
  return {
    deaths,
    isDead: (id) => deaths.isDead(id),
    skip: (ms) => {
      nowMs += ms;
    },
    go: (ms, silent) => {
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        nowMs += 1_000;
        for (const id of beats.keys()) if (!silent.includes(id)) beats.set(id, nowMs);
        look();
      }
    },
  };
}
