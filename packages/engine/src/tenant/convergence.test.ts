/**
 * Two owners of one tenant that miss a random part of what happens, and then hear each other again. The
 * clustered program has claims between them; here the first owner is always asked first.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAP_NAMES } from "../peer/index.ts";
import {
  ask,
  MINUTE_MS,
  post,
  runTicks,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  tell,
  tenantOf,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";

type Pair = readonly [Tenant, Tenant];

interface Event {
  readonly kind: "fire" | "end" | "silence" | "tick" | "collect";
  readonly instance: string;
  readonly name: string;
  /** Who takes part: bit 0 and bit 1. */
  readonly who: number;
  readonly afterMs: number;
}

const events: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom("fire", "fire", "end", "silence", "tick", "tick", "collect"),
  instance: fc.constantFrom("a", "b"),
  name: fc.constantFrom("Up", "Down"),
  who: fc.integer({ min: 1, max: 3 }),
  afterMs: fc.constantFrom(1, SECOND_MS, 30 * SECOND_MS, 4 * MINUTE_MS),
});

function happen(tenant: Tenant, event: Event, nowMs: number): void {
  const labels = { alertname: event.name, instance: event.instance };
  switch (event.kind) {
    case "fire":
      post(tenant, nowMs, labels);
      break;
    case "end":
      post(tenant, { nowMs, endsAtMs: nowMs }, labels);
      break;
    case "silence":
      tenant.merge({ silences: [silenceOf(labels, nowMs, { id: event.instance })] }, nowMs);
      break;
    case "tick":
      runTicks(tenant, nowMs);
      break;
    case "collect":
      tenant.collectGarbage(nowMs);
      break;
  }
}

function exchangeAll([left, right]: Pair, nowMs: number): void {
  for (const map of MAP_NAMES) {
    const range = { from: "", to: undefined };
    const versions = left.versions(map, range);
    const { state, want } = right.differing(map, { ...range, versions });
    left.merge(state, nowMs);
    right.merge(left.collect(map, want), nowMs);
  }
}

/** Both run their ticks; what one tells the other hears of, and decides for itself after it. */
function flushTogether(pair: Pair, nowMs: number): void {
  const [first, second] = pair;
  const flushes = pair.flatMap((tenant) => tenant.takeDue(nowMs).flushes);
  for (const flush of flushes) {
    for (const key of flush.keys) {
      for (const [speaker, hearer] of [pair, [second, first]] as const) {
        const decision = ask(speaker, flush, { nowMs, key });
        if (decision.kind !== "nothing") tell(speaker, flush, { key, told: decision.told });
        hearer.merge({ log: speaker.fullState().log ?? [] }, nowMs);
      }
      const finished = { groupId: flush.groupId, key: key.key, tickMs: flush.tickMs };
      for (const tenant of pair) tenant.finishKey({ ...finished, result: "told" });
    }
  }
}

describe("two owners", () => {
  it(
    "hold the same once they hear each other and their groups have ticked",
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(fc.array(events, { maxLength: 30 }), (history) => {
          // An end that is heard of later than this is not taken, and harmless where it is.
          const lastsMs = history.reduce((sumMs, { afterMs }) => sumMs + afterMs, 0);
          fc.pre(lastsMs < 15 * MINUTE_MS);
          const settings = settingsOf({}, { receiver: "pair" });
          const pair: Pair = [tenantOf(settings), tenantOf(settings)];
          let nowMs = START_MS;
          for (const event of history) {
            nowMs += event.afterMs;
            for (const [bit, tenant] of pair.entries()) {
              if ((event.who & (1 << bit)) !== 0) happen(tenant, event, nowMs);
            }
          }
          exchangeAll(pair, nowMs);
          for (let round = 0; round < 3; round += 1) {
            nowMs += 5 * MINUTE_MS;
            flushTogether(pair, nowMs);
            exchangeAll(pair, nowMs);
          }
          for (const tenant of pair) tenant.collectGarbage(nowMs);
          expect(pair[1].digests()).toEqual(pair[0].digests());
          expect(pair[1].nextDueMs()).toBe(pair[0].nextDueMs());
        }),
        { numRuns: 1_000 },
      );
    },
  );
});
