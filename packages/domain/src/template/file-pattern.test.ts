import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilePattern } from "./file-pattern.ts";

const cases = [
  { pattern: "*.tmpl", yes: ["a.tmpl", ".tmpl", ".hidden.tmpl"], no: ["a.tmp", "x/a.tmpl", ""] },
  { pattern: "a*b*c", yes: ["abc", "axbxbc", "abbcc"], no: ["ab", "abcd", "acb"] },
  { pattern: "**", yes: ["", "abc"], no: ["a/b"] },
  { pattern: "?", yes: ["a", "é", "🔥", "?"], no: ["", "ab", "/"] },
  { pattern: "[a-c]x", yes: ["ax", "cx"], no: ["dx", "x", "-x"] },
  { pattern: "[^a-c]", yes: ["d", "^"], no: ["a", "", "/"] },
  { pattern: "[a-]", yes: undefined, no: [] },
  { pattern: "[]a]", yes: undefined, no: [] },
  { pattern: "[-a]", yes: undefined, no: [] },
  { pattern: "[a", yes: undefined, no: [] },
  { pattern: "[]", yes: undefined, no: [] },
  { pattern: "a\\", yes: undefined, no: [] },
  { pattern: "[\\]\\-a]", yes: ["]", "-", "a"], no: ["\\"] },
  { pattern: "[c-a]", yes: [], no: ["a", "b", "c"] },
  { pattern: "\\*", yes: ["*"], no: ["a"] },
  { pattern: "{a,b}", yes: ["{a,b}"], no: ["a", "b"] },
  { pattern: "a/*", yes: ["a/b"], no: ["a/b/c", "a"] },
  { pattern: "", yes: [""], no: ["a"] },
];

describe("compileFilePattern()", () => {
  it.for(cases)("reads $pattern as Go does", ({ pattern, yes, no }) => {
    const compiled = compileFilePattern(pattern);
    if (yes === undefined) return expect(compiled).toBeUndefined();
    for (const name of yes) expect([name, compiled?.matches(name)]).toEqual([name, true]);
    for (const name of no) expect([name, compiled?.matches(name)]).toEqual([name, false]);
  });

  it("agrees with trying every length of every star", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, name, (stars, text) => {
        expect(compileFilePattern(stars)?.matches(text)).toBe(matchesSlowly(stars, text));
      }),
      { numRuns: 500 },
    );
  });

  it("is done soon whatever a tenant writes", () => {
    const compiled = compileFilePattern(`${"*a".repeat(2000)}b`);
    expect(compiled?.matches("a".repeat(4000))).toBe(false);
  });
});

function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (pattern.startsWith("*")) {
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((tail) =>
      matchesSlowly(rest, tail),
    );
  }
  return (
    text !== "" &&
    (pattern.startsWith("?") || pattern[0] === text[0]) &&
    matchesSlowly(rest, text.slice(1))
  );
}
