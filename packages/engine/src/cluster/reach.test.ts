import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import type { Peer } from "./liveness.ts";
import { Reach } from "./reach.ts";

const SUSPECT_MS = 2_500;

function made(ownerCount = 3) {
  const clock = new ManualClock();
  const peers = [{ isReachable: true }, { isReachable: true }] as Peer[];
  const reach = new Reach({
    clock,
    liveness: { peers },
    ownerCount: () => ownerCount,
    suspectTimeoutMs: SUSPECT_MS,
  });
  const reachable = (count: number): void => {
    for (const [at, peer] of peers.entries()) peer.isReachable = at < count;
    reach.isCutOff();
  };
  return { clock, reach, reachable, sinceMs: clock.monotonicMs() };
}

describe("Reach.isCutOff()", () => {
  it.each([
    [3, 1, false],
    [3, 0, true],
    [5, 2, false],
    [5, 1, true],
    [1, 0, false],
  ])("of %i owners and %i peers in reach it says %s", (ownerCount, count, isCutOff) => {
    const { reach, reachable } = made(ownerCount);
    reachable(count);
    expect(reach.isCutOff()).toBe(isCutOff);
  });
});

describe("Reach.msSince()", () => {
  it("is the time that has passed while a quorum is in reach", () => {
    const { clock, reach, reachable, sinceMs } = made();
    clock.jump(10_000);
    reachable(1);
    clock.jump(10_000);
    expect(reach.msSince(sinceMs)).toBe(20_000);
  });

  it("leaves out the time without one, from when the silence began", () => {
    const { clock, reach, reachable, sinceMs } = made();
    clock.jump(10_000);
    reachable(0);
    const silentSinceMs = clock.monotonicMs() - SUSPECT_MS;
    expect(reach.msSince(sinceMs)).toBe(10_000 - SUSPECT_MS);
    expect(reach.msSince(silentSinceMs + 100)).toBe(0);
    clock.jump(5_000);
    expect(reach.msSince(sinceMs)).toBe(10_000 - SUSPECT_MS);
    reachable(2);
    clock.jump(300);
    expect(reach.msSince(sinceMs)).toBe(10_000 - SUSPECT_MS + 300);
    expect(reach.msSince(silentSinceMs + 100)).toBe(300);
    expect(reach.msSince(clock.monotonicMs() - 200)).toBe(200);
  });

  it("leaves out all times without one, and none twice", () => {
    const { clock, reach, reachable, sinceMs } = made();
    for (let time = 0; time < 3; time += 1) {
      clock.jump(1_000);
      reachable(0);
      clock.jump(4_000);
      reachable(2);
    }
    // The second and third silence began before the one before was over.
    expect(reach.msSince(sinceMs)).toBe(0);
    expect(reach.msSince(sinceMs - 5_000)).toBe(5_000 - (SUSPECT_MS - 1_000));
    clock.jump(700);
    expect(reach.msSince(sinceMs)).toBe(700);
  });
});
