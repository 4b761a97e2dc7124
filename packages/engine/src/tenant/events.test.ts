import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../ports/index.ts";
import {
  ask,
  MINUTE_MS,
  post,
  runTicks,
  settingsOf,
  sharedOf,
  silenceOf,
  START_MS,
  TENANT,
} from "./fixture.ts";
import { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", severity: "page" };
const DOWN = { alertname: "Down", severity: "info" };
const RULE = {
  name: "pages first",
  sourceMatchers: [{ type: "=" as const, name: "severity", value: "page" }],
  targetMatchers: [{ type: "=" as const, name: "severity", value: "info" }],
  equal: [],
};
const TICK_MS = START_MS + 30_000;

function recorded(): { tenant: Tenant; events: EngineEvent[]; kinds: () => string[] } {
  const events: EngineEvent[] = [];
  const sink = { record: (_tenant: unknown, event: EngineEvent): void => void events.push(event) };
  const tenant = new Tenant(TENANT, { ...sharedOf(), events: sink });
  tenant.setSettings(settingsOf({ inhibitRules: [RULE] }), START_MS);
  return { tenant, events, kinds: () => events.splice(0).map(({ kind }) => kind) };
}

describe("events", () => {
  it("tell of a posted alert once that it is new, and each time which groups it is in", () => {
    const { tenant, kinds } = recorded();
    post(tenant, START_MS, UP);
    expect(kinds()).toEqual(["alert-created", "alert-grouped"]);
    post(tenant, START_MS + 1_000, UP);
    expect(kinds()).toEqual(["alert-grouped"]);
  });

  it("do not tell of alerts that other instances or the disk bring", () => {
    const { tenant, events } = recorded();
    const other = recorded().tenant;
    post(other, START_MS, UP);
    tenant.merge(other.fullState(), START_MS);
    expect(events).toEqual([]);
  });

  it("tell at each flush what inhibits an alert, and which silences mute it", () => {
    const { tenant, events } = recorded();
    tenant.merge({ silences: [silenceOf(UP, START_MS)] }, START_MS);
    post(tenant, START_MS, UP, DOWN);
    events.length = 0;
    runTicks(tenant, TICK_MS);
    expect(events.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toMatchObject([
      {
        kind: "inhibition-muted-alert",
        rule: { name: "pages first" },
        alert: { values: ["Down", "info"] },
      },
      {
        kind: "silence-muted-alert",
        silence: { id: "silence-1" },
        alert: { values: ["Up", "page"] },
      },
    ]);
    events.length = 0;
    post(tenant, TICK_MS + 2 * MINUTE_MS, UP, DOWN);
    events.length = 0;
    runTicks(tenant, TICK_MS + 5 * MINUTE_MS);
    expect(events.map(({ kind }) => kind)).toContain("silence-muted-alert");
  });

  it("tell that an ended alert has left its group", () => {
    const { tenant, events } = recorded();
    post(tenant, START_MS, UP);
    runTicks(tenant, TICK_MS);
    post(tenant, { nowMs: TICK_MS + 1_000, endsAtMs: TICK_MS + 1_000 }, UP);
    events.length = 0;
    runTicks(tenant, TICK_MS + 5 * MINUTE_MS);
    expect(events).toMatchObject([
      { kind: "alert-resolved", alert: { values: ["Up", "page"] }, group: { receiver: "hook" } },
    ]);
  });

  it("tell of a notification what it said, what was left out, and which flush it was", () => {
    const { tenant, events } = recorded();
    post(tenant, START_MS, { ...UP, i: "1" }, { ...UP, i: "2" });
    tenant.merge({ silences: [silenceOf({ i: "2" }, START_MS)] }, START_MS);
    const [flush] = tenant.takeDue(TICK_MS).flushes;
    if (flush === undefined) throw new Error("no flush");
    const decision = ask(tenant, flush);
    if (decision.kind !== "send") throw new Error("nothing is owed");
    events.length = 0;
    tenant.recordNotification(flush.groupId, decision);
    const [event] = events;
    expect(event).toMatchObject({
      kind: "notification",
      notification: { reason: "first notification", flushCount: 1, resolved: [] },
    });
    const told = event?.kind === "notification" ? event.notification : undefined;
    expect([told?.alerts.length, told?.firing.length, told?.muted.length]).toEqual([1, 1, 1]);
    tenant.recordNotification("gone", decision);
    expect(events).toHaveLength(1);
  });
});
