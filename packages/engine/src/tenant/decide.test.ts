import { describe, expect, it } from "vitest";
import { heardFor, NEVER_HEARD } from "@tocsin/domain/alert";
import type { TimeIntervalConfig } from "@tocsin/domain/config";
import type { LogKey } from "@tocsin/domain/model";
import {
  ask,
  firstFlush,
  HOUR_MS,
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
  toldAlerts,
} from "./fixture.ts";
import type { Tenant } from "./tenant.ts";
import type { Decision } from "./types.ts";

const UP = { alertname: "Up", job: "node", instance: "a" };
const OTHER = { alertname: "Up", job: "node", instance: "b" };
const TICK_MS = START_MS + 30 * SECOND_MS;
/** Long enough to outlast every test. */
const LASTING = { nowMs: START_MS, endsAtMs: START_MS + 48 * HOUR_MS };

describe("decide()", () => {
  it("sends the first notification with all that a message needs", () => {
    const settings = settingsOf({}, { labels: { team: "x" } });
    const tenant = tenantOf(settings);
    post(tenant, START_MS, OTHER, UP);
    const decision = ask(tenant, firstFlush(tenant));
    expect(decision).toMatchObject({
      kind: "send",
      job: {
        tenant: "team-a",
        receiver: "hook",
        groupKey: '{}:{alertname="Up"}',
        groupLabels: { names: ["alertname"], values: ["Up"] },
        routeLabels: { team: "x" },
        reason: "first notification",
        nowMs: TICK_MS,
        repeatIntervalMs: 4 * HOUR_MS,
        receiverData: {},
      },
    });
    expect(toldAlerts(decision)).toEqual(["a", "b"]);
  });

  it("gives all owners the same idempotency key, and another one after another message", () => {
    const [left, right] = [tenantOf(), tenantOf()];
    const keyOf = (decision: Decision | undefined): string =>
      decision?.kind === "send" ? decision.job.idempotencyKey : "";
    for (const tenant of [left, right]) post(tenant, LASTING, UP);
    const key = keyOf(ask(left, firstFlush(left)));
    expect(keyOf(runTicks(right, TICK_MS)[0])).toBe(key);
    post(right, { ...LASTING, nowMs: START_MS + MINUTE_MS }, OTHER);
    expect(keyOf(runTicks(right, START_MS + 6 * MINUTE_MS)[0])).not.toBe(key);
  });

  it("is gone without the group, its receiver or its integration", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    const flush = firstFlush(tenant);
    expect(outcomeOf(ask(tenant, { ...flush, groupId: "none" }))).toBe("gone");
    const [key] = flush.keys;
    const strange = { ...key!, key: `${key!.key}0` as LogKey };
    expect(outcomeOf(ask(tenant, flush, { key: strange }))).toBe("gone");
    tenant.setSettings(undefined, TICK_MS);
    expect(outcomeOf(ask(tenant, flush))).toBe("gone");
  });

  it("repeats nothing for a tick that was spent before the wall clock was set back", () => {
    const tenant = tenantOf();
    post(tenant, LASTING, UP);
    runTicks(tenant, TICK_MS);
    const nowMs = TICK_MS + MINUTE_MS;
    const later = firstFlush(tenant, nowMs + 12 * HOUR_MS);
    expect(outcomeOf(ask(tenant, later))).toBe("repeat interval elapsed");
    expect(outcomeOf(ask(tenant, later, { nowMs }))).toBe("told");
  });

  it("tells what the log lacks and nothing else (S-42)", () => {
    const tenant = tenantOf();
    const at = (minutes: number): number => TICK_MS + minutes * MINUTE_MS;
    post(tenant, LASTING, UP);
    expect(outcomeOf(runTicks(tenant, at(0))[0])).toBe("first notification");
    expect(outcomeOf(runTicks(tenant, at(5))[0])).toBe("told");
    post(tenant, { ...LASTING, nowMs: at(6) }, OTHER);
    expect(outcomeOf(runTicks(tenant, at(10))[0])).toBe("new alerts added");
    post(tenant, { nowMs: at(11), endsAtMs: at(11) }, OTHER);
    const resolved = runTicks(tenant, at(15))[0];
    expect(outcomeOf(resolved)).toBe("some alerts resolved");
    expect(toldAlerts(resolved)).toEqual(["a", "b resolved"]);
    expect(outcomeOf(runTicks(tenant, at(20))[0])).toBe("told");
    expect(outcomeOf(runTicks(tenant, at(15 + 4 * 60 + 5))[0])).toBe("repeat interval elapsed");
  });

  it("decides on the group as it is now, not as it was at the tick", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    const flush = firstFlush(tenant);
    post(tenant, TICK_MS + SECOND_MS, OTHER);
    expect(toldAlerts(ask(tenant, flush, { nowMs: TICK_MS + SECOND_MS }))).toEqual(["a", "b"]);
  });

  it("leaves ended alerts out without send_resolved, but records that all ended (S-43)", () => {
    const tenant = tenantOf(settingsOf({}, { receiver: "quiet" }));
    post(tenant, LASTING, UP, OTHER);
    runTicks(tenant, TICK_MS);
    const endMs = TICK_MS + MINUTE_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    const third = { ...UP, instance: "c" };
    post(tenant, { ...LASTING, nowMs: endMs + SECOND_MS }, third);
    const some = runTicks(tenant, TICK_MS + 5 * MINUTE_MS)[0];
    expect(toldAlerts(some)).toEqual(["b", "c"]);
    const lastMs = TICK_MS + 6 * MINUTE_MS;
    post(tenant, { nowMs: lastMs, endsAtMs: lastMs }, OTHER, third);
    expect(outcomeOf(runTicks(tenant, TICK_MS + 10 * MINUTE_MS)[0])).toBe("record");
    expect(tenant.digests().groups.count).toBe(0);
  });
});

describe("decide() on muting", () => {
  it("says nothing of silenced alerts and sends the others", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP, OTHER);
    const flush = firstFlush(tenant);
    tenant.merge({ silences: [silenceOf(UP, TICK_MS)] }, TICK_MS);
    expect(toldAlerts(ask(tenant, flush))).toEqual(["b"]);
    tenant.merge({ silences: [silenceOf(OTHER, TICK_MS, { id: "silence-2" })] }, TICK_MS);
    expect(outcomeOf(ask(tenant, flush))).toBe("muted");
  });

  it("takes an acknowledged silence for active though the own clock is behind", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    const flush = firstFlush(tenant);
    tenant.merge({ silences: [silenceOf(UP, TICK_MS + SECOND_MS)] }, TICK_MS);
    expect(outcomeOf(ask(tenant, flush, { nowMs: TICK_MS }))).toBe("muted");
  });

  it("lets an end that came under a silence go untold (S-52)", () => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, TICK_MS);
    const endMs = TICK_MS + MINUTE_MS;
    tenant.merge({ silences: [silenceOf(UP, endMs)] }, endMs);
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, UP);
    expect(outcomeOf(runTicks(tenant, TICK_MS + 5 * MINUTE_MS)[0])).toBe("muted");
    expect(tenant.nextDueMs()).toBe(Infinity);
  });

  const source = { alertname: "Down", severity: "critical", cluster: "eu" };
  const target = { alertname: "Slow", severity: "warning", cluster: "eu" };
  const inhibiting = settingsOf({
    inhibitRules: [
      {
        name: "",
        sourceMatchers: [{ type: "=", name: "severity", value: "critical" }],
        targetMatchers: [{ type: "=", name: "severity", value: "warning" }],
        equal: ["cluster"],
      },
    ],
  });

  function askTarget(tenant: Tenant, heardMs: number, nowMs: number): string {
    const flush = tenant.takeDue(nowMs).flushes.find(({ groupKey }) => groupKey.includes("Slow"));
    return outcomeOf(ask(tenant, flush!, { nowMs, heard: heardFor(heardMs) }));
  }

  it("says nothing while a source fires", () => {
    const tenant = tenantOf(inhibiting);
    post(tenant, START_MS, source, target);
    expect(askTarget(tenant, Infinity, TICK_MS)).toBe("muted");
  });

  it("is not inhibited by a source whose end was reported, though the own clock is behind", () => {
    const tenant = tenantOf(inhibiting);
    post(tenant, START_MS, source, target);
    const endMs = TICK_MS + SECOND_MS;
    post(tenant, { nowMs: endMs, endsAtMs: endMs }, source);
    expect(askTarget(tenant, Infinity, TICK_MS)).toBe("first notification");
  });

  it("is inhibited by a source that ran out while its re-sends could not be heard", () => {
    const tenant = tenantOf(inhibiting);
    post(tenant, START_MS, source);
    post(tenant, LASTING, target);
    expect(askTarget(tenant, 0, START_MS + 6 * MINUTE_MS)).toBe("muted");
    expect(askTarget(tenant, Infinity, START_MS + 12 * MINUTE_MS)).toBe("first notification");
  });

  const listening = [
    { name: "as long as it was valid", heardMs: 2 * SECOND_MS, wanted: "first notification" },
    { name: "for less", heardMs: 2 * SECOND_MS - 1, wanted: "muted" },
  ];
  it.each(listening)(
    "a source that ran out, having been heard $name: $wanted",
    ({ heardMs, wanted }) => {
      const tenant = tenantOf(inhibiting);
      post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 2 * SECOND_MS }, source);
      post(tenant, LASTING, target);
      expect(askTarget(tenant, heardMs, TICK_MS)).toBe(wanted);
    },
  );

  it("is not inhibited by a source that was told as ended, also after a restart", () => {
    const tenant = tenantOf(inhibiting);
    post(tenant, START_MS, source);
    expect(runTicks(tenant, TICK_MS).map(outcomeOf)).toEqual(["first notification"]);
    const tickMs = TICK_MS + 5 * MINUTE_MS;
    expect(runTicks(tenant, tickMs).map(outcomeOf)).toEqual(["all alerts resolved"]);
    const again = tenantOf(inhibiting);
    again.merge(tenant.fullState(), tickMs);
    for (const one of [tenant, again]) {
      post(one, { ...LASTING, nowMs: tickMs + SECOND_MS }, target);
      expect(askTarget(one, 0, tickMs + 2 * MINUTE_MS)).toBe("first notification");
      expect([...one.alerts(tickMs + 2 * MINUTE_MS, NEVER_HEARD)]).toHaveLength(1);
    }
  });

  it("is inhibited by none of several that ran out and could have been heard before a break", () => {
    const tenant = tenantOf(inhibiting);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 2 * SECOND_MS }, source);
    const other = { ...source, instance: "other" };
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + 3 * SECOND_MS }, other);
    post(tenant, LASTING, target);
    const broken = (untilMs: number) => [{ sinceMs: TICK_MS - START_MS, untilMs }];
    const flush = tenant
      .takeDue(TICK_MS)
      .flushes.find(({ groupKey }) => groupKey.includes("Slow"))!;
    const heardMs = TICK_MS - START_MS - 3 * SECOND_MS;
    const asked = { nowMs: TICK_MS };
    expect(outcomeOf(ask(tenant, flush, { ...asked, heard: broken(heardMs + 1) }))).toBe("muted");
    const outcome = outcomeOf(ask(tenant, flush, { ...asked, heard: broken(heardMs) }));
    expect(outcome).toBe("first notification");
  });

  const NEVER: TimeIntervalConfig = {
    times: undefined,
    weekdays: undefined,
    daysOfMonth: undefined,
    months: undefined,
    years: [{ start: 1980, end: 1980 }],
    location: undefined,
  };
  const intervals = new Map([
    ["never", [NEVER]],
    ["always", [{ ...NEVER, years: undefined }]],
  ]);
  const timed = [
    { name: "inside a mute interval", mute: ["never", "always"], active: [], wanted: "muted" },
    { name: "outside all active intervals", mute: [], active: ["never"], wanted: "muted" },
    {
      name: "inside an active one",
      mute: ["never"],
      active: ["always"],
      wanted: "first notification",
    },
  ];
  it.each(timed)("$name: $wanted (S-50)", ({ mute, active, wanted }) => {
    const child = routeOf({ muteTimeIntervals: mute, activeTimeIntervals: active });
    const tenant = tenantOf(settingsOf({ timeIntervals: intervals }, { routes: [child] }));
    post(tenant, START_MS, UP);
    expect(outcomeOf(ask(tenant, firstFlush(tenant)))).toBe(wanted);
  });
});

describe("decide() on ends (PROTOCOL 7.4)", () => {
  const runOut = [
    { name: "ran out in full contact", heardMs: 5 * MINUTE_MS, wanted: ["a resolved"] },
    { name: "ran out in too little contact", heardMs: 5 * MINUTE_MS - 1, wanted: ["a"] },
  ];
  it.each(runOut)("an alert that $name is told as $wanted", ({ heardMs, wanted }) => {
    const tenant = tenantOf();
    post(tenant, START_MS, UP);
    runTicks(tenant, TICK_MS);
    post(tenant, { ...LASTING, nowMs: START_MS + MINUTE_MS }, OTHER);
    const nowMs = TICK_MS + 5 * MINUTE_MS;
    const told = toldAlerts(
      ask(tenant, firstFlush(tenant, nowMs), { nowMs, heard: heardFor(heardMs) }),
    );
    expect(told).toEqual([...wanted, "b"]);
  });

  it("an alert valid for less needs less contact", () => {
    const tenant = tenantOf();
    post(tenant, LASTING, OTHER);
    post(tenant, { nowMs: START_MS, endsAtMs: START_MS + SECOND_MS }, UP);
    const told = toldAlerts(ask(tenant, firstFlush(tenant), { heard: heardFor(SECOND_MS) }));
    expect(told).toEqual(["a resolved", "b"]);
  });

  it("an end that was reported needs no contact and no clock", () => {
    const tenant = tenantOf();
    post(tenant, LASTING, OTHER);
    post(tenant, { nowMs: TICK_MS + SECOND_MS, endsAtMs: TICK_MS }, UP);
    const decision = ask(tenant, firstFlush(tenant), { nowMs: START_MS, heard: NEVER_HEARD });
    expect(toldAlerts(decision)).toEqual(["a resolved", "b"]);
    const ends = decision.kind === "send" ? decision.told.ends : [];
    expect(ends.map(({ endsAtMs }) => endsAtMs)).toEqual([TICK_MS]);
  });
});

describe("decide() on ends that others told", () => {
  /** Two owners; the first has told that the alert ran out, the second hears of it by the log only. */
  function ranOutElsewhere(settings = settingsOf()): readonly [Tenant, Tenant] {
    const [teller, hearer] = [tenantOf(settings), tenantOf(settings)];
    for (const tenant of [teller, hearer]) post(tenant, START_MS, UP);
    runTicks(teller, TICK_MS);
    runTicks(teller, TICK_MS + 5 * MINUTE_MS);
    hearer.merge({ log: teller.fullState().log! }, TICK_MS + 5 * MINUTE_MS);
    return [teller, hearer];
  }

  it("never tells an alert as firing again because its own clock is behind (I13)", () => {
    const [teller, hearer] = [tenantOf(), tenantOf()];
    for (const tenant of [teller, hearer]) {
      post(tenant, LASTING, OTHER);
      post(tenant, START_MS, UP);
    }
    runTicks(teller, TICK_MS);
    runTicks(teller, TICK_MS + 5 * MINUTE_MS);
    const flush = firstFlush(hearer);
    hearer.merge({ log: teller.fullState().log! }, START_MS);
    post(hearer, LASTING, { ...UP, instance: "c" });
    const nowMs = START_MS + 5 * MINUTE_MS - SECOND_MS;
    expect(toldAlerts(ask(hearer, flush, { nowMs }))).toEqual(["a resolved", "b", "c"]);
  });

  it("never tells an alert as firing again for want of own contact", () => {
    const [, hearer] = ranOutElsewhere();
    const nowMs = TICK_MS + 10 * MINUTE_MS;
    expect(runTicks(hearer, nowMs, { heard: NEVER_HEARD }).map(outcomeOf)).toEqual(["told"]);
    expect(hearer.digests().groups.count).toBe(0);
  });

  it("does not let an ended alert speak for the silenced ones (A21)", () => {
    const [, hearer] = ranOutElsewhere();
    const nowMs = TICK_MS + 6 * MINUTE_MS;
    post(hearer, { ...LASTING, nowMs }, OTHER);
    const [entry] = hearer.fullState().log!;
    const told = { ...entry!, firing: ["ffffffffffffffff"], versionUs: entry!.versionUs + 1 };
    hearer.merge({ log: [told], silences: [silenceOf(OTHER, nowMs)] }, nowMs);
    const decisions = runTicks(hearer, TICK_MS + 10 * MINUTE_MS);
    expect(decisions.map(outcomeOf)).toEqual(["muted"]);
  });

  it("tells the integration that was not told while the other was", () => {
    const settings = settingsOf({}, { receiver: "pair" });
    const [teller] = ranOutElsewhere(settings);
    const { alerts, log } = teller.fullState();
    const late = tenantOf(settings);
    const firing = log!.map((entry) => {
      return entry.index === 0 ? entry : { ...entry, firing: entry.resolved, resolved: [] };
    });
    late.merge({ alerts: alerts!, log: firing }, TICK_MS + 6 * MINUTE_MS);
    const decisions = runTicks(late, TICK_MS + 12 * MINUTE_MS);
    expect(decisions.map(outcomeOf)).toEqual(["told", "all alerts resolved"]);
  });

  it("leaves a tick alone that an owner whose clock is ahead has told already", () => {
    const [teller, hearer] = [tenantOf(settingsOf()), tenantOf(settingsOf())];
    for (const tenant of [teller, hearer]) post(tenant, LASTING, UP);
    runTicks(teller, TICK_MS);
    hearer.merge({ log: teller.fullState().log! }, TICK_MS);
    post(hearer, LASTING, OTHER);
    expect(runTicks(hearer, TICK_MS + SECOND_MS)).toEqual([]);
    expect(runTicks(hearer, TICK_MS + 6 * MINUTE_MS).map(outcomeOf)).toEqual(["new alerts added"]);
  });
});
