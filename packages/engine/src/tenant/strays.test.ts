import { describe, expect, it } from "vitest";
import type { GroupKey, LogKey, LogRecord } from "@tocsin/domain/model";
import {
  MINUTE_MS,
  outcomeOf,
  OWNER,
  post,
  recordOf,
  RETENTION_MS,
  runTicks,
  SECOND_MS,
  settingsOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";
import { internAlert, AlertEntry } from "./alert-entry.ts";
import { Interner } from "./interner.ts";
import type { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", instance: "a" };
const TICK_MS = START_MS + 30 * SECOND_MS;
const END_MS = TICK_MS + MINUTE_MS;
const AFTER_MS = END_MS + 10 * MINUTE_MS;
const FIRING = { nowMs: START_MS, endsAtMs: AFTER_MS + 60 * MINUTE_MS };
const HASH = new AlertEntry(internAlert(recordOf(UP, START_MS), undefined, new Interner())).logHash;

/** What a cut-off owner tells on its own under a grouping that the others have replaced. */
function strayOf(part: Partial<LogRecord> & { readonly timestampMs: number }): LogRecord {
  const groupKey = part.groupKey ?? ('{}:{alertname="Up", instance="a"}' as GroupKey);
  return {
    key: `${groupKey}:hook/webhook/0` as LogKey,
    groupKey,
    receiver: "hook",
    integration: "webhook",
    index: 0,
    firing: [HASH],
    resolved: [],
    tickMs: part.timestampMs,
    receiverData: {},
    versionUs: part.timestampMs * 1_000,
    versionBy: OWNER,
    keepUntilMs: part.timestampMs + RETENTION_MS,
    ...part,
  };
}

/** The alert was told as firing and as ended, and has left its group. */
function withToldEnd(tenant: Tenant = tenantOf()): Tenant {
  post(tenant, FIRING, UP);
  runTicks(tenant, TICK_MS);
  post(tenant, { nowMs: END_MS, endsAtMs: END_MS }, UP);
  runTicks(tenant, TICK_MS + 5 * MINUTE_MS);
  expect(tenant.groupCount).toBe(0);
  return tenant;
}

describe("a log entry under a key that no route makes", () => {
  it("lets an end be told again that it contradicts, once (I10)", () => {
    const tenant = withToldEnd();
    tenant.merge({ log: [strayOf({ timestampMs: AFTER_MS })] }, AFTER_MS + SECOND_MS);
    const decisions = runTicks(tenant, AFTER_MS + 5 * MINUTE_MS);
    expect(decisions.map(outcomeOf)).toEqual(["all alerts resolved"]);
    expect(tenant.groupCount).toBe(0);
    post(tenant, { nowMs: AFTER_MS + 6 * MINUTE_MS, endsAtMs: END_MS }, UP);
    expect(runTicks(tenant, AFTER_MS + 15 * MINUTE_MS)).toEqual([]);
  });

  it("lets the end of one among others be told again", () => {
    const tenant = tenantOf();
    const other = { ...UP, instance: "b" };
    post(tenant, FIRING, UP, other);
    runTicks(tenant, TICK_MS);
    post(tenant, { nowMs: END_MS, endsAtMs: END_MS }, UP);
    runTicks(tenant, TICK_MS + 5 * MINUTE_MS);
    tenant.merge({ log: [strayOf({ timestampMs: AFTER_MS })] }, AFTER_MS + SECOND_MS);
    const [told] = runTicks(tenant, AFTER_MS + 5 * MINUTE_MS);
    expect(outcomeOf(told)).toBe("some alerts resolved");
    const [again] = runTicks(tenant, AFTER_MS + 10 * MINUTE_MS);
    expect(outcomeOf(again)).toBe("told");
  });

  it("is owed its end by a group that never told of the alert", () => {
    const tenant = tenantOf();
    post(tenant, FIRING, UP);
    const strayMs = START_MS + 5 * SECOND_MS;
    tenant.merge({ log: [strayOf({ timestampMs: strayMs })] }, strayMs);
    const endMs = START_MS + 10 * SECOND_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    expect(runTicks(tenant, TICK_MS).map(outcomeOf)).toEqual(["all alerts resolved"]);
  });

  it("does not stand for a firing alert, which the group tells for itself", () => {
    const tenant = tenantOf();
    post(tenant, FIRING, UP);
    tenant.merge({ log: [strayOf({ timestampMs: START_MS + 1 })] }, START_MS + 1);
    expect(runTicks(tenant, TICK_MS).map(outcomeOf)).toEqual(["first notification"]);
  });

  const harmless: readonly { name: string; part: Partial<LogRecord> }[] = [
    {
      name: "was told before the end was",
      part: { timestampMs: END_MS, versionUs: END_MS * 1_000 },
    },
    { name: "went to another receiver", part: { receiver: "pair" } },
    { name: "went to another integration of the receiver", part: { index: 1 } },
    { name: "is about other alerts", part: { firing: ["0000000000000000"] } },
    { name: "tells the end itself", part: { firing: [], resolved: [HASH] } },
  ];
  it.each(harmless)("changes nothing if it $name", ({ part }) => {
    const tenant = withToldEnd();
    const stray = strayOf({ timestampMs: AFTER_MS, ...part });
    tenant.merge({ log: [stray] }, AFTER_MS + SECOND_MS);
    expect(runTicks(tenant, AFTER_MS + 10 * MINUTE_MS).map(outcomeOf)).toEqual([]);
  });

  it("changes nothing for an integration that is not told of ends", () => {
    const tenant = withToldEnd(tenantOf(settingsOf({}, { receiver: "quiet" })));
    const stray = strayOf({ timestampMs: AFTER_MS, receiver: "quiet" });
    tenant.merge({ log: [stray] }, AFTER_MS + SECOND_MS);
    expect(runTicks(tenant, AFTER_MS + 10 * MINUTE_MS).map(outcomeOf)).toEqual([]);
  });

  it("is none if it only came before the alert", () => {
    const tenant = tenantOf();
    const groupKey = '{}:{alertname="Up"}' as GroupKey;
    tenant.merge({ log: [strayOf({ groupKey, timestampMs: TICK_MS })] }, TICK_MS);
    post(tenant, { ...FIRING, nowMs: TICK_MS }, UP);
    post(tenant, { nowMs: END_MS, endsAtMs: END_MS }, UP);
    expect(runTicks(tenant, AFTER_MS).map(outcomeOf)).toEqual(["all alerts resolved"]);
    expect(runTicks(tenant, AFTER_MS + 5 * MINUTE_MS)).toEqual([]);
  });

  it("is forgotten with the log", () => {
    const tenant = tenantOf();
    post(tenant, FIRING, UP);
    tenant.merge(
      { log: [strayOf({ timestampMs: START_MS, keepUntilMs: START_MS + 1 })] },
      START_MS,
    );
    tenant.collectGarbage(START_MS + 2, "log");
    const endMs = START_MS + 10 * SECOND_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    expect(runTicks(tenant, TICK_MS).map(outcomeOf)).toEqual(["told"]);
  });
});
