import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteConfig } from "../config/types.ts";
import { RegexCache } from "../matcher/index.ts";
import { labelSetFromRecord, type GroupKey } from "../model/index.ts";
import { compileRoutes, groupKey, groupLabels, logKey, matchRoutes, walkRoutes } from "./index.ts";
import { routeConfigOf } from "./fixture.ts";

describe("compileRoutes()", () => {
  it("gives siblings with equal matchers one key and two IDs", () => {
    const matchers = [{ type: "=", name: "a", value: "1" }] as const;
    const root = compileRoutes(
      routeConfigOf({ routes: [routeConfigOf({ matchers }), routeConfigOf({ matchers })] }),
    );
    expect(root.children.map(({ key, id, idx }) => [key, id, idx])).toEqual([
      ['{}/{a="1"}', '{}/{a="1"}/0', 0],
      ['{}/{a="1"}', '{}/{a="1"}/1', 1],
    ]);
    expect(root.idx).toBe(2);
  });

  it("fills in the root's defaults and inherits all but matchers, continue and time intervals", () => {
    const child = routeConfigOf({ receiver: undefined, continue: true });
    const root = compileRoutes(
      routeConfigOf({
        groupBy: ["b", "a", "b"],
        groupWaitMs: 1,
        muteTimeIntervals: ["night"],
        labels: { team: "x" },
        routes: [child],
      }),
    );
    const [inherited] = root.children;
    expect(root).toMatchObject({ groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 });
    expect(inherited).toMatchObject({
      receiver: "hub",
      groupBy: ["a", "b"],
      groupWaitMs: 1,
      groupIntervalMs: 300_000,
      muteTimeIntervals: [],
      labels: { team: "x" },
      parent: root,
    });
  });

  it("compiles a regex once for all tenants that share the cache", () => {
    const cache = new RegexCache();
    const matchers = [{ type: "=~", name: "a", value: "x[0-9]" }] as const;
    compileRoutes(routeConfigOf({ routes: [routeConfigOf({ matchers })] }), cache);
    compileRoutes(routeConfigOf({ routes: [routeConfigOf({ matchers })] }), cache);
    expect(cache.size).toBe(1);
  });
});

describe("matchRoutes()", () => {
  it("goes on after a child with continue and takes the parent only if no child matches", () => {
    const child = (name: string, goesOn: boolean): RouteConfig =>
      routeConfigOf({
        receiver: name,
        continue: goesOn,
        matchers: [{ type: "=", name: "a", value: "1" }],
      });
    const root = compileRoutes(
      routeConfigOf({ routes: [child("one", true), child("two", false), child("three", true)] }),
    );
    const receivers = (a: string): string[] =>
      matchRoutes(root, labelSetFromRecord({ a })).map((route) => route.receiver);
    expect(receivers("1")).toEqual(["one", "two"]);
    expect(receivers("2")).toEqual(["hub"]);
    expect([...walkRoutes(root)].map((route) => route.receiver)).toEqual([
      "hub",
      "one",
      "two",
      "three",
    ]);
  });
});

describe("groupLabels()", () => {
  it("takes only labels that the alert has, or all of them", () => {
    const labels = labelSetFromRecord({ a: "1", c: "3" });
    const some = compileRoutes(routeConfigOf({ groupBy: ["a", "b"] }));
    const all = compileRoutes(routeConfigOf({ groupByAll: true }));
    expect(groupKey(some, groupLabels(some, labels))).toBe('{}:{a="1"}');
    expect(groupKey(all, groupLabels(all, labels))).toBe('{}:{a="1", c="3"}');
  });
});

describe("logKey()", () => {
  it("is different for different groups, receivers, integrations and indexes", () => {
    const part = fc.stringMatching(/^[ab:/0%{}]{0,4}$/);
    const parts = fc.record({
      groupKey: part.map((text) => `${text}}` as GroupKey), // As all of them end.
      receiver: part,
      integration: fc.constantFrom("webhook", "email"),
      index: fc.nat({ max: 11 }),
    });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(logKey(one) === logKey(other)).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});
