import { describe, expect, it } from "vitest";
import { listeningAfter } from "./listening.ts";

const STARTED_AT_MS = 1_000_000;

describe("listeningAfter()", () => {
  const cases = [
    { name: "a first process has nothing", last: undefined, lastAliveMs: 0, wantedMs: 0 },
    {
      name: "a short run counts, less the time after it",
      ranMs: 4_000,
      goneMs: 1_000,
      wantedMs: 3_000,
    },
    {
      name: "what was there before goes on",
      creditMs: 9_000,
      ranMs: 4_000,
      goneMs: 1_000,
      wantedMs: 12_000,
    },
    {
      name: "a long time of nobody takes all",
      creditMs: 9_000,
      ranMs: 4_000,
      goneMs: 60_000,
      wantedMs: 0,
    },
    { name: "a long run leaves nothing", creditMs: 9_000, ranMs: 300_000, goneMs: 1, wantedMs: 0 },
    {
      name: "no sign of life since the start",
      creditMs: 9_000,
      ranMs: -1,
      goneMs: 1_000,
      wantedMs: 0,
    },
    { name: "a clock that went back", creditMs: 9_000, ranMs: 4_000, goneMs: -1, wantedMs: 0 },
  ];
  it.for(cases)("$name", ({ creditMs = 0, ranMs, goneMs = 0, wantedMs }) => {
    const last = ranMs === undefined ? undefined : { startedAtMs: STARTED_AT_MS, creditMs };
    const lastAliveMs = STARTED_AT_MS + (ranMs ?? 0);
    const nowMs = lastAliveMs + goneMs;
    expect(listeningAfter(last, { lastAliveMs, nowMs })).toEqual({
      startedAtMs: nowMs,
      creditMs: wantedMs,
    });
  });

  it("lets restarts that follow one another get there, however short each run is", () => {
    let listening = listeningAfter(undefined, { lastAliveMs: 0, nowMs: STARTED_AT_MS });
    for (let count = 0; count < 100; count += 1) {
      const lastAliveMs = listening.startedAtMs + 4_000;
      listening = listeningAfter(listening, { lastAliveMs, nowMs: lastAliveMs + 500 });
    }
    expect(listening.creditMs).toBe(350_000);
  });
});
