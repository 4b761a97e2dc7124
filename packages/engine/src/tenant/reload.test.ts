import { describe, expect, it } from "vitest";
import type { RouteConfig } from "@tocsin/domain/config";
import {
  MINUTE_MS,
  outcomeOf,
  post,
  routeOf,
  runTicks,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";
import type { TenantSettings } from "./settings.ts";
import { compareGroups } from "./views.ts";

const UP = { alertname: "Up", severity: "page" };
const DOWN = { alertname: "Down", severity: "info" };
const PAGES = routeOf({
  matchers: [{ type: "=", name: "severity", value: "page" }],
  receiver: "pair",
});
const RELOAD_MS = START_MS + 10 * SECOND_MS;
const WEBHOOK = { kind: "webhook", index: 0, sendResolved: true, settings: {} };
const ANY_TIME = {
  times: undefined,
  weekdays: undefined,
  daysOfMonth: undefined,
  months: undefined,
  years: undefined,
  location: undefined,
};
const INTERVALS = new Map([
  ["always", [ANY_TIME]],
  ["never", [{ ...ANY_TIME, years: [{ start: 1999, end: 1999 }] }]],
]);

describe("Tenant.setSettings()", () => {
  it("changes nothing with the same or with equal settings", () => {
    const settings = settingsOf();
    const tenant = tenantOf(settings);
    post(tenant, START_MS, UP, DOWN);
    const before = tenant.digests();
    expect(tenant.setSettings(settings, RELOAD_MS)).toEqual({});
    expect(tenant.setSettings(settingsOf(), RELOAD_MS)).toEqual({});
    expect(tenant.digests()).toEqual(before);
    expect(tenant.nextDueMs()).toBe(START_MS + 30 * SECOND_MS);
  });

  it("keeps the clocks of routes that stay and makes groups of a route that is new", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP, DOWN);
    const { groups } = tenant.setSettings(settingsOf({}, { routes: [PAGES] }), RELOAD_MS);
    expect(groups).toMatchObject([{ bornMs: RELOAD_MS, tickMs: 0 }]);
    const views = [...tenant.groups(RELOAD_MS)]
      .sort(compareGroups)
      .map(({ labels, receiver }) => [labels.values, receiver]);
    expect(views).toEqual([
      [["Down"], "hook"],
      [["Up"], "pair"],
    ]);
    expect(tenant.takeDue(START_MS + 30 * SECOND_MS).flushes).toHaveLength(1);
    expect(tenant.takeDue(RELOAD_MS + 30 * SECOND_MS).flushes).toHaveLength(1);
  });

  const changes = [
    { name: "receiver", root: { receiver: "pair" } },
    { name: "group_by", root: { groupBy: ["alertname", "severity"] } },
    { name: "group_wait", root: { groupWaitMs: 40 * SECOND_MS } },
    { name: "group_interval", root: { groupIntervalMs: MINUTE_MS } },
    { name: "group_by to all labels", root: { groupBy: undefined, groupByAll: true } },
  ];
  it.each(changes)("starts groups anew when $name changes (S-31)", ({ root }) => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    const { groups } = tenant.setSettings(settingsOf({}, root), RELOAD_MS);
    expect(groups).toMatchObject([{ bornMs: RELOAD_MS }]);
    expect(tenant.digests().groups.count).toBe(1);
  });

  it("flushes groups of old alerts at once after such a change", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    tenant.setSettings(settingsOf({}, { receiver: "pair" }), START_MS + MINUTE_MS);
    expect(tenant.nextDueMs()).toBe(START_MS + MINUTE_MS + 50);
  });

  it("takes another repeat interval without starting anew", () => {
    const tenant = tenantOf();
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 60 * MINUTE_MS }, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const settings = settingsOf({}, { repeatIntervalMs: 4 * MINUTE_MS });
    expect(tenant.setSettings(settings, START_MS + 2 * MINUTE_MS)).toEqual({});
    const [decision] = runTicks(tenant, START_MS + 6 * MINUTE_MS);
    expect(outcomeOf(decision)).toBe("repeat interval elapsed");
  });

  const lifted = [
    {
      name: "a mute interval that is gone",
      before: { muteTimeIntervals: ["always"] },
      after: {},
      wanted: "first notification",
    },
    {
      name: "an active interval that has begun",
      before: { activeTimeIntervals: ["never"] },
      after: { activeTimeIntervals: ["always"] },
      wanted: "first notification",
    },
    {
      name: "a shorter repeat interval",
      before: {},
      after: { repeatIntervalMs: SECOND_MS },
      wanted: "repeat interval elapsed",
    },
  ];
  it.each(lifted)("tells at once what $name makes owed", ({ before, after, wanted }) => {
    const withChild = (part: Partial<RouteConfig>): TenantSettings =>
      settingsOf({ timeIntervals: INTERVALS }, { routes: [routeOf(part)] });
    const tenant = tenantOf(withChild(before));
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 60 * MINUTE_MS }, UP);
    runTicks(tenant, START_MS + 30 * SECOND_MS);
    const reloadMs = START_MS + MINUTE_MS;
    tenant.setSettings(withChild(after), reloadMs);
    expect(tenant.nextDueMs()).toBe(reloadMs + 50);
    const decisions = runTicks(tenant, reloadMs + 50);
    expect(decisions.map(outcomeOf)).toEqual([wanted]);
    expect(tenant.nextDueMs()).toBe(reloadMs + 50 + 5 * MINUTE_MS);
  });

  it("tells an integration at once that was not there before", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + 30 * SECOND_MS);
    const integrations = [0, 1].map((index) => ({ ...WEBHOOK, index }));
    const receivers = [{ name: "hook", integrations }];
    tenant.setSettings(settingsOf({ receivers }), START_MS + MINUTE_MS);
    const decisions = runTicks(tenant, START_MS + MINUTE_MS + 50);
    expect(decisions.map(outcomeOf)).toEqual(["told", "first notification"]);
  });

  it("does not hurry what was owed before, nor a group before its first tick", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + 30 * SECOND_MS);
    post(tenant, START_MS + MINUTE_MS, { ...UP, job: "new" }, DOWN);
    const repeats = settingsOf({}, { repeatIntervalMs: 60 * MINUTE_MS });
    tenant.setSettings(repeats, START_MS + MINUTE_MS + SECOND_MS);
    expect(tenant.nextDueMs()).toBe(START_MS + MINUTE_MS + 30 * SECOND_MS);
    runTicks(tenant, START_MS + 2 * MINUTE_MS);
    expect(tenant.nextDueMs()).toBe(START_MS + 30 * SECOND_MS + 5 * MINUTE_MS);
  });

  it("does not bring ended alerts back that their groups had let go", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    runTicks(tenant, endMs + 5 * MINUTE_MS);
    tenant.setSettings(settingsOf({}, { receiver: "pair" }), endMs + 6 * MINUTE_MS);
    expect(tenant.nextDueMs()).toBe(Infinity);
  });

  it("tells an end to a receiver that comes back and was told the beginning", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + 30 * SECOND_MS);
    tenant.setSettings(settingsOf({}, { receiver: "pair" }), START_MS + MINUTE_MS);
    runTicks(tenant, START_MS + MINUTE_MS + 50);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    runTicks(tenant, endMs + 5 * MINUTE_MS);
    tenant.setSettings(settingsOf(), endMs + 6 * MINUTE_MS);
    const decisions = runTicks(tenant, endMs + 6 * MINUTE_MS + 50);
    expect(decisions.map(outcomeOf)).toEqual(["all alerts resolved"]);
    expect(tenant.nextDueMs()).toBe(Infinity);
  });

  it("drops all groups with the configuration and makes them again with the next", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    tenant.setSettings(undefined, RELOAD_MS);
    expect(tenant.digests().groups.count).toBe(0);
    post(tenant, RELOAD_MS, DOWN);
    expect(tenant.digests().alerts.count).toBe(2);
    tenant.setSettings(settingsOf(), RELOAD_MS + SECOND_MS);
    expect(tenant.digests().groups.count).toBe(2);
  });

  it("applies new inhibition rules to alerts that are there", () => {
    const rule = {
      name: "",
      sourceMatchers: [{ type: "=" as const, name: "severity", value: "page" }],
      targetMatchers: [{ type: "=" as const, name: "severity", value: "info" }],
      equal: [],
    };
    const tenant = tenantOf();
    post(tenant, START_MS, UP, DOWN);
    const inhibited = (): number =>
      [...tenant.alerts(START_MS)].filter(({ inhibitedBy }) => inhibitedBy.length > 0).length;
    expect(inhibited()).toBe(0);
    tenant.setSettings(settingsOf({ inhibitRules: [rule] }), RELOAD_MS);
    expect(inhibited()).toBe(1);
    tenant.setSettings(settingsOf(), RELOAD_MS);
    expect(inhibited()).toBe(0);
  });

  it("leaves silences as they are", () => {
    const tenant = tenantOf();
    tenant.merge({ silences: [silenceOf(UP, START_MS)] }, START_MS);
    tenant.setSettings(settingsOf({}, { receiver: "pair" }), RELOAD_MS);
    expect(tenant.silences()).toHaveLength(1);
  });

  it("keeps ends that a mute interval holds back and tells them when it is over", () => {
    const muted = (name: string): TenantSettings =>
      settingsOf(
        { timeIntervals: INTERVALS },
        { routes: [routeOf({ muteTimeIntervals: [name] })] },
      );
    const tenant = tenantOf(muted("never"));
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 60 * MINUTE_MS }, UP);
    runTicks(tenant, START_MS + 30 * SECOND_MS);
    tenant.setSettings(muted("always"), START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, { ...UP, job: "never told" });
    expect(runTicks(tenant, endMs + 5 * MINUTE_MS).map(outcomeOf)).toEqual(["muted"]);
    tenant.setSettings(muted("never"), endMs + 6 * MINUTE_MS);
    const [told] = runTicks(tenant, endMs + 6 * MINUTE_MS + 50);
    expect(told).toMatchObject({
      kind: "send",
      job: { reason: "all alerts resolved", alerts: [{ resolved: true }] },
    });
    expect(tenant.nextDueMs()).toBe(Infinity);
  });
});
