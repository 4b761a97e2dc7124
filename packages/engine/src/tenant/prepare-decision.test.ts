import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import { describe, expect, it } from "vitest";
import { MINUTE_MS, post, settingsOf, silenceOf, START_MS, tenantOf } from "./fixture.ts";
import type { Tenant } from "./tenant.ts";

const NOW_MS = START_MS + MINUTE_MS;
const HOSTS = ["h1", "h2", "h3", "other"];

function silencing(tenant: Tenant, id: string, value: string): void {
  const matcherSets = [[{ type: "=~" as const, name: "host", value }]];
  tenant.merge({ silences: [silenceOf({}, START_MS, { id, matcherSets })] }, START_MS);
}

/** A tenant with one group that is due. */
function withGroup(): { tenant: Tenant; groupId: string; told: () => unknown } {
  const tenant = tenantOf();
  post(tenant, START_MS, ...HOSTS.map((host) => ({ alertname: "X", host })));
  const [flush] = tenant.takeDue(NOW_MS).flushes;
  const [key] = flush?.keys ?? [];
  if (flush === undefined || key === undefined) throw new Error("Nothing is due");
  const { groupId, tickMs } = flush;
  const told = (): unknown => {
    const asked = { groupId, key: key.key, tickMs, nowMs: NOW_MS, heard: ALWAYS_HEARD };
    const decision = tenant.decide(asked);
    if (decision.kind !== "send") return decision;
    return decision.job.alerts.map(({ record }) => record.values.at(-1) ?? "").toSorted();
  };
  return { tenant, groupId, told };
}

describe("Tenant.prepareDecision()", () => {
  it("takes a step for each alert, whose size is the work of its silences, and none again", () => {
    const { tenant, groupId, told } = withGroup();
    const steps = (): number[] => [...tenant.prepareDecision(groupId, NOW_MS)];
    expect(steps()).toEqual([]);
    silencing(tenant, "small", "(h)[0-9]x");
    const small = steps();
    expect(small).toHaveLength(HOSTS.length);
    expect(steps()).toEqual([]);
    silencing(tenant, "large", "(h)[1-2]{500}");
    const large = steps();
    expect(large).toHaveLength(HOSTS.length);
    expect(large.every((size, at) => size > 30 * (small[at] ?? 0))).toBe(true);
    expect(told()).toEqual([...HOSTS].toSorted());
  });

  it("hashes alerts with many labels one by one, and none again", () => {
    const { tenant, groupId } = withGroup();
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`l${at}`, "value"]));
    post(tenant, START_MS, { alertname: "X", ...many }, { alertname: "X", ...many, host: "h1" });
    const sizes = [...tenant.prepareDecision(groupId, NOW_MS)];
    expect(sizes).toHaveLength(2);
    for (const size of sizes) expect(size).toBeGreaterThan(5);
    expect([...tenant.prepareDecision(groupId, NOW_MS)]).toEqual([]);
  });

  it("asks silences one by one about an alert of which each is long work, as do readers", () => {
    const { tenant, groupId, told } = withGroup();
    const long = "ab".repeat(4_000);
    post(tenant, START_MS, { alertname: "X", host: long });
    const patterns = [1, 2, 3].map((at) => `.*a[ab]{${at}}.*x?`);
    for (const pattern of patterns) silencing(tenant, pattern, pattern);
    const sizes = [...tenant.prepareDecision(groupId, NOW_MS)];
    // The long one is hashed in a step of its own, too.
    expect(sizes).toHaveLength(HOSTS.length + patterns.length + 2);
    expect([...tenant.prepareAlerts()].length).toBe(1);
    silencing(tenant, "one more", ".*b[ab]{100}.*x?");
    silencing(tenant, "and one", ".*b[ab]{120}.*x?");
    const steps = tenant.prepareAlerts();
    steps.next();
    const works = [...steps];
    expect(works.filter((work) => work > 500_000)).toHaveLength(2);
    expect([...tenant.alerts(NOW_MS)].map(({ silencedBy }) => silencedBy.length)).toContain(5);
    expect([...tenant.prepareAlerts()]).toHaveLength(1);
    expect(told()).toEqual([...HOSTS].toSorted());
  });

  it("takes steps for many matchers without regular expressions, as do readers, and none again", () => {
    const { tenant, groupId, told } = withGroup();
    const steps = (): number[] => [...tenant.prepareDecision(groupId, NOW_MS)];
    const matchers = Array.from({ length: 98 }, (_, at) => ({
      type: "!=" as const,
      name: `l${at}`,
      value: "x",
    }));
    const silences = (prefix: string, type: "=" | "!=", count: number): void => {
      const set = [...(count === 1 ? [] : matchers), { type, name: "host", value: "h1" }];
      for (let at = 0; at < count; at += 1) {
        const silence = silenceOf({}, START_MS, { id: `${prefix}${at}`, matcherSets: [set] });
        tenant.merge({ silences: [silence] }, START_MS);
      }
    };
    silences("few", "!=", 1);
    expect(steps()).toEqual([]);
    silences("many", "!=", 400);
    expect(Math.min(...steps())).toBeGreaterThan(0);
    expect(steps()).toEqual([]);
    post(tenant, NOW_MS, ...HOSTS.map((host) => ({ alertname: "X", host })));
    expect(steps()).toEqual([]);
    expect([...tenant.prepareAlerts()]).toHaveLength(1);
    expect(told()).toEqual(["h1"]);
    post(tenant, NOW_MS, { alertname: "X", host: "new" });
    const [, ...works] = tenant.prepareAlerts();
    expect(works.length).toBeGreaterThan(0);
    expect(works.reduce((sum, work) => sum + work, 0)).toBeGreaterThan(400 * 98);
    silences("one more", "=", 1);
    expect([...tenant.prepareAlerts()]).toHaveLength(1);
    expect(told()).toMatchObject({ kind: "nothing", why: "muted" });
  });

  it("answers as of its beginning when a silence comes between two of its steps", () => {
    const { tenant } = withGroup();
    post(tenant, START_MS, { alertname: "X", host: "ab".repeat(4_000) });
    for (const at of [100, 110]) silencing(tenant, `s${at}`, `.*a[ab]{${at}}.*x?`);
    let stepCount = 0;
    for (const _ of tenant.prepareAlerts()) {
      stepCount += 1;
      if (stepCount === 2) silencing(tenant, "late", "a.*");
    }
    expect(stepCount).toBeGreaterThan(2);
    const silenced = [...tenant.alerts(NOW_MS)].flatMap(({ silencedBy }) => silencedBy);
    expect(silenced).toEqual(["late", "s100", "s110"]);
  });

  it("changes no decision, be silences and alerts new since or not", () => {
    const { tenant, groupId, told } = withGroup();
    silencing(tenant, "first", "(h)[12]");
    for (const _ of tenant.prepareDecision(groupId, NOW_MS));
    expect(told()).toEqual(["h3", "other"]);
    silencing(tenant, "second", "(h)3");
    expect(told()).toEqual(["other"]);
    post(tenant, NOW_MS, { alertname: "X", host: "h2" }, { alertname: "X", host: "new" });
    expect(told()).toEqual(["new", "other"]);
  });

  it("works out once what many rules inhibit, until a source comes or ends", () => {
    const { tenant, groupId, told } = withGroup();
    const steps = (): number => [...tenant.prepareDecision(groupId, NOW_MS)].length;
    const rule = (at: number) => ({
      name: "",
      sourceMatchers: [{ type: "=" as const, name: "down", value: `${at}` }],
      targetMatchers: [{ type: "!=" as const, name: "host", value: `h${at}` }],
      equal: ["host"],
    });
    const inhibitRules = Array.from({ length: 100 }, (_, at) => rule(at));
    tenant.setSettings(settingsOf({ inhibitRules }), NOW_MS);
    expect(steps()).toBe(0);
    post(tenant, NOW_MS, { alertname: "Y", down: "1", host: "h1" });
    post(tenant, NOW_MS, { alertname: "Y", down: "1", host: "h2" });
    expect(steps()).toBe(HOSTS.length);
    expect(steps()).toBe(0);
    expect(told()).toEqual(["h1", "h3", "other"]);
    post(tenant, NOW_MS, { alertname: "Y", down: "2", host: "other" });
    expect(told()).toEqual(["h1", "h3"]);
    expect(steps()).toBe(HOSTS.length);
    tenant.setSettings(settingsOf(), NOW_MS);
    expect(told()).toEqual([...HOSTS].toSorted());
  });

  it("hashes the alerts of a large group ahead", () => {
    const { tenant, groupId } = withGroup();
    expect([...tenant.prepareDecision(groupId, NOW_MS)]).toEqual([]);
    const hosts = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    post(tenant, NOW_MS, ...hosts.map((host) => ({ alertname: "X", host })));
    const stepCount = [...tenant.prepareDecision(groupId, NOW_MS)].length;
    expect(stepCount).toBe(HOSTS.length + hosts.length);
    expect([...tenant.prepareDecision(groupId, NOW_MS)]).toEqual([]);
  });

  it("has nothing to prepare for a group that is no more", () => {
    const { tenant } = withGroup();
    expect([...tenant.prepareDecision("none", NOW_MS)]).toEqual([]);
  });
});
