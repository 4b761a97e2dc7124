import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
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

describe("MatcherIndex.workOf()", () => {
  const plain = (count: number): MatcherSpec[] =>
    Array.from({ length: count }, (_, at) => ({ type: "!=", name: `n${at}`, value: "x" }));
  const filled = (count: number, list: (at: number) => readonly MatcherSpec[]) => {
    const index = new MatcherIndex<number>();
    for (let at = 0; at < count; at += 1) index.add(compileMatchers(list(at)), at);
    return index;
  };
  const set = labelSetFromRecord({ a: "x", b: "yy" });

  it("counts nothing while a few matchers are asked", () => {
    expect(filled(8, () => plain(8)).workOf(set)).toBe(0);
  });

  it("counts matchers without regular expressions, about as the steps do", () => {
    const index = filled(100, () => plain(50));
    const work = index.workOf(set);
    expect(work).toBeGreaterThan(100 * 50 * 10);
    const steps = [...index.matchingSteps(set)];
    expect(steps).toHaveLength(100);
    const sum = steps.reduce((one, other) => one + other, 0);
    expect(Math.abs(work - sum)).toBeLessThan(sum / 10);
  });

  it("counts only lists that the labels are held against, and none that is gone", () => {
    const list = (at: number): MatcherSpec[] => [
      { type: "=", name: "a", value: at < 100 ? "x" : `other-${at}` },
      ...plain(10),
    ];
    const index = filled(1_000, list);
    expect(index.workOf(set)).toBe(filled(100, list).workOf(set));
    expect(index.workOf(labelSetFromRecord({ b: "x" }))).toBe(0);
    for (let at = 0; at < 1_000; at += 1) index.delete(compileMatchers(list(at)), at);
    expect(index.workOf(set)).toBe(0);
  });

  it("counts more for more labels and for longer names", () => {
    const many = labelSetFromRecord(Object.fromEntries(plain(60).map(({ name }) => [name, "v"])));
    const index = filled(100, () => plain(50));
    expect(index.workOf(many)).toBeGreaterThan(2 * index.workOf(set));
    const long = filled(100, () =>
      plain(50).map((one) => ({ ...one, name: one.name.repeat(100) })),
    );
    expect(long.workOf(set)).toBeGreaterThan(2 * index.workOf(set));
  });
});
