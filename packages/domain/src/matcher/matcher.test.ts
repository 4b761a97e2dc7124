import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelSetFromRecord, type MatcherSpec } from "../model/index.ts";
import {
  compareMatchers,
  compileMatcher,
  compileMatchers,
  matchesAll,
  MatcherIndex,
} from "./index.ts";

const word = fc.constantFrom("", "a", "b", "ab");
const spec: fc.Arbitrary<MatcherSpec> = fc.record({
  type: fc.constantFrom("=" as const, "!=" as const, "=~" as const, "!~" as const),
  name: fc.constantFrom("x", "y", "z"),
  value: fc.oneof(word, fc.constantFrom("a|b", "a.*", ".+")),
});
const labels = fc.dictionary(fc.constantFrom("x", "y", "z"), word).map(labelSetFromRecord);

describe("compileMatcher()", () => {
  it("throws with the regex in the message for one that RE2 refuses", () => {
    expect(() => compileMatcher({ type: "=~", name: "a", value: "(" })).toThrow('regex "("');
  });

  it("asks a missing label as the empty string", () => {
    const [absent, present] = compileMatchers([
      { type: "=", name: "a", value: "" },
      { type: "!=", name: "a", value: "" },
    ]);
    expect(absent?.matches("")).toBe(true);
    expect(matchesAll(present === undefined ? [] : [present], labelSetFromRecord({}))).toBe(false);
  });
});

describe("compareMatchers()", () => {
  it("orders by name, then value, then type", () => {
    const list: MatcherSpec[] = [
      { type: "!~", name: "a", value: "1" },
      { type: "=", name: "b", value: "0" },
      { type: "=", name: "a", value: "2" },
      { type: "=", name: "a", value: "1" },
    ];
    const sorted = list
      .toSorted(compareMatchers)
      .map(({ type, name, value }) => name + type + value);
    expect(sorted).toEqual(["a=1", "a!~1", "a=2", "b=0"]);
  });
});

describe("MatcherIndex", () => {
  it("finds what asking every list finds, after any additions and removals", () => {
    const lists = fc.array(fc.tuple(fc.array(spec, { maxLength: 3 }), fc.boolean()), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(lists, fc.array(labels, { maxLength: 6 }), (added, asked) => {
        const index = new MatcherIndex<number>();
        const compiled = added.map(([specs, stays]) => ({
          matchers: compileMatchers(specs),
          stays,
        }));
        for (const [item, { matchers }] of compiled.entries()) index.add(matchers, item);
        for (const [item, { matchers, stays }] of compiled.entries()) {
          if (!stays) index.delete(matchers, item);
        }
        for (const set of asked) {
          const scanned = compiled.flatMap(({ matchers, stays }, item) =>
            stays && matchesAll(matchers, set) ? [item] : [],
          );
          expect(index.matching(set).sort((a, b) => a - b)).toEqual(scanned);
        }
      }),
      { numRuns: 300 },
    );
  });
});
