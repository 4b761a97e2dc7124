import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText, hasLabel, labelSetFrom, labelValue, SCANNED_NAMES_MAX } from "./label-set.ts";

/** Names with beginnings in common, of characters whose order differs between UTF-8 and UTF-16. */
const name = fc.string({
  unit: fc.constantFrom("a", "b", "\u{e000}", "\u{ffff}", "\u{1f600}"),
  maxLength: 6,
});

describe("labelValue()", () => {
  it("finds each label of a large set by its name, and no other", () => {
    const names = fc.uniqueArray(name, { minLength: SCANNED_NAMES_MAX + 1, maxLength: 200 });
    fc.assert(
      fc.property(names, fc.array(name), (all, others) => {
        const labels = labelSetFrom(all.map((one) => [one, `value of ${one}`]));
        for (const one of [...all, ...others]) {
          const isThere = all.includes(one);
          expect(labelValue(labels, one)).toBe(isThere ? `value of ${one}` : "");
          expect(hasLabel(labels, one)).toBe(isThere);
        }
      }),
    );
  });

  it("looks at a few names of many", () => {
    const pairs = Array.from({ length: 1_000 }, (_, at) => [`label_${at}`, "v"] as const);
    const labels = labelSetFrom(pairs);
    let readCount = 0;
    const names = new Proxy(labels.names, {
      get: (target, key) => {
        if (key !== "length") readCount += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(labelValue({ ...labels, names }, "label_777")).toBe("v");
    expect(labelValue({ ...labels, names }, "none")).toBe("");
    expect(readCount).toBeLessThanOrEqual(2 * 11);
  });
});

describe("compareText()", () => {
  it("orders as UTF-8 bytes do", () => {
    fc.assert(
      fc.property(name, name, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareText(left, right))).toBe(bytes);
      }),
    );
  });
});
