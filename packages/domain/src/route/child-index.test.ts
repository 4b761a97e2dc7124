import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteConfig } from "../config/types.ts";
import { matchesAll } from "../matcher/index.ts";
import { labelSetFromRecord, type LabelSet, type MatcherSpec } from "../model/index.ts";
import { INDEXED_COUNT_MIN } from "./child-index.ts";
import { routeConfigOf } from "./fixture.ts";
import { compileRoutes, matchRoutes, type Route } from "./index.ts";

const NAMES = ["a", "b", "c"];
const VALUES = ["", "x", "xy", "xyz", "y1", "y2"];
const PATTERNS = [...VALUES, "x.*", "xy?", "xy[z1]", "x|y1", "y(1|2)", "", "(?i)X", ".+y", "^x."];

const matcher: fc.Arbitrary<MatcherSpec> = fc
  .record({
    type: fc.constantFrom("=" as const, "!=" as const, "=~" as const, "!~" as const),
    name: fc.constantFrom(...NAMES),
    value: fc.nat(),
  })
  .map(({ type, name, value }) => {
    const values = type === "=" || type === "!=" ? VALUES : PATTERNS;
    return { type, name, value: values[value % values.length] ?? "" };
  });

function routeOf(matchers: readonly MatcherSpec[], part: Partial<RouteConfig> = {}): RouteConfig {
  return routeConfigOf({ receiver: "r", matchers, ...part });
}

const child = fc
  .tuple(fc.array(matcher, { maxLength: 3 }), fc.integer({ min: 0, max: 9 }))
  .map(([matchers, often]) => routeOf(matchers, { continue: often > 0 }));
const labels = fc
  .dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES.filter((value) => value !== "")))
  .map(labelSetFromRecord);

/** As `matchRoutes`, asking each child. */
function matchSlowly(route: Route, of: LabelSet): readonly Route[] {
  if (!matchesAll(route.matchers, of)) return [];
  const found: Route[] = [];
  for (const one of route.children) {
    const matching = matchSlowly(one, of);
    found.push(...matching);
    if (matching.length > 0 && !one.continue) break;
  }
  return found.length > 0 ? found : [route];
}

describe("matchRoutes() with many children", () => {
  it("finds the same as asking each, in the same order", () => {
    const many = fc.array(child, { minLength: INDEXED_COUNT_MIN, maxLength: 60 });
    fc.assert(
      fc.property(many, fc.array(labels, { minLength: 5, maxLength: 5 }), (routes, sets) => {
        const root = compileRoutes(routeOf([], { routes }));
        expect(root.childIndex).toBeDefined();
        for (const of of sets) {
          const ids = matchRoutes(root, of).map(({ id }) => id);
          expect(ids).toEqual(matchSlowly(root, of).map(({ id }) => id));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("asks hardly anybody whose expressions begin otherwise", () => {
    const routes = Array.from({ length: 1_000 }, (_, at) =>
      routeOf([{ type: "=~", name: "host", value: `host-${at}-[0-9]+` }]),
    );
    const { childIndex } = compileRoutes(routeOf([], { routes }));
    expect(childIndex?.candidates(labelSetFromRecord({ host: "host-77-1" }))).toEqual([77]);
    expect(childIndex?.candidates(labelSetFromRecord({ other: "host-77-1" }))).toEqual([]);
  });

  it("keeps no index of a few children", () => {
    const routes = Array.from({ length: INDEXED_COUNT_MIN - 1 }, () => routeOf([]));
    expect(compileRoutes(routeOf([], { routes })).childIndex).toBeUndefined();
  });
});
