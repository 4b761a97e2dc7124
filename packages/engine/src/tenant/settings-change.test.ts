import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteConfig } from "@tocsin/domain/config";
import {
  HOUR_MS,
  MINUTE_MS,
  post,
  routeOf,
  runTicks,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";
import type { SettingsChange } from "./settings-change.ts";
import type { TenantSettings } from "./settings.ts";
import type { Tenant } from "./tenant.ts";

const NOW_MS = START_MS + 10 * MINUTE_MS;
const TEAMS = ["a", "b", "c"];
const HOSTS = ["h0", "h1", "h2", "h3"];

const onTeam = (team: string, part: Partial<RouteConfig> = {}): RouteConfig =>
  routeOf({ matchers: [{ type: "=", name: "team", value: team }], ...part });

const INHIBITING = {
  name: "",
  sourceMatchers: [{ type: "=" as const, name: "host", value: "h0" }],
  targetMatchers: [{ type: "=" as const, name: "host", value: "h1" }],
  equal: ["alertname", "team"],
};

/** Configurations that differ in routes, groups, receivers, rules and timings. */
const SETTINGS: readonly (TenantSettings | undefined)[] = [
  settingsOf(),
  settingsOf({ inhibitRules: [INHIBITING] }, { routes: [onTeam("a", { receiver: "pair" })] }),
  settingsOf({}, { groupBy: ["team"], routes: [onTeam("b", { continue: true }), onTeam("b")] }),
  settingsOf({ inhibitRules: [INHIBITING] }, { groupBy: undefined, groupByAll: true }),
  settingsOf({}, { receiver: "quiet", routes: [onTeam("a"), onTeam("c", { groupBy: ["host"] })] }),
  undefined,
];

type Act = (tenant: Tenant) => void;

const labels = fc.record({
  alertname: fc.constantFrom("X", "Y"),
  team: fc.constantFrom(...TEAMS),
  host: fc.constantFrom(...HOSTS),
});

/** All have started long ago: of alerts that start differently the first decides whether the group is urgent. */
const posting =
  (one: Readonly<Record<string, string>>, endsAtMs: number): Act =>
  (tenant) =>
    void post(tenant, { nowMs: NOW_MS, startsAtMs: START_MS, endsAtMs }, one);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: labels.map((one) => posting(one, NOW_MS + HOUR_MS)) },
  labels.map((one) => posting(one, NOW_MS)),
  labels.map(({ host }): Act => (tenant) => {
    tenant.merge({ silences: [silenceOf({ host }, NOW_MS, { id: `of ${host}` })] }, NOW_MS);
  }),
  fc.constant<Act>((tenant) => void runTicks(tenant, NOW_MS)),
  fc.constant<Act>((tenant) => void tenant.collectGarbage(NOW_MS + HOUR_MS, "alerts")),
);

/** A tenant with a past: alerts that were told, some of which have ended, were let go and are garbage by now. */
function lived(settings: TenantSettings | undefined, acts: readonly Act[]): Tenant {
  const tenant = tenantOf(settings);
  for (const host of HOSTS) {
    const endsAtMs = START_MS + (host === "h3" ? SECOND_MS : HOUR_MS);
    const all = TEAMS.map((team) => ({ alertname: "X", team, host }));
    post(tenant, { nowMs: START_MS, endsAtMs }, ...all);
  }
  runTicks(tenant, START_MS + MINUTE_MS);
  for (const one of acts) one(tenant);
  return tenant;
}

/** All that can be seen, but for when groups are due. */
function seen(tenant: Tenant): unknown {
  const groups = [...tenant.groups(NOW_MS)].map((group) => ({
    labels: group.labels,
    route: group.route.id,
    receiver: group.receiver,
    alerts: [...group.alerts()].map(({ fingerprint }) => fingerprint).toSorted(),
  }));
  return {
    state: { ...tenant.fullState(), groups: undefined },
    clocks: [...(tenant.fullState().groups ?? [])].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    groups: groups.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    alerts: [...tenant.alerts(NOW_MS)],
    digests: tenant.digests(),
  };
}

function begin(tenant: Tenant, settings: TenantSettings | undefined): SettingsChange {
  const change = tenant.beginSettings(settings, NOW_MS);
  if (change === undefined) throw new Error("These settings are in force already");
  return change;
}

/** Does the acts between the steps, as evenly as can be, and the rest before the end. */
function changeBetween(
  tenant: Tenant,
  settings: TenantSettings | undefined,
  acts: readonly Act[],
): void {
  const change = begin(tenant, settings);
  const left = [...acts];
  for (const _ of change.steps()) left.shift()?.(tenant);
  for (const one of left) one(tenant);
  change.finish(NOW_MS);
}

describe("SettingsChange", () => {
  it("comes to what one act comes to, whatever happens between its steps", () => {
    const script = fc.record({
      from: fc.constantFrom(...SETTINGS),
      to: fc.constantFrom(...SETTINGS),
      before: fc.array(act, { maxLength: 6 }),
      between: fc.array(act, { maxLength: 30 }),
      after: fc.array(act, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(script, ({ from, to, before, between, after }) => {
        fc.pre(from !== to);
        const [sliced, atOnce] = [lived(from, before), lived(from, before)];
        changeBetween(sliced, to, between);
        for (const one of between) one(atOnce);
        atOnce.setSettings(to, NOW_MS);
        for (const tenant of [sliced, atOnce]) for (const one of after) one(tenant);
        expect(seen(sliced)).toEqual(seen(atOnce));
      }),
      { numRuns: 300 },
    );
  });

  it("takes a step to begin, for each alert, group, group to be and list, larger ones where dearer", () => {
    const tenant = lived(settingsOf(), []);
    const host = { type: "=~" as const, name: "host", value: "(a|b|c)*d[e-h]{20}" };
    const heavy = settingsOf({}, { routes: [routeOf({ matchers: [host] })] });
    const [alertCount, groupCount] = [TEAMS.length * HOSTS.length, tenant.groupCount];
    expect([...begin(tenant, settingsOf({}, { repeatIntervalMs: 1 })).steps()]).toEqual([
      0,
      ...Array.from({ length: alertCount }, () => 1),
      ...Array.from({ length: groupCount }, () => 1 + alertCount - TEAMS.length),
      ...Array.from({ length: groupCount }, () => 1),
      ...Array.from({ length: alertCount }, () => 1 / 50),
    ]);
    const [, first = 0] = begin(tenant, heavy).steps();
    post(tenant, NOW_MS, { host: "h".repeat(10_000) });
    const [longest] = [...begin(tenant, heavy).steps()].toSorted((a, b) => b - a);
    expect(longest).toBeGreaterThan(100 * first);
    const routes = Array.from({ length: 6_000 }, () => routeOf({}));
    const [beginning, alert] = begin(tenant, settingsOf({}, { routes })).steps();
    expect([beginning, alert]).toEqual([2_000, 13]);
  });

  it("does not hurry a group for an alert that comes between its steps", () => {
    const tenant = lived(settingsOf(), [(one) => void runTicks(one, NOW_MS)]);
    const dueMs = tenant.nextDueMs();
    const once: Act[] = [(one) => void post(one, NOW_MS, { alertname: "X", team: "new" })];
    changeBetween(tenant, settingsOf({}, { repeatIntervalMs: 24 * HOUR_MS }), once);
    expect(tenant.nextDueMs()).toBe(dueMs);
  });

  it("hurries a group that owes anew", () => {
    const tenant = lived(settingsOf(), [(one) => void runTicks(one, NOW_MS)]);
    changeBetween(tenant, settingsOf({}, { repeatIntervalMs: SECOND_MS }), []);
    expect(tenant.nextDueMs()).toBe(NOW_MS + 50);
  });

  it("lets groups be born when it began", () => {
    const tenant = lived(settingsOf(), []);
    const change = begin(tenant, settingsOf({}, { receiver: "pair" }));
    for (const _ of change.steps()) post(tenant, NOW_MS + SECOND_MS, { alertname: "Z" });
    const { groups } = change.finish(NOW_MS + 2 * SECOND_MS);
    expect(groups?.map(({ bornMs }) => bornMs)).toEqual([NOW_MS, NOW_MS]);
  });

  it("takes clocks that have come between its steps", () => {
    const [tenant, ahead] = [lived(settingsOf(), []), lived(settingsOf(), [])];
    const next = settingsOf({}, { groupBy: ["team"] });
    const config = { version: 1, text: "by team", templates: {}, updatedAtMs: NOW_MS };
    for (const one of [tenant, ahead]) one.merge({ config }, NOW_MS);
    ahead.setSettings(next, NOW_MS - SECOND_MS);
    const { groups = [] } = ahead.fullState();
    changeBetween(tenant, next, [(one) => void one.merge({ groups }, NOW_MS)]);
    expect(tenant.digests().groups).toEqual(ahead.digests().groups);
    expect(groups.map(({ bornMs }) => bornMs)).toEqual(groups.map(() => NOW_MS - SECOND_MS));
  });

  it("changes nothing when another change takes its place", () => {
    const [tenant, other] = [lived(settingsOf(), []), lived(settingsOf(), [])];
    const [first, second] = [settingsOf({}, { receiver: "pair" }), settingsOf({}, { groupBy: [] })];
    const change = begin(tenant, first);
    for (const _ of change.steps());
    expect(change.isCurrent).toBe(true);
    tenant.setSettings(second, NOW_MS);
    expect(change.isCurrent).toBe(false);
    other.setSettings(second, NOW_MS);
    expect(seen(tenant)).toEqual(seen(other));
  });
});
