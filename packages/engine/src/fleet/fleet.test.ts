import { describe, expect, it } from "vitest";
import { silentLogger, type Clock } from "@tocsin/foundation";
import type { ConfigRecord } from "@tocsin/domain/model";
import type { PartialState } from "../peer/index.ts";
import type { Journal, JournalEntry } from "../ports/index.ts";
import {
  configOf,
  post,
  settingsOf,
  sharedOf,
  START_MS,
  TENANT,
  tenantOf,
} from "../tenant/fixture.ts";
import { SettingsCache } from "../tenant/settings.ts";
import { ClusterTime } from "../time/index.ts";
import { Fleet } from "./fleet.ts";

/** One group per `team`, where the fallback makes one per `alertname`: taking it over regroups. */
const REGROUPING: ConfigRecord = {
  version: 1,
  text: "by team",
  templates: {},
  updatedAtMs: START_MS,
};

interface World {
  readonly fleet: Fleet;
  readonly journaled: JournalEntry[];
  readonly told: PartialState[];
}

function worldOf(): World {
  const journaled: JournalEntry[] = [];
  const told: PartialState[] = [];
  const clock: Clock = {
    wallMs: () => START_MS,
    monotonicMs: () => 0,
    sleep: () => Promise.reject(new Error("nothing sleeps here")),
  };
  const fleet = new Fleet({
    time: new ClusterTime(clock),
    // Only `append` is called.
    journal: { append: (entry) => void journaled.push(entry) } as Partial<Journal> as Journal,
    settingsCache: new SettingsCache({
      parse: () => configOf({}, { groupBy: ["team"] }),
    }),
    shared: sharedOf(),
    logger: silentLogger,
  });
  fleet.setFallback(settingsOf());
  fleet.onChange((_, state) => void told.push(state));
  return { fleet, journaled, told };
}

/** What an owner under the fallback configuration has of one alert. */
function alertState(): PartialState {
  return post(tenantOf(), START_MS, { alertname: "Disk", team: "db" });
}

describe("Fleet", () => {
  it("restore() of a configuration journals nothing and tells nobody, though it regroups", () => {
    const { fleet, journaled, told } = worldOf();
    fleet.restore(TENANT, alertState());
    fleet.restore(TENANT, { config: REGROUPING });
    expect(fleet.get(TENANT)?.settings?.source.text).toBe("by team");
    expect([journaled, told]).toEqual([[], []]);
  });

  it("mergeDetached() of a configuration journals nothing and tells nobody", () => {
    const { fleet, journaled, told } = worldOf();
    const detached = fleet.makeDetached(TENANT);
    fleet.mergeDetached(detached, { ...alertState(), config: REGROUPING });
    expect(detached.settings?.source.text).toBe("by team");
    expect(fleet.size).toBe(0);
    expect([journaled, told]).toEqual([[], []]);
  });

  it("merge() of a configuration journals it and the groups that it made", () => {
    const { fleet, journaled, told } = worldOf();
    fleet.merge(TENANT, alertState());
    journaled.length = 0;
    told.length = 0;
    fleet.merge(TENANT, { config: REGROUPING });
    const states = journaled.map((entry) => entry.state);
    expect(states.flatMap((state) => state.config ?? [])).toEqual([REGROUPING]);
    expect(states.flatMap((state) => state.groups ?? [])).toHaveLength(1);
    expect(told).toEqual(states);
  });
});
