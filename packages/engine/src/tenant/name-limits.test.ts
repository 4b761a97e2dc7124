import { describe, expect, it } from "vitest";
import { MINUTE_MS, post, recordOf, settingsOf, sharedOf, START_MS, TENANT } from "./fixture.ts";
import { Tenant } from "./tenant.ts";

const named = (instance: string): { alertname: string; instance: string } => ({
  alertname: "Up",
  instance,
});

/** A tenant that may have two alerts of a name, and the names that were turned away. */
function limited(): { tenant: Tenant; refused: string[]; held: () => string[] } {
  const refused: string[] = [];
  const onLimited = (name: string): void => void refused.push(name);
  const tenant = new Tenant(TENANT, { ...sharedOf(), nameLimit: { countMax: 2, onLimited } });
  tenant.setSettings(settingsOf(), START_MS);
  const held = (): string[] =>
    (tenant.fullState().alerts ?? []).map(({ values }) => values.join(" ")).toSorted();
  return { tenant, refused, held };
}

describe("NameLimits", () => {
  it("stores no more firing alerts of one name than it may, and as many of another", () => {
    const { tenant, refused, held } = limited();
    post(tenant, START_MS, named("a"), named("b"), named("c"), { alertname: "Down" });
    expect(held()).toEqual(["Down", "Up a", "Up b"]);
    expect(refused).toEqual(["Up"]);
    expect(tenant.digests().groups.count).toBe(2);
  });

  it("lets what is stored be sent again, ended and fired again", () => {
    const { tenant, refused } = limited();
    post(tenant, START_MS, named("a"), named("b"));
    post(tenant, START_MS + 1_000, named("a"));
    post(tenant, { nowMs: START_MS + 2_000, endsAtMs: START_MS + 2_000 }, named("a"));
    post(tenant, START_MS + 3_000, named("a"));
    expect(refused).toEqual([]);
  });

  it("gives the place of an ended alert to the next, and then the ended one has none", () => {
    const { tenant, refused, held } = limited();
    post(tenant, START_MS, named("a"), named("b"));
    post(tenant, { nowMs: START_MS + 1_000, endsAtMs: START_MS + 1_000 }, named("a"));
    post(tenant, START_MS + 2_000, named("c"));
    expect(held()).toEqual(["Up a", "Up b", "Up c"]);
    post(tenant, START_MS + 3_000, named("a"));
    expect(refused).toEqual(["Up"]);
  });

  it("counts what other owners bring and stores it whatever the limit", () => {
    const { tenant, refused, held } = limited();
    const alerts = ["a", "b", "c"].map((instance) => recordOf(named(instance), START_MS));
    tenant.merge({ alerts }, START_MS);
    expect(held()).toHaveLength(3);
    post(tenant, START_MS + 1_000, named("c"), named("d"));
    expect(held()).toHaveLength(3);
    expect(refused).toEqual(["Up"]);
  });

  it("forgets a name of which nothing runs any more", () => {
    const { tenant, refused } = limited();
    post(tenant, START_MS, named("a"), named("b"));
    tenant.collectGarbage(START_MS + 6 * MINUTE_MS);
    post(tenant, START_MS + 6 * MINUTE_MS, named("c"), named("d"));
    expect(refused).toEqual([]);
  });
});
