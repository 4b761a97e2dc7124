import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { compileRegex, findsEmpty, RegexCache, regexProblem } from "./index.ts";
import { literalPrefix } from "./regex-prefix.ts";

/** Patterns in which the shapes with a short way and their near misses are common. */
const pattern = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "-",
      "|",
      ".*",
      ".+",
      ".",
      "\\.",
      "\\\\",
      "\\d",
      "^",
      "$",
      "\n",
      "é",
      "\\-",
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(""));
const CHARS = ["a", "a", "b", "-", "^", "$", ".", "*", "+", "?", "|", "(", ")", "é", "😀"];
/** Patterns that begin with a text, and with what ends it. */
const beginning = fc
  .array(
    fc.constantFrom(
      ...CHARS,
      "(?i)",
      "(?:",
      "(a|b)",
      "[a|b]",
      "[(]",
      "[^)]",
      "[]|]",
      "[[:word:]|]",
      "{2}",
      "{0,1}",
      "\\.",
      "\\|",
      "\\Q",
      "\\E",
      "\\d",
    ),
    { minLength: 2, maxLength: 7 },
  )
  .map((pieces) => pieces.join(""));
const subject = fc
  .array(fc.constantFrom("a", "b", "-", ".", "\\", "\n", "é", "1", "|", "ab"), { maxLength: 6 })
  .map((pieces) => pieces.join(""));

describe("compileRegex()", () => {
  it("answers as RE2 does, also where it takes a short way", () => {
    fc.assert(
      fc.property(pattern, fc.array(subject, { minLength: 5, maxLength: 5 }), (text, subjects) => {
        const result = compileRegex(text);
        const slow = tryRe2(`^(?:${text})$`);
        expect(result.ok).toBe(slow !== undefined);
        if (!result.ok) return;
        expect(subjects.map(result.test)).toEqual(subjects.map((value) => slow?.test(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("answers as RE2 does where it looks at the beginning first", () => {
    const value = fc.string({ unit: fc.constantFrom(...CHARS, "A", "1", "\n"), maxLength: 6 });
    const values = fc.array(value, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(beginning, values, (text, subjects) => {
        const slow = tryRe2(`^(?:${text})$`);
        const result = compileRegex(text);
        if (slow === undefined || !result.ok) return;
        expect(subjects.map(result.test)).toEqual(subjects.map((one) => slow.test(one)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    { name: "a text before a class", of: "host-1[0-9]+", prefix: "host-1" },
    { name: "a text before a group", of: "host(a|b)x", prefix: "host" },
    { name: "a repeated end", of: "hosts?-1", prefix: "host" },
    { name: "a counted end", of: "ab{2}[c]", prefix: "a" },
    { name: "a repeated pair of surrogates", of: "a😀*", prefix: "a" },
    { name: "escaped punctuation", of: "a\\.b\\d", prefix: "a.b" },
    { name: "an anchor", of: "^ab.", prefix: "ab" },
    { name: "whole patterns with a bar between", of: "ab.|cd", prefix: "" },
    { name: "a bar behind a class", of: "ab[(]|cd", prefix: "" },
    { name: "a bar in a class", of: "ab[|)]", prefix: "ab" },
    { name: "a bar in a class with a bracket", of: "ab[^]|)[:word:]|]", prefix: "ab" },
    { name: "a bracket too many", of: "ab)?(c.", prefix: "" },
    { name: "a flag", of: "(?i)ab.", prefix: "" },
    { name: "a flag before what repeats", of: "ab(?i)?", prefix: "" },
    { name: "a quoted stretch", of: "ab\\Q.|\\E", prefix: "" },
  ])("of $name it asks for the beginning $prefix", ({ of, prefix }) => {
    expect(literalPrefix(of)).toBe(prefix);
  });

  it("sees through the anchors that match_re writes out", () => {
    const result = compileRegex("^(?:db-.*)$");
    expect(result.ok && ["db-1", "db-", "xdb-1", "db-\n"].map(result.test)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("matches a value that would take other engines for ever in linear time", () => {
    const result = compileRegex("(a+)+b");
    const startMs = performance.now();
    expect(result.ok && result.test("a".repeat(20_000))).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it("spells Unicode classes for the engine and leaves quoted stretches alone", () => {
    const letters = compileRegex(String.raw`\p{uppercase letter}\P{^greek}\Q\p{x}\E`);
    expect(letters.ok && letters.test("Aω\\p{x}")).toBe(true);
    expect(letters.ok && letters.test("aω\\p{x}")).toBe(false);
  });

  it.each([
    { name: "greek", ok: true },
    { name: "ASCII", ok: true },
    { name: "lc", ok: true },
    { name: "any", ok: true },
    { name: "Dash", ok: false },
    { name: "White_Space", ok: false },
    { name: "Old_Italic", ok: false },
    { name: "Script=Greek", ok: false },
    { name: "", ok: false },
  ])("knows the Unicode class $name as Go does: $ok", ({ name, ok }) => {
    expect(compileRegex(`x\\p{${name}}`).ok).toBe(ok);
  });

  it("refuses a pattern with a byte that is not UTF-8", () => {
    expect(compileRegex("a\udcff*")).toMatchObject({
      ok: false,
      error: expect.stringContaining("not valid UTF-8") as string,
    });
  });
});

describe("findsEmpty()", () => {
  it.each([
    { text: "", empty: true },
    { text: "b|", empty: true },
    { text: "$|b", empty: true },
    { text: "b*", empty: true },
    { text: "b", empty: false },
    { text: ".+", empty: false },
  ])("says $empty for $text", ({ text, empty }) => {
    expect(findsEmpty(text)).toBe(empty);
  });
});

describe("regexProblem()", () => {
  it("refuses a pattern that closes the anchoring group itself", () => {
    expect(regexProblem("a)|(b")).toContain("Cannot compile regex");
    expect(regexProblem("a|b")).toBeUndefined();
    expect(compileRegex("a)|(b").ok).toBe(true);
  });
});

describe("refusals of a regex", () => {
  it.each([
    ["a\\", "trailing backslash at end of expression: ``"],
    ["(?P<", "invalid or unsupported Perl syntax: `(?P`"],
    ["(?<", "invalid or unsupported Perl syntax: `(?<`"],
    ["(?P<1", "invalid named capture: `(?P<1`"],
    ["\\p{Foo}", "invalid character class range: `\\p{Foo}`"],
  ])("of %s have Go's words", (pattern, words) => {
    expect(regexProblem(pattern)).toContain(`error parsing regexp: ${words}; wanted`);
  });
});

describe("RegexCache", () => {
  it("gives the same result for the same pattern and stays bounded", () => {
    const cache = new RegexCache(10);
    const first = cache.compile("a.*b");
    expect(cache.compile("a.*b")).toBe(first);
    for (let at = 0; at < 100; at += 1) cache.compile(`x${at}`);
    expect(cache.size).toBeLessThanOrEqual(20);
    expect(cache.compile("a.*b")).not.toBe(first);
  });

  it("keeps what is used while others come and go", () => {
    const cache = new RegexCache(10);
    const first = cache.compile("a.*b");
    for (let at = 0; at < 100; at += 1) {
      cache.compile(`x${at}`);
      expect(cache.compile("a.*b")).toBe(first);
    }
  });
});

function tryRe2(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch {
    return undefined;
  }
}

describe("Regex.steps", () => {
  it("counts what looking for a text takes, and nothing where it stands at an end", () => {
    const stepsOf = (pattern: string): number => {
      const regex = compileRegex(pattern);
      return regex.ok ? regex.steps : Number.NaN;
    };
    const text = "a".repeat(800);
    expect([text, `${text}.*`, `.+${text}`, `(${text}|b)`].map(stepsOf)).toEqual([0, 0, 0, 0]);
    expect([`.*${text}.*`, `.+${text}.*`, `^(.*${text}.+)$`].map(stepsOf)).toEqual([100, 100, 100]);
    expect(stepsOf(`.*${"a".repeat(100_000)}.*`)).toBe(512);
  });
});
