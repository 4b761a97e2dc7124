import { atOnce } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import {
  MINUTE_MS,
  post,
  runTicks,
  SECOND_MS,
  settingsOf,
  START_MS,
  tenantOf,
  type Labels,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", instance: "a" };
const OTHER = { alertname: "Up", instance: "b" };
const WAIT_MS = 30 * SECOND_MS;
const INTERVAL_MS = 5 * MINUTE_MS;
const TICK_MS = START_MS + WAIT_MS;
const END_MS = TICK_MS + INTERVAL_MS;
const BACK_MS = END_MS + MINUTE_MS;
const LONG_MS = BACK_MS + 60 * MINUTE_MS;

/** The alert was told as firing and as ended, and its group is gone. */
function withPast(tenant: Tenant = tenantOf()): Tenant {
  post(tenant, { nowMs: START_MS, endsAtMs: LONG_MS }, UP);
  runTicks(tenant, TICK_MS);
  post(tenant, { nowMs: END_MS - SECOND_MS, endsAtMs: END_MS - SECOND_MS }, UP);
  runTicks(tenant, END_MS);
  expect(tenant.groupCount).toBe(0);
  return tenant;
}

/** A copy that was told nothing since the group's first tick. */
function staleCopy(): Tenant {
  const tenant = tenantOf();
  post(tenant, { nowMs: START_MS, endsAtMs: LONG_MS }, UP);
  tenant.takeDue(TICK_MS);
  return tenant;
}

function fireAgain(tenant: Tenant, labels: Labels = UP) {
  return post(tenant, { nowMs: BACK_MS, endsAtMs: LONG_MS }, labels).groups;
}

describe("a group that two make at one instant", () => {
  const batches = [
    { nowMs: START_MS + 8, labels: UP },
    { nowMs: START_MS, labels: OTHER },
  ];

  it("is born with the earlier batch, in whichever order they come", () => {
    const [one, other] = [batches, batches.toReversed()].map((inOrder) => {
      const tenant = tenantOf();
      const changed = inOrder.map(({ nowMs, labels }) => post(tenant, nowMs, labels).groups);
      return { changed, groups: tenant.fullState().groups, nextDueMs: tenant.nextDueMs() };
    });
    expect(one?.groups).toMatchObject([{ bornMs: START_MS, tickMs: 0 }]);
    expect(other).toMatchObject({ groups: one?.groups, nextDueMs: TICK_MS });
    expect(one?.nextDueMs).toBe(TICK_MS);
    // The journal hears of it.
    expect(one?.changed).toMatchObject([[{ bornMs: START_MS + 8 }], [{ bornMs: START_MS }]]);
  });

  it("is hurried by an older batch if that makes it urgent", () => {
    const tenant = tenantOf();
    post(tenant, START_MS + 8, UP);
    post(tenant, { nowMs: START_MS, startsAtMs: START_MS - MINUTE_MS }, OTHER);
    expect(tenant.nextDueMs()).toBe(START_MS + 50);
  });

  it("keeps its ticks once the first was spent", () => {
    const tenant = tenantOf();
    post(tenant, { nowMs: START_MS + 8, endsAtMs: LONG_MS }, UP);
    tenant.takeDue(TICK_MS + 8);
    expect(post(tenant, START_MS, OTHER).groups).toBeUndefined();
    expect(tenant.nextDueMs()).toBe(TICK_MS + 8 + INTERVAL_MS);
  });

  it("is not taken back into its former life", () => {
    const tenant = withPast();
    fireAgain(tenant);
    expect(post(tenant, END_MS, OTHER).groups).toBeUndefined();
    expect(tenant.fullState().groups).toMatchObject([{ bornMs: BACK_MS, afterMs: END_MS }]);
  });
});

describe("a group that comes back", () => {
  it("says when its life before was told to be over", () => {
    const clock = { bornMs: BACK_MS, tickMs: END_MS, afterMs: END_MS };
    expect(fireAgain(withPast())).toMatchObject([clock]);
    expect(fireAgain(withPast(), OTHER)).toMatchObject([clock]);
  });

  it("says so also where ends are told to nobody", () => {
    const tenant = withPast(tenantOf(settingsOf({}, { receiver: "quiet" })));
    expect(fireAgain(tenant)).toMatchObject([{ bornMs: BACK_MS, afterMs: END_MS }]);
  });

  it("is not said to come back by who lacks an alert that fires in it", () => {
    const { log = [] } = withPast().fullState();
    const tenant = tenantOf();
    tenant.merge({ log: log.map((entry) => ({ ...entry, firing: entry.resolved })) }, END_MS);
    expect(fireAgain(tenant, OTHER)).toMatchObject([{ bornMs: BACK_MS, afterMs: 0 }]);
  });

  it("waits group_wait, whatever schedule a copy of its life before has (I20)", () => {
    const tenant = withPast();
    fireAgain(tenant);
    const { groups = [] } = staleCopy().fullState();
    expect(groups).toHaveLength(1);
    expect(tenant.merge({ groups }, BACK_MS)).toEqual({});
    expect(tenant.nextDueMs()).toBe(BACK_MS + WAIT_MS);
  });

  it("gives its schedule to such a copy", () => {
    const tenant = withPast();
    const groups = fireAgain(tenant);
    const stale = staleCopy();
    stale.merge({ alerts: tenant.fullState().alerts ?? [], ...(groups && { groups }) }, BACK_MS);
    expect(stale.nextDueMs()).toBe(BACK_MS + WAIT_MS);
    expect(stale.digests().groups).toEqual(tenant.digests().groups);
  });
});

describe("Tenant.lettingToldGo()", () => {
  it("lets a group go whose ends were told elsewhere", () => {
    const stale = staleCopy();
    stale.merge(withPast().fullState(), BACK_MS);
    expect(stale.groupCount).toBe(1);
    atOnce(stale.lettingToldGo(BACK_MS));
    expect(stale.groupCount).toBe(0);
    expect(fireAgain(stale)).toMatchObject([{ bornMs: BACK_MS, afterMs: END_MS }]);
  });

  it("keeps who fires, and an end that nobody was told of", () => {
    const tenant = tenantOf();
    post(tenant, { nowMs: START_MS, endsAtMs: END_MS - SECOND_MS }, UP);
    post(tenant, { nowMs: START_MS, endsAtMs: LONG_MS }, { alertname: "Down" });
    runTicks(tenant, TICK_MS);
    atOnce(tenant.lettingToldGo(END_MS));
    expect(tenant.groupCount).toBe(2);
    expect(
      runTicks(tenant, END_MS)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["nothing", "send"]);
  });
});
