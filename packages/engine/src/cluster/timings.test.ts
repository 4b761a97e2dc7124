import { describe, expect, it } from "vitest";
import { brokenTimingRelations, DEFAULT_TIMINGS, type Timings } from "./timings.ts";

describe("brokenTimingRelations()", () => {
  it("has nothing to say of the defaults", () => {
    expect(brokenTimingRelations(DEFAULT_TIMINGS)).toEqual([]);
  });

  const cases: readonly {
    readonly name: string;
    readonly part: Partial<Timings>;
    readonly says: string;
  }[] = [
    { name: "pings too rare", part: { pingIntervalMs: 501 }, says: "five times" },
    { name: "failover too slow", part: { suspectTimeoutMs: 3_500 }, says: "below 3.5s" },
    { name: "a lease longer than suspicion", part: { sendLeaseMs: 1_501 }, says: "two --rpc.ping" },
    { name: "a pause longer than the lease", part: { pauseLimitMs: 1_500 }, says: "pause limit" },
    { name: "a claim longer than suspicion", part: { claimCallMs: 2_500 }, says: "claim call" },
    { name: "a grace shorter than a ping", part: { turnGraceMs: 500 }, says: "--rpc.turn-grace" },
    { name: "grants that end in an attempt", part: { grantLimitMs: 30_000 }, says: "grant limit" },
    { name: "a minority too quick", part: { minorityWaitMs: 5_000 }, says: "--rpc.minority-wait" },
    { name: "heartbeats too rare", part: { heartbeatIntervalMs: 1_001 }, says: "at most 1s" },
    { name: "heartbeats fresh too long", part: { heartbeatFreshMs: 2_500 }, says: "at most 1s" },
    { name: "death too quick", part: { heartbeatTimeoutMs: 9_999 }, says: "ten times" },
    { name: "founding too quick", part: { foundingWaitMs: 2_999 }, says: "founding wait" },
  ];

  it.each(cases)("names $name", ({ part, says }) => {
    const broken = brokenTimingRelations({ ...DEFAULT_TIMINGS, ...part });
    expect(broken.filter((sentence) => sentence.includes(says))).toHaveLength(1);
  });

  it("names all at once", () => {
    const part = { turnGraceMs: 1, minorityWaitMs: 1, foundingWaitMs: 1 };
    expect(brokenTimingRelations({ ...DEFAULT_TIMINGS, ...part })).toHaveLength(3);
  });
});
