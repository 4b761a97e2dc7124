import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashFinder, includesHash, inOrder, withoutHashes } from "./hash-list.ts";

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

describe("withoutHashes()", () => {
  it("leaves out of a list in order what is in the other", () => {
    fc.assert(
      fc.property(hashes, hashes, (list, others) => {
        const left = list.toSorted().filter((hash) => !others.includes(hash));
        expect(withoutHashes(list.toSorted(), others.toSorted())).toEqual(left);
      }),
    );
  });
});

describe("HashFinder", () => {
  it("finds what is in the list, however often it is asked", () => {
    const list = Array.from({ length: 600 }, (_, at) => `${at * 2}`).toSorted();
    const finder = new HashFinder(list);
    for (let at = 0; at < 1_300; at += 1) {
      expect(finder.includes(`${at}`)).toBe(at % 2 === 0 && at < 1_200);
    }
  });
});
