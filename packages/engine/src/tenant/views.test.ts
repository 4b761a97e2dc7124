import { patternCost } from "@tocsin/domain/matcher";
import { describe, expect, it } from "vitest";
import {
  fingerprintOf,
  HOUR_MS,
  MINUTE_MS,
  post,
  routeOf,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";
import type { AlertView } from "./types.ts";
import { compareGroups } from "./views.ts";

const PAGE = { alertname: "Up", severity: "page" };
const INFO = { alertname: "Slow", severity: "info" };
const settings = settingsOf(
  {
    inhibitRules: [
      {
        name: "",
        sourceMatchers: [{ type: "=", name: "severity", value: "page" }],
        targetMatchers: [{ type: "=", name: "severity", value: "info" }],
        equal: [],
      },
    ],
    timeIntervals: new Map([
      [
        "always",
        [
          {
            times: undefined,
            weekdays: undefined,
            daysOfMonth: undefined,
            months: undefined,
            years: undefined,
            location: undefined,
          },
        ],
      ],
    ]),
  },
  {
    routes: [
      routeOf({
        matchers: [{ type: "=", name: "severity", value: "page" }],
        receiver: "pair",
        continue: true,
        muteTimeIntervals: ["always"],
      }),
      routeOf({ matchers: [{ type: "=", name: "alertname", value: "Up" }] }),
    ],
  },
);

describe("Tenant.alerts()", () => {
  it("gives alerts by fingerprint with the receivers of their routes in order (S-91)", () => {
    const tenant = tenantOf(settings);
    post(tenant, START_MS, PAGE, INFO);
    const views = [...tenant.alerts(START_MS)];
    const fingerprints = [fingerprintOf(PAGE), fingerprintOf(INFO)].sort();
    expect(views.map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
    const page = views.find(({ fingerprint }) => fingerprint === fingerprintOf(PAGE));
    expect(page).toMatchObject({ receivers: ["pair", "hook"], inhibitedBy: [], mutedBy: [] });
  });

  it("drops an alert as soon as its end is before now (S-9)", () => {
    const tenant = tenantOf(settings);
    post(tenant, START_MS, PAGE);
    expect([...tenant.alerts(START_MS + 5 * MINUTE_MS)]).toHaveLength(1);
    expect([...tenant.alerts(START_MS + 5 * MINUTE_MS + 1)]).toHaveLength(0);
  });

  it("shows inhibition while a source fires, across re-sends and ends", () => {
    const tenant = tenantOf(settings);
    const inhibitedBy = (nowMs: number): readonly string[] | undefined =>
      [...tenant.alerts(nowMs)].find(({ fingerprint }) => fingerprint === fingerprintOf(INFO))
        ?.inhibitedBy;
    post(tenant, START_MS, PAGE);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + HOUR_MS }, INFO);
    expect(inhibitedBy(START_MS)).toEqual([fingerprintOf(PAGE)]);
    post(tenant, START_MS + 4 * MINUTE_MS, PAGE);
    expect(inhibitedBy(START_MS + 8 * MINUTE_MS)).toEqual([fingerprintOf(PAGE)]);
    expect(inhibitedBy(START_MS + 9 * MINUTE_MS)).toEqual([]);
    post(tenant, START_MS + 10 * MINUTE_MS, PAGE);
    expect(inhibitedBy(START_MS + 10 * MINUTE_MS)).toEqual([fingerprintOf(PAGE)]);
    const endMs = START_MS + 11 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, PAGE);
    expect(inhibitedBy(endMs)).toEqual([]);
  });

  it("calls an alert processed when a group of it was flushed", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, INFO);
    const isProcessed = (): boolean | undefined => [...tenant.alerts(START_MS)][0]?.isProcessed;
    expect(isProcessed()).toBe(false);
    tenant.takeDue(START_MS + MINUTE_MS);
    expect(isProcessed()).toBe(true);
  });

  it("shows active silences only, and those that came later too (S-68)", () => {
    const tenant = tenantOf(settings);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 3 * HOUR_MS }, PAGE);
    const silencedBy = (nowMs: number): readonly string[] | undefined =>
      [...tenant.alerts(nowMs)][0]?.silencedBy;
    expect(silencedBy(START_MS)).toEqual([]);
    const later = { id: "b", startsAtMs: START_MS + HOUR_MS, endsAtMs: START_MS + 2 * HOUR_MS };
    const silences = [silenceOf(PAGE, START_MS, { id: "a" }), silenceOf(PAGE, START_MS, later)];
    tenant.merge({ silences }, START_MS);
    expect(silencedBy(START_MS)).toEqual(["a"]);
    expect(silencedBy(START_MS + HOUR_MS + 1)).toEqual(["b"]);
    expect(silencedBy(START_MS + 2 * HOUR_MS + 1)).toEqual([]);
  });
});

describe("Tenant.groups()", () => {
  it("gives groups by labels and receiver with the time intervals that mute them", () => {
    const tenant = tenantOf(settings);
    post(tenant, START_MS, PAGE, INFO);
    const views = groupsOf(tenant, START_MS).map((group) => ({
      labels: group.labels.values,
      receiver: group.receiver,
      mutedBy: group.alerts.map(({ mutedBy }) => mutedBy),
    }));
    expect(views).toEqual([
      { labels: ["Slow"], receiver: "hook", mutedBy: [[]] },
      { labels: ["Up"], receiver: "hook", mutedBy: [[]] },
      { labels: ["Up"], receiver: "pair", mutedBy: [["always"]] },
    ]);
  });

  it("leaves alerts that are not shown out, and groups without any", () => {
    const tenant = tenantOf(settingsOf());
    const at = (instance: string): Record<string, string> => ({ alertname: "Up", instance });
    post(tenant, START_MS, at("b"), at("a"));
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS }, at("0"));
    const [group] = groupsOf(tenant, START_MS + 1);
    expect(group?.alerts.map(({ record }) => record.values[1])).toEqual(["b", "a"]);
    expect(groupsOf(tenant, START_MS + HOUR_MS)).toEqual([]);
  });

  it("gives nothing without a configuration", () => {
    const tenant = tenantOf();
    tenant.setSettings(undefined, START_MS);
    post(tenant, START_MS, PAGE);
    expect(groupsOf(tenant, START_MS)).toEqual([]);
    expect([...tenant.alerts(START_MS)]).toMatchObject([{ receivers: [] }]);
  });
});

describe("a list that is read with turns of others between", () => {
  it("shows what was there when it was asked for, each alert once, as it is now", () => {
    const tenant = tenantOf(settingsOf());
    const at = (instance: string): Record<string, string> => ({ alertname: "Up", instance });
    post(tenant, START_MS, at("a"), at("b"));
    const groups = tenant.groups(START_MS);
    const shown: AlertView[] = [];
    for (const view of tenant.alerts(START_MS)) {
      shown.push(view);
      post(tenant, START_MS + 1, at("a"), at("b"), at("c"), PAGE);
      const silences = ["a", "b"].map((id) => silenceOf(at(id), START_MS, { id }));
      tenant.merge({ silences }, START_MS);
    }
    expect(shown.map(({ record }) => record.updatedAtMs)).toEqual([START_MS, START_MS + 1]);
    expect(shown.map(({ silencedBy }) => silencedBy.length)).toEqual([0, 1]);
    expect(Array.from(groups, (group) => [...group.alerts()].length)).toEqual([2]);
  });

  it("says what work a view was, once for each change of the silences", () => {
    const tenant = tenantOf(settingsOf());
    post(tenant, START_MS, { alertname: "Up", instance: "host-1" });
    const work = (): readonly number[] =>
      [...tenant.alerts(START_MS)].map((view) => view.matchWork);
    expect(work()).toEqual([0]);
    const regex = { type: "=~" as const, name: "instance", value: "[a-z]+-[0-9]+" };
    const silence = silenceOf({}, START_MS, { matcherSets: [[regex]] });
    tenant.merge({ silences: [silence] }, START_MS);
    expect(work()).toEqual([patternCost(regex.value) * "host-1".length]);
    expect(work()).toEqual([0]);
  });
});

/** As the API shows them. */
function groupsOf(tenant: Tenant, nowMs: number) {
  return [...tenant.groups(nowMs)]
    .sort(compareGroups)
    .map((group) => ({ ...group, alerts: [...group.alerts()] }));
}
