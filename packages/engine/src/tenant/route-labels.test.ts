import { describe, expect, it } from "vitest";
import {
  MINUTE_MS,
  post,
  runTicks,
  settingsOf,
  sharedOf,
  silenceOf,
  START_MS,
  TENANT,
} from "./fixture.ts";
import type { RouteLabelsInput, StartRouteLabels } from "./route-labels.ts";
import { Tenant } from "./tenant.ts";
import { compareGroups } from "./views.ts";

const LOUD = { alertname: "Disk", host: "a" };
const MUTED = { alertname: "Disk", host: "b" };

/** A tenant whose routes have these labels, and what its renderer was asked for. */
function play(labels: Readonly<Record<string, string>>) {
  const asked: RouteLabelsInput[] = [];
  let startCount = 0;
  const startRouteLabels: StartRouteLabels = (id) => {
    expect(id).toBe(TENANT);
    startCount += 1;
    return (input) => {
      asked.push(input);
      return { who: "rendered" };
    };
  };
  const tenant = new Tenant(TENANT, { ...sharedOf(), startRouteLabels });
  tenant.setSettings(settingsOf({}, { labels }), START_MS);
  return { tenant, asked, startCount: () => startCount };
}

describe("RouteLabelReader", () => {
  it("has a message's labels rendered, with all alerts of the group", () => {
    const { tenant, asked } = play({ who: "{{ .Status }}", fixed: "x" });
    post(tenant, START_MS, LOUD, MUTED);
    tenant.merge({ silences: [silenceOf({ host: "b" }, START_MS)] }, START_MS);
    const [decision] = runTicks(tenant, START_MS + MINUTE_MS);
    expect(decision).toMatchObject({
      kind: "send",
      job: { routeLabels: { who: "rendered" }, alerts: [{ resolved: false }] },
    });
    expect(asked).toMatchObject([
      {
        receiver: "hook",
        groupLabels: { names: ["alertname"], values: ["Disk"] },
        labels: { who: "{{ .Status }}", fixed: "x" },
        alerts: [{ resolved: false }, { resolved: false }],
      },
    ]);
  });

  it("has the labels of all groups that are shown rendered under one limit", () => {
    const { tenant, asked, startCount } = play({ who: "{{ .Status }}" });
    post(tenant, START_MS, LOUD, { alertname: "Other" });
    const groups = [...tenant.groups(START_MS)].sort(compareGroups);
    expect(groups.map(({ routeLabels }) => routeLabels)).toEqual([
      { who: "rendered" },
      { who: "rendered" },
    ]);
    expect([asked.length, startCount()]).toEqual([2, 1]);
  });

  it("takes labels without templates as they are", () => {
    const { tenant, asked } = play({ who: "ops" });
    post(tenant, START_MS, LOUD);
    expect([...tenant.groups(START_MS)]).toMatchObject([{ routeLabels: { who: "ops" } }]);
    expect(asked).toEqual([]);
  });
});
