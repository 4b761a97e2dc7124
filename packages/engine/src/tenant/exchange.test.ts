import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEVER_HEARD } from "@tocsin/domain/alert";
import type { AlertRecord, InstanceId, LogKey } from "@tocsin/domain/model";
import { MAP_NAMES, type MapName, type PartialState } from "../peer/index.ts";
import {
  fingerprintOf,
  MINUTE_MS,
  outcomeOf,
  OWNER,
  post,
  recordOf,
  runTicks,
  settingsOf,
  silenceOf,
  START_MS,
  tenantOf,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", instance: "a", severity: "page" };
const DOWN = { alertname: "Down", instance: "a", severity: "info" };
const CONFIG = { version: 1, text: "route: {}", templates: {}, updatedAtMs: START_MS };

/** A tenant with something in every map. */
function filled(): Tenant {
  const tenant = tenantOf();
  post(tenant, START_MS, UP, DOWN);
  tenant.merge({ silences: [silenceOf(UP, START_MS)], config: CONFIG }, START_MS);
  runTicks(tenant, START_MS + MINUTE_MS);
  return tenant;
}

function slicesOf(state: PartialState): readonly PartialState[] {
  return [
    ...(state.alerts ?? []).map((record) => ({ alerts: [record] })),
    ...(state.silences ?? []).map((record) => ({ silences: [record] })),
    ...(state.log ?? []).map((record) => ({ log: [record] })),
    ...(state.groups ?? []).map((record) => ({ groups: [record] })),
    ...(state.config === undefined ? [] : [{ config: state.config }]),
  ];
}

/** Runs exchanges of one map as anti-entropy does, in both directions. */
function exchange(asker: Tenant, answerer: Tenant, map: MapName): void {
  const range = { from: "", to: undefined };
  const versions = asker.versions(map, range);
  const { state, want } = answerer.differing(map, { ...range, versions });
  asker.merge(state, START_MS + MINUTE_MS);
  answerer.merge(asker.collect(map, want), START_MS + MINUTE_MS);
}

/** Versions of one alert and of silences as several owners may have written them. */
const versions: fc.Arbitrary<PartialState> = fc
  .record({
    instance: fc.constantFrom("a", "b", "c"),
    stampUs: fc.integer({ min: 1, max: 4 }),
    by: fc.constantFrom("am-1", "am-2") as fc.Arbitrary<InstanceId>,
    prevUs: fc.integer({ min: 0, max: 3 }),
    keepMin: fc.integer({ min: 40, max: 44 }),
    expired: fc.boolean(),
    asSilence: fc.boolean(),
  })
  .map(({ instance, stampUs, by, prevUs, keepMin, expired, asSilence }): PartialState => {
    const keepUntilMs = START_MS + keepMin * MINUTE_MS;
    const stamp = { stampUs, stampBy: by, keepUntilMs };
    if (asSilence) {
      const part = { ...stamp, id: instance, expiredOnRequest: expired };
      return { silences: [silenceOf(UP, START_MS, part)] };
    }
    const record: AlertRecord = {
      ...recordOf({ ...UP, instance }, START_MS),
      ...stamp,
      prevUs,
    };
    return { alerts: [record] };
  });

describe("digests", () => {
  it("are equal after the same records in any order, any number of times", () => {
    fc.assert(
      fc.property(
        fc.array(versions, { maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (parts, dice) => {
          const left = tenantOf();
          for (const part of parts) left.merge(part, START_MS);
          const shuffled = [...parts, ...parts]
            .map((part) => ({ part, place: Number(dice.next().value) }))
            .sort((a, b) => a.place - b.place);
          const right = tenantOf();
          for (const { part } of shuffled) right.merge(part, START_MS);
          expect(right.digests()).toEqual(left.digests());
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are equal on an owner that took the full state, slice by slice in any order", () => {
    const giver = filled();
    const slices = slicesOf(giver.fullState());
    fc.assert(
      fc.property(fc.shuffledSubarray([...slices], { minLength: slices.length }), (order) => {
        const gainer = tenantOf();
        for (const slice of order) gainer.merge(slice, START_MS + MINUTE_MS);
        // Clocks that came before their alerts are asked for again.
        exchange(gainer, giver, "groups");
        expect(gainer.digests()).toEqual(giver.digests());
      }),
      { numRuns: 100 },
    );
  });

  it("change with every map that changes, and only with it", () => {
    const tenant = filled();
    const before = tenant.digests();
    tenant.merge({ silences: [silenceOf(DOWN, START_MS, { id: "silence-2" })] }, START_MS);
    const after = tenant.digests();
    const changed = MAP_NAMES.filter((map) => before[map].lo !== after[map].lo);
    expect(changed).toEqual(["silences"]);
  });
});

describe("Tenant.differing()", () => {
  it("makes two owners equal in one exchange of each map", () => {
    const left = filled();
    const right = tenantOf();
    post(right, START_MS + 1, { ...UP, instance: "b" });
    right.merge({ silences: [silenceOf(UP, START_MS, { stampUs: 1, comment: "old" })] }, START_MS);
    for (const map of MAP_NAMES) exchange(left, right, map);
    expect(right.digests()).toEqual(left.digests());
    expect(right.digests().alerts.count).toBe(3);
  });

  it("compares only what lies in the range", () => {
    const tenant = filled();
    const [first, second] = [fingerprintOf(UP), fingerprintOf(DOWN)].sort();
    const { state } = tenant.differing("alerts", { from: "", to: second!, versions: [] });
    expect(state.alerts).toHaveLength(1);
    const { want } = tenant.differing("alerts", {
      from: second!,
      to: undefined,
      versions: [{ key: `${second!}0`, hi: 1, lo: 1 }],
    });
    expect(want).toEqual([`${second!}0`]);
    expect(tenant.versions("alerts").map(({ key }) => key)).toEqual([first, second]);
  });

  it("says nothing about equal maps", () => {
    const tenant = filled();
    for (const map of MAP_NAMES) {
      const range = { from: "", to: undefined };
      const answer = tenant.differing(map, { ...range, versions: tenant.versions(map) });
      expect(answer).toEqual({ state: {}, want: [] });
    }
  });
});

describe("Tenant.stateFor()", () => {
  it("gives only the maps that were asked for and differ", () => {
    const tenant = filled();
    const { silences } = tenantOf().digests();
    const digests = { ...tenant.digests(), silences };
    expect(Object.keys(tenant.stateFor(MAP_NAMES, digests))).toEqual(["silences"]);
    expect(tenant.stateFor(["alerts"], digests)).toEqual({});
    expect(Object.keys(tenant.stateFor(["log"], undefined))).toEqual(["log"]);
  });

  it("gives nothing under keys that are not here", () => {
    const tenant = filled();
    expect(tenant.collect("alerts", ["nonsense", "0000000000000000"])).toEqual({ alerts: [] });
    expect(tenant.collect("log", ["nonsense"])).toEqual({ log: [] });
  });
});

describe("Tenant.newsFor()", () => {
  /** What a granter adds to a claim on the first group of the claimant. */
  function newsOf(claimant: Tenant, granter: Tenant): PartialState {
    // At the root the group's identity is its key.
    const groupId = claimant.fullState().groups?.[0]?.id ?? '{}:{alertname="Down"}';
    const key = `${groupId}:hook/webhook/0` as LogKey;
    return granter.newsFor(groupId, key, claimant.decisionDigests(groupId, key));
  }

  it("is empty when both know the same", () => {
    const claimant = filled();
    const granter = tenantOf();
    granter.merge(claimant.fullState(), START_MS + MINUTE_MS);
    expect(newsOf(claimant, granter)).toEqual({});
  });

  it("brings a claimant that knows nothing all that its decision needs", () => {
    const granter = filled();
    const claimant = tenantOf();
    claimant.merge(newsOf(claimant, granter), START_MS + MINUTE_MS);
    const { alerts, silences, log, groups } = claimant.digests();
    expect([alerts.count, silences.count, log.count, groups.count]).toEqual([1, 1, 1, 1]);
    const [group] = claimant.fullState().groups!;
    expect(granter.fullState().groups).toContainEqual(group);
  });

  it("brings the end of an alert that the granter's group has let go", () => {
    const claimant = tenantOf();
    const granter = tenantOf();
    for (const tenant of [claimant, granter]) post(tenant, START_MS, UP);
    runTicks(granter, START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(granter, { nowMs: endMs, endsAtMs: endMs }, UP);
    runTicks(granter, endMs + 5 * MINUTE_MS);
    expect(granter.digests().groups.count).toBe(0);
    claimant.merge(newsOf(claimant, granter), endMs + 5 * MINUTE_MS);
    expect(claimant.digests().alerts).toEqual(granter.digests().alerts);
    expect(claimant.digests().log).toEqual(granter.digests().log);
  });

  it("brings an end that was told before a reload, by an owner that could judge it (I13)", () => {
    const claimant = tenantOf();
    const granter = tenantOf();
    const endMs = START_MS + 10 * MINUTE_MS;
    for (const tenant of [claimant, granter]) post(tenant, START_MS, UP);
    runTicks(granter, START_MS + MINUTE_MS);
    runTicks(granter, endMs);
    expect(granter.digests().groups.count).toBe(0);
    const settings = settingsOf({}, { groupBy: ["alertname", "instance"] });
    for (const tenant of [claimant, granter]) tenant.setSettings(settings, endMs);
    claimant.merge(newsOf(claimant, granter), endMs);
    const asking = { heard: NEVER_HEARD };
    expect(runTicks(claimant, endMs + MINUTE_MS, asking).map(outcomeOf)).toEqual(["told"]);
  });

  it("brings sources of inhibition that are in other groups", () => {
    const settings = settingsOf({
      inhibitRules: [
        {
          name: "",
          sourceMatchers: [{ type: "=", name: "severity", value: "page" }],
          targetMatchers: [{ type: "=", name: "severity", value: "info" }],
          equal: [],
        },
      ],
    });
    const claimant = tenantOf(settings);
    const granter = tenantOf(settings);
    for (const tenant of [claimant, granter]) post(tenant, START_MS, DOWN);
    post(granter, START_MS + 1, UP);
    const news = newsOf(claimant, granter);
    expect(news.alerts).toMatchObject([{ stampBy: OWNER, values: ["Up", "a", "page"] }]);
  });
});
