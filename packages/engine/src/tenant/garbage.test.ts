import { describe, expect, it } from "vitest";
import { isTombstone, newerSilence } from "@tocsin/domain/records";
import {
  alertOf,
  HOUR_MS,
  MINUTE_MS,
  post,
  RETENTION_MS,
  runTicks,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";

const UP = { alertname: "Up", severity: "page" };
const DOWN = { alertname: "Down", severity: "info" };
const EMPTY = tenantOf().digests();

describe("Tenant.collectGarbage()", () => {
  it("returns every map to its floor when load ends", () => {
    const inhibitRules = [
      {
        name: "",
        sourceMatchers: [{ type: "=" as const, name: "severity", value: "page" }],
        targetMatchers: [{ type: "=" as const, name: "severity", value: "info" }],
        equal: [],
      },
    ];
    const tenant = tenantOf(settingsOf({ inhibitRules }));
    for (let round = 0; round < 50; round += 1) {
      const nowMs = START_MS + round * 10 * MINUTE_MS;
      const labels = { ...(round % 2 === 0 ? UP : DOWN), instance: String(round) };
      post(tenant, nowMs, { ...labels, alertname: `Alert${round}` });
      tenant.merge({ silences: [silenceOf(labels, nowMs, { id: String(round) })] }, nowMs);
      runTicks(tenant, nowMs + MINUTE_MS);
      runTicks(tenant, nowMs + 9 * MINUTE_MS);
    }
    const endMs = START_MS + 24 * HOUR_MS;
    runTicks(tenant, endMs);
    expect(tenant.collectGarbage(endMs)).toBeGreaterThan(0);
    tenant.collectGarbage(endMs + 2 * RETENTION_MS);
    expect(tenant.digests()).toEqual(EMPTY);
    expect(tenant.isEmpty).toBe(true);
    expect(tenant.nextDueMs()).toBe(Infinity);
    expect(tenant.decisionDigests("none", "none" as never).inhibitors.count).toBe(0);
    expect(tenant.collectGarbage(endMs + 2 * RETENTION_MS)).toBe(0);
  });

  it("keeps an ended alert until its end was told, but no longer than a day more", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    expect(tenant.collectGarbage(START_MS + HOUR_MS)).toBe(0);
    expect(tenant.collectGarbage(START_MS + 26 * HOUR_MS)).toBe(1);
    expect(tenant.digests()).toEqual(EMPTY);
    expect(tenant.nextDueMs()).toBe(Infinity);
  });

  it("forgets a told end after half an hour", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    runTicks(tenant, START_MS + 10 * MINUTE_MS);
    tenant.collectGarbage(START_MS + 34 * MINUTE_MS);
    expect(tenant.digests().alerts.count).toBe(1);
    tenant.collectGarbage(START_MS + 35 * MINUTE_MS);
    expect(tenant.digests().alerts.count).toBe(0);
  });

  it("still finds the alerts that stay, from few to many and back", () => {
    const tenant = tenantOf();
    const many = Array.from({ length: 80 }, (_, at) => ({ ...UP, instance: String(at) }));
    const lasting = { nowMs: START_MS, endsAtMs: START_MS + 72 * HOUR_MS };
    post(tenant, START_MS, ...many);
    post(tenant, lasting, DOWN);
    tenant.collectGarbage(START_MS + 26 * HOUR_MS);
    expect(tenant.digests().alerts.count).toBe(1);
    const again = { ...lasting, nowMs: START_MS + 26 * HOUR_MS };
    expect(post(tenant, again, DOWN).groups).toBeUndefined();
    expect(tenant.digests().alerts.count).toBe(1);
  });

  it("shrinks a silence after retention when what it replaced keeps it longer (A9)", () => {
    const tenant = tenantOf();
    const silence = silenceOf(UP, START_MS, { keepUntilMs: START_MS + 2 * RETENTION_MS });
    tenant.merge({ silences: [silence] }, START_MS);
    const lateMs = silence.endsAtMs + RETENTION_MS;
    expect(tenant.collectGarbage(lateMs - 1)).toBe(0);
    expect(tenant.collectGarbage(lateMs)).toBe(1);
    expect(tenant.silences()).toEqual([]);
    expect(tenant.silence(silence.id)).toBeUndefined();
    const [tombstone] = tenant.fullState().silences!;
    expect(isTombstone(tombstone!)).toBe(true);
    expect(tenant.merge({ silences: [silence] }, lateMs)).toEqual({});
    expect(newerSilence(silence, tombstone!)).toBe(tombstone);
  });

  it("does not mute by a silence that was shrunk", () => {
    const tenant = tenantOf();
    const keepUntilMs = START_MS + 2 * RETENTION_MS;
    tenant.merge({ silences: [silenceOf(UP, START_MS, { keepUntilMs })] }, START_MS);
    const lateMs = START_MS + RETENTION_MS + 2 * HOUR_MS;
    tenant.collectGarbage(lateMs);
    tenant.applyBatch({
      tenant: tenant.id,
      nowMs: lateMs,
      stampUs: lateMs * 1_000,
      stampBy: "am-1" as never,
      alerts: [alertOf(UP, lateMs)],
    });
    expect([...tenant.alerts(lateMs)][0]?.silencedBy).toEqual([]);
  });

  it("leaves no answer of silences that are gone to those that come after", () => {
    const tenant = tenantOf();
    const firstMs = START_MS;
    const lateMs = firstMs + 2 * RETENTION_MS + 2 * HOUR_MS;
    post(tenant, { nowMs: firstMs, endsAtMs: lateMs + HOUR_MS }, UP);
    const muting = (nowMs: number): readonly string[] | undefined =>
      [...tenant.alerts(nowMs)][0]?.silencedBy;
    tenant.merge({ silences: [silenceOf({ alertname: "Other" }, firstMs, { id: "a" })] }, firstMs);
    expect(muting(firstMs)).toEqual([]);
    tenant.collectGarbage(lateMs);
    expect(tenant.silences()).toEqual([]);
    tenant.merge({ silences: [silenceOf(UP, lateMs, { id: "b" })] }, lateMs);
    expect(muting(lateMs)).toEqual(["b"]);
  });
});
