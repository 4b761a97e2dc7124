import { describe, expect, it } from "vitest";
import { HOUR_MS, post, settingsOf, silenceOf, START_MS, tenantOf } from "../tenant/fixture.ts";
import type { PartialState } from "../peer/state.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { portionsOf, sizeOfMerge } from "./portions.ts";

const HOSTS = Array.from({ length: 30 }, (_, at) => ({ alertname: `A${at % 7}`, host: `h${at}` }));

function filled(): Tenant {
  const tenant = tenantOf();
  post(tenant, { nowMs: START_MS, endsAtMs: START_MS + HOUR_MS }, ...HOSTS);
  for (let at = 0; at < 10; at += 1) {
    const matcherSets = [[{ type: "=~" as const, name: "host", value: `h(${at})[0-9]` }]];
    tenant.merge({ silences: [silenceOf({}, START_MS, { id: `s${at}`, matcherSets })] }, START_MS);
  }
  return tenant;
}

describe("portionsOf()", () => {
  it.each([1, 7, 50, 10_000])("of size %d come to the same state when they are merged", (size) => {
    const source = filled();
    const state = source.fullState();
    const clocks = new Map(state.groups?.map((clock) => [clock.id, clock]));
    const tenant = tenantOf(settingsOf());
    const changes: PartialState[] = [];
    for (const portion of portionsOf(state, size)) {
      changes.push(tenant.merge(portion, START_MS, clocks));
    }
    expect(tenant.digests()).toEqual(source.digests());
    // The clocks came with the alerts, so none was made here.
    expect(changes.flatMap(({ groups }) => groups ?? [])).toEqual(
      expect.arrayContaining([...clocks.values()]),
    );
  });

  it("keep to the size, where a regular expression counts for many alerts", () => {
    const state = filled().fullState();
    const portions = [...portionsOf(state, 42)];
    expect(portions.flatMap(({ silences }) => (silences ? [silences.length] : []))).toEqual([
      2, 2, 2, 2, 2,
    ]);
    expect(portions.filter(({ alerts }) => alerts)).toHaveLength(1);
    expect(sizeOfMerge(state)).toBe(30 + 7 + 10 * 21);
    expect(sizeOfMerge({})).toBe(0);
  });
});
