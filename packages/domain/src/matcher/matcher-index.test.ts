import fc from "fast-check";
import { expect, test } from "vitest";
import { atOnce } from "@tocsin/foundation";
import { labelSetFromRecord, type MatcherSpec, type MatcherType } from "../model/index.ts";
import { MatcherIndex } from "./matcher-index.ts";
import { compileMatchers, matchesAll } from "./matcher.ts";

const NAMES = ["a", "b", "c"];
const VALUES = ["", "x", "yy"];

const spec: fc.Arbitrary<MatcherSpec> = fc.record({
  type: fc.constantFrom<MatcherType>("=", "!=", "=~", "!~"),
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(...VALUES, "x|yy"),
});
const labels = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom("x", "yy"));

test.each([
  { name: "a few", sizeMax: 8 },
  { name: "many", sizeMax: 40 },
])("MatcherIndex finds of $name lists the same as asking each", ({ sizeMax }) => {
  const lists = fc.array(fc.array(spec, { minLength: 1, maxLength: 3 }), { maxLength: sizeMax });
  fc.assert(
    fc.property(lists, fc.array(fc.nat()), labels, (all, gone, record) => {
      const compiled = all.map((one) => compileMatchers(one));
      const index = new MatcherIndex<number>();
      for (const [at, matchers] of compiled.entries()) index.add(matchers, at);
      const removed = new Set(gone.map((at) => at % Math.max(1, all.length)));
      for (const at of removed) index.delete(compiled[at] ?? [], at);
      const set = labelSetFromRecord(record);
      const wanted = [...compiled.keys()].filter(
        (at) => !removed.has(at) && matchesAll(compiled[at] ?? [], set),
      );
      expect(index.matching(set).sort((a, b) => a - b)).toEqual(wanted);
      expect(atOnce(index.matchingSteps(set)).sort((a, b) => a - b)).toEqual(wanted);
    }),
  );
});

test("MatcherIndex takes steps through as many lists as there are", () => {
  const index = new MatcherIndex<number>();
  const set = labelSetFromRecord({ a: "x" });
  const under = {
    none: compileMatchers([{ type: "!=", name: "b", value: "x" }]),
    value: compileMatchers([{ type: "=", name: "a", value: "x" }]),
  };
  for (let at = 0; at < 200_000; at += 1) {
    index.add(under.none, at);
    index.add(under.value, at);
  }
  expect(atOnce(index.matchingSteps(set))).toHaveLength(400_000);
});
