import { describe, expect, it } from "vitest";
import { NEVER_HEARD } from "@tocsin/domain/alert";
import type { InstanceId } from "@tocsin/domain/model";
import type { PartialState } from "../peer/index.ts";
import {
  alertOf,
  ask,
  batchOf,
  HOUR_MS,
  MINUTE_MS,
  outcomeOf,
  post,
  recordOf,
  runTicks,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  TENANT,
  tenantOf,
  sharedOf,
} from "./fixture.ts";
import { Tenant } from "./tenant.ts";

const UP = { alertname: "Up", job: "node", instance: "a" };
const OTHER = { alertname: "Up", job: "node", instance: "b" };

describe("Tenant.takeDue()", () => {
  it("puts first ticks off until the start delay is over, and counts the interval from there", () => {
    const tenant = tenantOf();
    const fromMs = START_MS + 2 * MINUTE_MS;
    post(tenant, START_MS, UP);
    const [flush] = tenant.takeDue(fromMs + 7, { fromMs }).flushes;
    expect(flush?.tickMs).toBe(fromMs);
    expect(tenant.nextDueMs()).toBe(fromMs + 5 * MINUTE_MS);
    const [next] = tenant.takeDue(fromMs + 5 * MINUTE_MS, { fromMs: fromMs + HOUR_MS }).flushes;
    expect(next?.tickMs).toBe(fromMs + 5 * MINUTE_MS);
  });
});

describe("Tenant.applyBatch()", () => {
  it("makes a record and a group of a new alert", () => {
    const { state, behind } = tenantOf().applyBatch(batchOf(START_MS, [alertOf(UP, START_MS)]));
    expect(behind).toEqual([]);
    expect(state.alerts).toMatchObject([{ updatedAtMs: START_MS, stampUs: START_MS * 1_000 }]);
    expect(state.groups).toMatchObject([{ bornMs: START_MS, urgent: false, tickMs: 0 }]);
  });

  it("makes an urgent group of an alert that is older than group_wait (S-27)", () => {
    const tenant = tenantOf();
    post(tenant, { nowMs: START_MS, startsAtMs: START_MS - MINUTE_MS }, UP);
    expect(tenant.nextDueMs()).toBe(START_MS + 50);
  });

  it("does not hurry a group that is there when an old alert joins (S-27)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    post(tenant, { nowMs: START_MS + SECOND_MS, startsAtMs: START_MS - MINUTE_MS }, OTHER);
    expect(tenant.nextDueMs()).toBe(START_MS + 30 * SECOND_MS);
  });

  it("takes an equal stamp for the same write and changes nothing", () => {
    const tenant = tenantOf();
    const batch = batchOf(START_MS, [alertOf(UP, START_MS)]);
    tenant.applyBatch(batch);
    const digests = tenant.digests();
    expect(tenant.applyBatch(batch)).toEqual({ state: {}, behind: [], storedCount: 0 });
    expect(tenant.digests()).toEqual(digests);
  });

  it("says behind for an alert with a higher stamp and stores the others (A7)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS + SECOND_MS, UP);
    const alerts = [alertOf(UP, START_MS), alertOf(OTHER, START_MS)];
    const { state, behind } = tenant.applyBatch(batchOf(START_MS, alerts));
    expect(behind).toEqual([{ index: 0, stampUs: (START_MS + SECOND_MS) * 1_000, isEnd: false }]);
    expect(state.alerts).toHaveLength(1);
  });

  it("says yes again to a batch that a later write has replaced, and behind to any other", () => {
    const tenant = tenantOf();
    const batch = batchOf(START_MS, [alertOf(UP, START_MS)]);
    tenant.applyBatch(batch);
    expect(tenant.wasReplaced(batch, 0)).toBe(false);
    post(tenant, START_MS + SECOND_MS, UP);
    expect(tenant.applyBatch(batch).behind).toEqual([]);
    expect(tenant.wasReplaced(batch, 0)).toBe(true);
    const other = batchOf(START_MS + 1, [alertOf(UP, START_MS)]);
    expect(tenant.applyBatch(other).behind).toHaveLength(1);
    expect([tenant.wasReplaced(other, 0), tenant.wasReplaced(other, 1)]).toEqual([false, false]);
  });

  it("learns of an end that is behind what begins after it (ADR 0032)", () => {
    const tenant = tenantOf();
    const endMs = START_MS + 2 * SECOND_MS;
    const againMs = START_MS + 3 * SECOND_MS;
    post(tenant, START_MS, UP);
    const [joined] = post(tenant, againMs, UP).alerts ?? [];
    expect(joined?.startsAtMs).toBe(START_MS);
    const end = alertOf(UP, endMs, { startsAtMs: START_MS, endsAtMs: endMs });
    const ended = batchOf(endMs, [end]);
    const { state, behind, storedCount } = tenant.applyBatch(ended);
    expect(behind).toHaveLength(1);
    expect(storedCount).toBe(0);
    expect(state.alerts).toMatchObject([{ startsAtMs: againMs, stampUs: againMs * 1_000 }]);
    expect(tenant.applyBatch(ended).state).toEqual({});
  });

  it("orders equal instants of two coordinators by their names", () => {
    const tenant = tenantOf();
    const batch = batchOf(START_MS, [alertOf(UP, START_MS)]);
    tenant.applyBatch({ ...batch, stampBy: "am-2" as InstanceId });
    expect(tenant.applyBatch({ ...batch, stampBy: "am-1" as InstanceId }).behind).toHaveLength(1);
    expect(tenant.applyBatch({ ...batch, stampBy: "am-3" as InstanceId }).behind).toEqual([]);
  });

  it("applies an alert that comes twice in one batch twice, and answers yes to the same batch again", () => {
    const tenant = tenantOf();
    post(tenant, START_MS - SECOND_MS, UP);
    const end = { endsAtMs: START_MS };
    const batch = batchOf(START_MS, [alertOf(UP, START_MS), alertOf(UP, START_MS, end)]);
    const { state } = tenant.applyBatch(batch);
    expect(state.alerts).toMatchObject([
      { endsAtMs: START_MS, prevUs: (START_MS - SECOND_MS) * 1_000 },
    ]);
    expect(tenant.applyBatch(batch)).toEqual({ state: {}, behind: [], storedCount: 0 });
  });

  it("finds alerts again when there are too many to scan", () => {
    const tenant = tenantOf();
    const labels = Array.from({ length: 100 }, (_, at) => ({ ...UP, instance: `host-${at}` }));
    post(tenant, START_MS, ...labels);
    const { alerts, groups } = post(tenant, START_MS + MINUTE_MS, ...labels);
    expect(alerts).toHaveLength(100);
    expect(groups).toBeUndefined();
    expect(tenant.digests().alerts.count).toBe(100);
  });
});

describe("Tenant.takeDue()", () => {
  it("spends the first tick after group_wait and the next ones from tick to tick", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    expect(tenant.takeDue(START_MS + 29 * SECOND_MS).flushes).toEqual([]);
    const { flushes, state } = tenant.takeDue(START_MS + 31 * SECOND_MS);
    expect(flushes).toMatchObject([{ tickMs: START_MS + 30 * SECOND_MS, keys: [{}] }]);
    expect(state.groups).toMatchObject([{ tickMs: START_MS + 30 * SECOND_MS }]);
    expect(tenant.nextDueMs()).toBe(START_MS + 30 * SECOND_MS + 5 * MINUTE_MS);
  });

  it("gives flushes in order of time, one key for each integration, with upstream's deadline", () => {
    const tenant = tenantOf(settingsOf({}, { receiver: "pair", groupIntervalMs: SECOND_MS }));
    post(tenant, START_MS + SECOND_MS, { alertname: "B" });
    post(tenant, START_MS, { alertname: "A" });
    const { flushes } = tenant.takeDue(START_MS + MINUTE_MS);
    expect(flushes.map((flush) => flush.groupKey)).toEqual([
      '{}:{alertname="A"}',
      '{}:{alertname="B"}',
    ]);
    expect(flushes[0]?.keys.map(({ integration }) => integration.index)).toEqual([0, 1]);
    expect(flushes[0]?.deadlineMs).toBe(10 * SECOND_MS);
  });

  it("says nothing of a tick that another owner has spent before, and flushes all the same", () => {
    const tenant = tenantOf();
    const { groups } = post(tenant, START_MS, UP);
    const tickMs = START_MS + 30 * SECOND_MS;
    tenant.merge({ groups: groups!.map((group) => ({ ...group, tickMs })) }, tickMs);
    const { flushes, state } = tenant.takeDue(tickMs);
    expect(flushes).toMatchObject([{ tickMs }]);
    expect(state).toEqual({});
  });

  it("is never due without groups", () => {
    expect(tenantOf().nextDueMs()).toBe(Infinity);
  });
});

describe("Tenant.finishKey()", () => {
  it("lets ended alerts go once told, and destroys the empty group (S-30)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    expect(runTicks(tenant, START_MS + MINUTE_MS).map(outcomeOf)).toEqual(["first notification"]);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    expect(runTicks(tenant, endMs + 5 * MINUTE_MS).map(outcomeOf)).toEqual(["all alerts resolved"]);
    expect(tenant.digests().groups.count).toBe(0);
    expect(tenant.digests().alerts.count).toBe(1);
    expect(tenant.nextDueMs()).toBe(Infinity);
  });

  it("keeps ended alerts while one of two integrations has not been told", () => {
    const tenant = tenantOf(settingsOf({}, { receiver: "pair" }));
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    const [flush] = tenant.takeDue(endMs + 5 * MINUTE_MS).flushes;
    const [first, second] = flush!.keys;
    const decision = ask(tenant, flush!, { key: first! });
    expect(decision.kind).toBe("send");
    tenant.finishKey({ ...flush!, key: second!.key, result: "failed" });
    tenant.finishKey({ ...flush!, key: first!.key, result: "told" });
    expect(tenant.digests().groups.count).toBe(1);
  });

  it("destroys the group on an owner that only hears of the outcome", () => {
    const holder = tenantOf();
    const hearer = tenantOf();
    const endMs = START_MS + 2 * MINUTE_MS;
    for (const tenant of [holder, hearer]) post(tenant, START_MS, UP);
    runTicks(holder, START_MS + MINUTE_MS);
    hearer.merge(holder.fullState(), START_MS + MINUTE_MS);
    hearer.takeDue(START_MS + MINUTE_MS);
    for (const tenant of [holder, hearer]) post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    const tickMs = START_MS + 30 * SECOND_MS + 5 * MINUTE_MS;
    const [flush] = hearer.takeDue(tickMs).flushes;
    runTicks(holder, tickMs);
    hearer.merge(holder.fullState(), tickMs);
    hearer.finishKey({ ...flush!, key: flush!.keys[0]!.key, result: "told" });
    expect(hearer.digests()).toEqual(holder.digests());
    expect(hearer.digests().groups.count).toBe(0);
  });

  it("does not open the group again when the told end is sent or learned again (A21)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    runTicks(tenant, endMs + 5 * MINUTE_MS);
    post(tenant, { nowMs: endMs + 6 * MINUTE_MS, endsAtMs: endMs }, UP);
    expect(tenant.nextDueMs()).toBe(Infinity);
    const gainer = tenantOf();
    gainer.merge(tenant.fullState(), endMs + 6 * MINUTE_MS);
    expect(gainer.digests()).toEqual(tenant.digests());
    expect(gainer.nextDueMs()).toBe(Infinity);
  });

  it("opens the group again for the next episode", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const endMs = START_MS + 2 * MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    runTicks(tenant, endMs + 5 * MINUTE_MS);
    const againMs = endMs + 8 * MINUTE_MS;
    post(tenant, againMs, UP);
    expect(tenant.nextDueMs()).toBe(againMs + 30 * SECOND_MS);
    expect(runTicks(tenant, againMs + MINUTE_MS).map(outcomeOf)).toEqual(["first notification"]);
  });

  it("counts large groups of a receiver without integrations as the work that they are", () => {
    const tenant = tenantOf(settingsOf({}, { receiver: "nobody" }));
    for (const alertname of ["A", "B", "C"]) {
      const hosts = Array.from({ length: 300 }, (_, at) => ({ alertname, host: `h${at}` }));
      post(tenant, START_MS, ...hosts);
    }
    const nowMs = START_MS + MINUTE_MS;
    const first = tenant.takeDue(nowMs, { countMax: 4 });
    expect(first.count).toBe(6);
    expect(first.left).toHaveLength(1);
    expect(tenant.takeDue(nowMs, { countMax: 4, due: first.left })).toMatchObject({ left: [] });
    expect(tenant.nextDueMs()).toBeGreaterThan(nowMs);
  });

  it("lets ended alerts of a receiver without integrations go at the tick", () => {
    const tenant = tenantOf(settingsOf({}, { receiver: "nobody" }));
    post(tenant, START_MS, UP);
    expect(tenant.takeDue(START_MS + MINUTE_MS).flushes).toEqual([]);
    expect(tenant.digests().groups.count).toBe(1);
    tenant.takeDue(START_MS + 10 * MINUTE_MS);
    expect(tenant.digests().groups.count).toBe(0);
  });

  it("keeps an alert that ran out while the end cannot be known for sure (A15)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, START_MS + MINUTE_MS);
    const lateMs = START_MS + 11 * MINUTE_MS;
    const alone = { heard: NEVER_HEARD };
    expect(runTicks(tenant, lateMs, alone).map(outcomeOf)).toEqual(["told"]);
    expect(tenant.digests().groups.count).toBe(1);
    expect(runTicks(tenant, lateMs + 5 * MINUTE_MS).map(outcomeOf)).toEqual([
      "all alerts resolved",
    ]);
    expect(tenant.digests().groups.count).toBe(0);
  });
});

describe("Tenant.merge()", () => {
  it("ignores records past keepUntil and ends that are old and unknown", () => {
    const tenant = tenantOf();
    const record = recordOf(UP, { nowMs: START_MS, endsAtMs: START_MS });
    expect(tenant.merge({ alerts: [record] }, START_MS + 15 * MINUTE_MS)).toEqual({});
    const silence = silenceOf(UP, START_MS, { keepUntilMs: START_MS });
    expect(tenant.merge({ silences: [silence] }, START_MS)).toEqual({});
  });

  describe("of an end that was never told, from the only copy that is left", () => {
    const endMs = START_MS + 5 * MINUTE_MS;
    function lost(): PartialState {
      const tenant = tenantOf();
      post(tenant, { nowMs: START_MS, endsAtMs: endMs }, UP);
      expect(runTicks(tenant, START_MS + MINUTE_MS).map(outcomeOf)).toEqual(["first notification"]);
      return tenant.fullState();
    }

    it.each([
      { name: "longer ago than ends are taken", agoMs: 20 * MINUTE_MS, wanted: 1 },
      { name: "longer ago than records are kept", agoMs: 5 * HOUR_MS, wanted: 1 },
      { name: "a day ago", agoMs: 25 * HOUR_MS, wanted: 0 },
    ])("$name: it is told $wanted times", ({ agoMs, wanted }) => {
      const tenant = tenantOf();
      tenant.merge(lost(), endMs + agoMs);
      const told = runTicks(tenant, endMs + agoMs + 6 * MINUTE_MS).map(outcomeOf);
      expect(told).toEqual(Array.from({ length: wanted }, () => "all alerts resolved"));
      expect(tenant.digests().groups.count).toBe(0);
    });

    it("it is not told if nobody was told that it fires", () => {
      const tenant = tenantOf();
      tenant.merge({ ...lost(), log: [] }, endMs + 20 * MINUTE_MS);
      expect(tenant.digests().alerts.count).toBe(0);
    });
  });

  it("returns what changed and derives the group with the clock that came along", () => {
    const giver = tenantOf();
    post(giver, START_MS, UP);
    giver.takeDue(START_MS + MINUTE_MS);
    const gainer = tenantOf();
    const changes = gainer.merge(giver.fullState(), START_MS + MINUTE_MS);
    expect(changes.groups).toEqual(giver.fullState().groups);
    expect(gainer.nextDueMs()).toBe(giver.nextDueMs());
    expect(gainer.merge(giver.fullState(), START_MS + MINUTE_MS)).toEqual({});
  });

  it("keeps clocks for a configuration that comes later", () => {
    const giver = tenantOf();
    post(giver, START_MS, UP);
    giver.takeDue(START_MS + MINUTE_MS);
    const { groups, alerts } = giver.fullState();
    const gainer = new Tenant(TENANT, sharedOf());
    gainer.merge({ groups: groups! }, START_MS + MINUTE_MS);
    gainer.merge({ alerts: alerts! }, START_MS + MINUTE_MS);
    gainer.setSettings(settingsOf(), START_MS + MINUTE_MS);
    expect(gainer.digests()).toEqual(giver.digests());
  });

  it("ignores the clock of a group without alerts", () => {
    const giver = tenantOf();
    const { groups } = post(giver, START_MS, UP);
    const tenant = tenantOf();
    expect(tenant.merge({ groups: groups! }, START_MS)).toEqual({});
    expect(tenant.digests().groups.count).toBe(0);
  });

  it("takes the newer configuration and gives its text back", () => {
    const tenant = tenantOf();
    const text = `# ${"long ".repeat(200)}\nroute: {}\n`;
    const config = { version: 2, text, templates: {}, updatedAtMs: START_MS };
    expect(tenant.merge({ config }, START_MS)).toEqual({ config });
    expect(tenant.merge({ config: { ...config, version: 1 } }, START_MS)).toEqual({});
    expect(tenant.configRecord?.text).toBe(text);
    expect(tenant.fullState().config).toEqual(config);
  });
});
