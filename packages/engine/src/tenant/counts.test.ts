import { describe, expect, it } from "vitest";
import { HOUR_MS, post, silenceOf, START_MS, tenantOf } from "./fixture.ts";

const A = { alertname: "A" };
const B = { alertname: "B" };

describe("Tenant.alertStates()", () => {
  it("counts what fires: unprocessed until its group was flushed, then active or suppressed", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, A, B);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS }, { alertname: "Over" });
    const states = (): readonly string[] =>
      [...tenant.alertStates({ nowMs: START_MS, byGroup: false })].map(({ state }) => state);
    expect(states()).toEqual(["unprocessed", "unprocessed"]);
    tenant.takeDue(START_MS + HOUR_MS);
    expect(states()).toEqual(["active", "active"]);
    tenant.merge({ silences: [silenceOf(B, START_MS)] }, START_MS);
    expect(states().toSorted()).toEqual(["active", "suppressed"]);
  });

  it("tells the groups apart if it is asked to", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, A, B);
    const keys = [...tenant.alertStates({ nowMs: START_MS, byGroup: true })];
    expect(new Set(keys.map(({ groupKey }) => groupKey))).toEqual(
      new Set(['{}:{alertname="A"}', '{}:{alertname="B"}']),
    );
    expect(keys.filter(({ count }) => count === 1)).toHaveLength(2);
  });

  it("names a group in which nothing fires any more, without a count", () => {
    const tenant = tenantOf();
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 1 }, A);
    const fired = [...tenant.alertStates({ nowMs: START_MS, byGroup: true })];
    expect(fired.map(({ count }) => count)).toEqual([0, 1]);
    expect([...tenant.alertStates({ nowMs: START_MS + HOUR_MS, byGroup: true })]).toEqual([
      { state: "active", count: 0, groupKey: '{}:{alertname="A"}' },
    ]);
  });
});

describe("Tenant.silenceStates()", () => {
  it("counts all that are shown", () => {
    const tenant = tenantOf();
    const silences = [
      silenceOf(A, START_MS, { id: "active" }),
      silenceOf(A, START_MS + HOUR_MS, { id: "pending", updatedAtMs: START_MS }),
      silenceOf(A, START_MS - 2 * HOUR_MS, { id: "expired" }),
    ];
    tenant.merge({ silences }, START_MS);
    expect([...tenant.silenceStates(START_MS)].toSorted()).toEqual([
      "active",
      "expired",
      "pending",
    ]);
  });
});
