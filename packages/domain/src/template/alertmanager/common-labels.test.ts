import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { labelSetFromRecord, type LabelSet } from "../../model/index.ts";
import { CommonLabels } from "./common-labels.ts";

function commonOf(sets: readonly LabelSet[]): LabelSet {
  const common = new CommonLabels();
  for (const set of sets) common.add(set);
  return common.found();
}

/** What it should be, looked up name by name. */
function expected([first, ...others]: readonly Record<string, string>[]): LabelSet {
  const kept = Object.entries(first ?? {}).filter(([name, value]) =>
    others.every((other) => (other[name] ?? "") === value),
  );
  return labelSetFromRecord(Object.fromEntries(kept));
}

/** Names whose elements are counted when they are read. */
function counted(names: readonly string[], onRead: () => void): readonly string[] {
  return new Proxy(names, {
    get: (target, key, receiver): unknown => {
      if (typeof key === "string" && /^\d+$/.test(key)) onRead();
      return Reflect.get(target, key, receiver);
    },
  });
}

describe("CommonLabels", () => {
  it("finds what is equal in all, whether they share a shape or not", () => {
    const names = fc.constantFrom("a", "b", "c", "\u{1f600}", "\uff5e");
    const record = fc.dictionary(names, fc.constantFrom("", "1", "2"));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), (records) => {
        const sets = records.map(labelSetFromRecord);
        expect(commonOf(sets)).toEqual(expected(records));
        const [first] = sets;
        if (first === undefined) return;
        const alike = { names: first.names, values: first.values.map(() => "1") };
        expect(commonOf([first, alike])).toEqual(commonOf([first, structuredClone(alike)]));
      }),
    );
  });

  it("has what is empty in the first and missing in another, but not the other way round", () => {
    const [empty, none] = [labelSetFromRecord({ a: "" }), labelSetFromRecord({})];
    expect(commonOf([empty, none])).toEqual({ names: ["a"], values: [""] });
    expect(commonOf([none, empty])).toEqual({ names: [], values: [] });
  });

  it("reads each name of a set but a few times, however many there are", () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `l${String(at).padStart(4, "0")}`);
    const values = names.map(() => "v");
    let readCount = 0;
    const others = [names.slice(), names.slice(1), names.toSpliced(500, 1)];
    const sets = others.map((of) => ({
      names: counted(of, () => (readCount += 1)),
      values: values.slice(0, of.length),
    }));
    expect(commonOf([{ names, values }, ...sets]).names).toHaveLength(998);
    expect(readCount).toBeLessThan(5 * 3 * names.length);
  });
});
