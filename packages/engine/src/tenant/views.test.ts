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
    const views = tenant.alerts(START_MS);
    const fingerprints = [fingerprintOf(PAGE), fingerprintOf(INFO)].sort();
    expect(views.map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
    const page = views.find(({ fingerprint }) => fingerprint === fingerprintOf(PAGE));
    expect(page).toMatchObject({ receivers: ["pair", "hook"], inhibitedBy: [], mutedBy: [] });
  });

  it("drops an alert as soon as its end is before now (S-9)", () => {
    const tenant = tenantOf(settings);
    post(tenant, START_MS, PAGE);
    expect(tenant.alerts(START_MS + 5 * MINUTE_MS)).toHaveLength(1);
    expect(tenant.alerts(START_MS + 5 * MINUTE_MS + 1)).toHaveLength(0);
  });

  it("shows inhibition while a source fires, across re-sends and ends", () => {
    const tenant = tenantOf(settings);
    const inhibitedBy = (nowMs: number): readonly string[] | undefined =>
      tenant.alerts(nowMs).find(({ fingerprint }) => fingerprint === fingerprintOf(INFO))
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

  it("shows active silences only, and those that came later too (S-68)", () => {
    const tenant = tenantOf(settings);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 3 * HOUR_MS }, PAGE);
    const silencedBy = (nowMs: number): readonly string[] | undefined =>
      tenant.alerts(nowMs)[0]?.silencedBy;
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
    const views = tenant.groups(START_MS).map((group) => ({
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

  it("sorts alerts as messages do and leaves groups without shown alerts out", () => {
    const tenant = tenantOf(settingsOf());
    const at = (instance: string): Record<string, string> => ({ alertname: "Up", instance });
    post(tenant, START_MS, at("b"), at("a"));
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS }, at("0"));
    const [group] = tenant.groups(START_MS + 1);
    expect(group?.alerts.map(({ record }) => record.values[1])).toEqual(["a", "b"]);
    expect(tenant.groups(START_MS + HOUR_MS)).toEqual([]);
  });

  it("gives nothing without a configuration", () => {
    const tenant = tenantOf();
    tenant.setSettings(undefined, START_MS);
    post(tenant, START_MS, PAGE);
    expect(tenant.groups(START_MS)).toEqual([]);
    expect(tenant.alerts(START_MS)).toMatchObject([{ receivers: [] }]);
  });
});
