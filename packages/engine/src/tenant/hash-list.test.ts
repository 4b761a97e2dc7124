import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { includesHash, inOrder } from "./hash-list.ts";

const hashes = fc.array(fc.string({ unit: fc.constantFrom("0", "1", "a", "b", "f") }));

describe("includesHash()", () => {
  it("finds in a list in order what is in it, and nothing else", () => {
    fc.assert(
      fc.property(hashes, hashes, (list, others) => {
        const ordered = inOrder(list);
        for (const hash of [...list, ...others]) {
          expect(includesHash(ordered, hash)).toBe(list.includes(hash));
        }
      }),
    );
  });

  it("finds nothing in a list that is not there", () => {
    expect(includesHash(undefined, "a")).toBe(false);
  });
});

describe("inOrder()", () => {
  it("gives back the same list if it is in order", () => {
    const list = ["a", "a", "b"];
    expect(inOrder(list)).toBe(list);
    expect(inOrder(["b", "a"])).toEqual(["a", "b"]);
  });
});
