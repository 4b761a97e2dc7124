import { describe, expect, it } from "vitest";
import {
  ask,
  firstFlush,
  HOUR_MS,
  MINUTE_MS,
  OWNER,
  post,
  routeOf,
  runTicks,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
  toldAlerts,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", job: "node", instance: "a" };
const OTHER = { alertname: "Up", job: "node", instance: "b" };
const TICK_MS = START_MS + 30 * SECOND_MS;
/** Long enough to outlast every test. */
const LASTING = { nowMs: START_MS, endsAtMs: START_MS + 48 * HOUR_MS };

describe("recordFor()", () => {
  const told = {
    firing: ["f1"],
    resolved: [],
    previous: undefined,
    repeatIntervalMs: HOUR_MS,
    ends: [],
    news: [],
    unheard: [],
  };

  function entryAfter(
    tenant: Tenant,
    changes: object,
    { retentionMs = 120 * HOUR_MS, nowMs = TICK_MS } = {},
  ) {
    const flush = firstFlush(tenant, nowMs);
    return tenant.recordFor(
      { ...told, ...changes },
      {
        ...flush.keys[0]!,
        integration: "webhook",
        index: 0,
        groupId: flush.groupId,
        groupKey: flush.groupKey,
        version: { us: 7, by: OWNER },
        timestampMs: flush.tickMs,
        tickMs: flush.tickMs,
        receiverData: {},
        retentionMs,
      },
    );
  }

  it("expires after twice the repeat interval, at most after the retention (S-46)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    expect(entryAfter(tenant, {}).keepUntilMs).toBe(TICK_MS + 2 * HOUR_MS);
    const other = tenantOf();
    post(other, START_MS, UP);
    expect(entryAfter(other, {}, { retentionMs: HOUR_MS }).keepUntilMs).toBe(TICK_MS + HOUR_MS);
  });

  it("never expires before the entry that it replaces (A10)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, TICK_MS);
    const previous = { ...tenant.fullState().log![0]!, keepUntilMs: TICK_MS + 9 * HOUR_MS };
    post(tenant, TICK_MS + MINUTE_MS, OTHER);
    const entry = entryAfter(tenant, { previous }, { nowMs: TICK_MS + 5 * MINUTE_MS });
    expect(entry.keepUntilMs).toBe(previous.keepUntilMs);
  });

  it("keeps ends told before until the alert fires again or is forgotten (A21)", () => {
    const tenant = tenantOf();
    const at = (minutes: number): number => TICK_MS + minutes * MINUTE_MS;
    const resolvedNow = (): number => tenant.fullState().log![0]!.resolved.length;
    post(tenant, START_MS, UP);
    post(tenant, LASTING, OTHER);
    runTicks(tenant, at(0));
    post(tenant, { nowMs: at(1), endsAtMs: at(1) }, UP);
    runTicks(tenant, at(5));
    expect(resolvedNow()).toBe(1);
    post(tenant, { ...LASTING, nowMs: at(6) }, { ...UP, instance: "c" });
    runTicks(tenant, at(10));
    expect(resolvedNow()).toBe(1);
    post(tenant, at(14), UP);
    runTicks(tenant, at(15));
    expect(resolvedNow()).toBe(0);
    post(tenant, { nowMs: at(16), endsAtMs: at(16) }, UP);
    runTicks(tenant, at(20));
    expect(resolvedNow()).toBe(1);
    tenant.collectGarbage(at(60));
    post(tenant, { ...LASTING, nowMs: at(61) }, { ...UP, instance: "d" });
    runTicks(tenant, at(65));
    expect(resolvedNow()).toBe(0);
  });

  it("keeps what another owner called firing and this one has never heard of (I10)", () => {
    const [teller, tenant] = [tenantOf(), tenantOf()];
    post(teller, LASTING, UP, OTHER);
    runTicks(teller, TICK_MS);
    const previous = teller.fullState().log![0]!;
    tenant.merge({ log: [previous] }, TICK_MS);
    const nowMs = TICK_MS + MINUTE_MS;
    post(tenant, { nowMs, endsAtMs: nowMs }, UP);
    const decision = ask(tenant, firstFlush(tenant, nowMs + 5 * MINUTE_MS));
    if (decision.kind !== "send") throw new Error("Nothing is told");
    expect(toldAlerts(decision)).toEqual(["a resolved"]);
    const [ended] = decision.told.resolved;
    const unheard = previous.firing.filter((hash) => hash !== ended);
    expect(decision.told.unheard).toEqual(unheard);
    const other = tenantOf();
    post(other, START_MS, UP);
    const byAnother = { ...previous, versionBy: "am-2" };
    const entry = entryAfter(other, { ...decision.told, previous: byAnother });
    expect(entry.firing).toEqual(unheard);
    // Who told it itself and does not hold it any more does not carry it for ever.
    const again = tenantOf();
    post(again, START_MS, UP);
    expect(entryAfter(again, decision.told).firing).toEqual([]);
  });

  it("carries no alert that is here, be it muted", () => {
    const [teller, tenant] = [tenantOf(), tenantOf()];
    post(teller, LASTING, UP, OTHER);
    runTicks(teller, TICK_MS);
    const { log } = teller.fullState();
    tenant.merge({ log: log! }, TICK_MS);
    const nowMs = TICK_MS + MINUTE_MS;
    post(tenant, { ...LASTING, nowMs }, OTHER);
    tenant.merge({ silences: [silenceOf({ instance: "b" }, nowMs)] }, nowMs);
    post(tenant, { nowMs, endsAtMs: nowMs }, UP);
    const decision = ask(tenant, firstFlush(tenant, nowMs + 5 * MINUTE_MS));
    expect(toldAlerts(decision)).toEqual(["a resolved"]);
    expect(decision.kind === "send" && decision.told.unheard).toEqual([]);
  });

  it("carries no alert that is here in another group", () => {
    const teller = tenantOf();
    post(teller, LASTING, UP, OTHER);
    runTicks(teller, TICK_MS);
    const elsewhere = routeOf({
      receiver: "pair",
      matchers: [{ type: "=", name: "instance", value: "b" }],
    });
    const tenant = tenantOf(settingsOf({}, { routes: [elsewhere] }));
    const { log } = teller.fullState();
    tenant.merge({ log: log! }, TICK_MS);
    const nowMs = TICK_MS + MINUTE_MS;
    post(tenant, { nowMs, endsAtMs: nowMs }, UP);
    post(tenant, { ...LASTING, nowMs: nowMs + SECOND_MS }, OTHER);
    const decision = ask(tenant, firstFlush(tenant, nowMs + 5 * MINUTE_MS));
    expect(toldAlerts(decision)).toEqual(["a resolved"]);
    expect(decision.kind === "send" && decision.told.unheard).toEqual([]);
  });
});
