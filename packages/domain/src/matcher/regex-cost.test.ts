import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findsEmpty, patternCost, regexProblem } from "./index.ts";
import { regexCost } from "./regex-cost.ts";

describe("regexCost()", () => {
  // Beside each the number of instructions that RE2 makes of it: the estimate is within twice of it.
  it.each([
    { pattern: "abc", made: 5 },
    { pattern: "a{1000}", made: 1002 },
    { pattern: "(a{30}){30}", made: 962 },
    { pattern: "((a{10}){10}){10}", made: 1222 },
    { pattern: "[a-z]{1000}", made: 1002 },
    { pattern: "[[:alpha:]\\]]{70}", made: 72 },
    { pattern: "(?:abc){100}", made: 302 },
    { pattern: "web-[0-9]{1,3}\\.example\\.com|db.*", made: 28 },
  ])("is about what the program of $pattern has", ({ pattern, made }) => {
    const cost = regexCost(pattern);
    expect(cost).toBeGreaterThanOrEqual(made / 2 - 2);
    expect(cost).toBeLessThanOrEqual(made * 4);
  });

  it.each([
    { narrow: "[ab]{900}.*", wide: ".*[ab]{900}" },
    { narrow: "(?:ab){50}", wide: "(?:ab?){50}" },
    { narrow: "[ab]{5,900}", wide: "[ab]{1,5}[ab]{900}" },
    { narrow: "[ab][ab][ab][ab][ab]", wide: ".*[ab][ab][ab][ab]" },
    { narrow: "(?:aa|b)a", wide: "(?:a|aa)(?:b|c){20}" },
    { narrow: "(?:[ab]{200})*", wide: "(?:[ab]{200}.{2,4})*" },
    { narrow: "(?:[ab]{200}.{2,4})?", wide: "(?:x(?:[ab]{200}.{2,4}))+" },
    { narrow: ".*(?:production)", wide: ".*(?:aaaaaaaaaa)" },
    { narrow: ".*abcdefghijklmnop", wide: ".*abababababababab" },
    { narrow: "aaaaaaaaaa.*", wide: ".*AaAaAaAaAa" },
  ])("is far more for $wide, where a value has many beginnings, than for $narrow", (patterns) => {
    expect(regexCost(patterns.wide)).toBeGreaterThan(4 * regexCost(patterns.narrow));
  });

  it("is little for what people write", () => {
    const usual = [
      ".*\\.(?:eu|us)-[a-z]+-[0-9]\\.example\\.com(?::[0-9]+)?",
      "(?:web|db)-[0-9]{1,3}\\..+",
      "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
      "(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?::[0-9]+)?",
      "https?://[^/]+/.*",
    ];
    for (const pattern of usual) expect(regexCost(pattern), pattern).toBeLessThan(700);
  });

  it("is over what a request may have for what was measured to take longest", () => {
    const hostile = [
      ".*a[ab]{160}.*x?",
      ".*\\w{11,105}a.{47,}.*x?",
      "(?:[^x]{227}[^x]{0,168}[^x]{14,77})*",
      "b(\\w{9,299}|aa{18,}|\\w{8,}[^x]*b+b+)+\\w.*x?",
      "[ab](?:a{192}.{7,304})+[ab]b*",
      `.*${"a".repeat(600)}.*x?`,
      `.*${"a?".repeat(300)}x`,
      `.*${"a()".repeat(300)}x`,
      `.*${"a\\x61".repeat(300)}x`,
      `.*\\Q${"a".repeat(600)}\\Ex?`,
      "[ab]*(){1000}a[ab]{10}",
      `(x${"()".repeat(700)})*`,
      `${"(".repeat(900)}x${")".repeat(900)}*`,
      `(?:x${"\\b".repeat(900)})*`,
      "(|)".repeat(600),
      "(()?)".repeat(400),
      `.*(?:${"ab|".repeat(200)}c)x`,
    ];
    for (const pattern of hostile) expect(regexCost(pattern), pattern).toBeGreaterThan(3_000);
  });

  it.each([
    { pattern: "[B-\u{1e942}]", made: 830 },
    { pattern: "[\\x{42}-\\x{1e942}]", made: 830 },
    { pattern: "[^B-\u{1e942}]", made: 830 },
    { pattern: "[A-\\x{0000000001E942}]", made: 830 },
    { pattern: "\\pL", made: 15 },
  ])("is what reading $pattern takes without regard to case", ({ pattern, made }) => {
    for (const flag of ["(?i)", "(?si:x)", "(?m-s:(?i:x))"]) {
      expect(regexCost(flag + pattern.repeat(30))).toBeGreaterThan(30 * made);
    }
    expect(regexCost(pattern.repeat(30))).toBeLessThan(30 * 30);
  });

  it("is within what a request may have for what people write without escapes", () => {
    const listOf = (count: number, name: (at: number) => string): string =>
      Array.from({ length: count }, (_, at) => name(at)).join("|");
    const usual = [
      listOf(100, (at) => `10.0.0.${at}:9100`),
      `(${listOf(60, (at) => `web-${at}.prod.example.com:9100`)})`,
      listOf(60, (at) => `ns-${at}.*`),
      `.*(${listOf(40, (at) => `name${at}`)}).*`,
      ".+@sha256:[0-9a-f]{64}",
      ".{1,100}prod.{0,100}",
      "arn:aws:[a-z0-9-]+:[a-z0-9-]*:\\d{12}:.{1,100}",
    ];
    for (const pattern of usual) expect(regexCost(pattern), pattern).toBeLessThan(2_400);
  });

  it.each(["(", "(a)", "(?:", "a{2}", "|", "()", "a*", "[a]", "(a|b)+"])(
    "reads of many %s no more than is needed to see that they are too much",
    (piece) => {
      const few = regexCost(piece.repeat(10_000), 2_400);
      expect(few).toBeGreaterThan(2_400);
      expect(few).toBe(regexCost(piece.repeat(20_000), 2_400));
    },
  );

  it("stops at a million, however many repetitions there are", () => {
    expect(regexCost("a{1000}".repeat(1_001))).toBe(1_000_000);
  });

  it("is the characters that RE2 reads before it refuses a repetition", () => {
    expect(regexCost("a{1000}b{1001}c{1000}")).toBe(14);
    expect(regexProblem("a{1000}b{1001}")).toContain("invalid repeat count: `{1001}`");
    expect(regexCost("(A{100}){100}")).toBe(13);
    expect(regexCost(`${"\\pL".repeat(60_000)}a{1001}`)).toBe(180_007);
    expect(regexProblem("(A{100}){100}")).toContain("invalid repeat count: `{100}`");
  });

  it("counts groups that are never closed, with what is in them", () => {
    expect(regexCost("(?:".repeat(50_000))).toBe(50_000);
    expect(regexCost("(?:ab".repeat(10))).toBe(30);
  });

  const pieces = ["a", "b", "(", "(?:", ")", "|", "*", "+", "?", "[ab]"].map((text) =>
    fc.constant(text),
  );
  const counts = fc.constantFrom(0, 1, 2, 9, 30, 34, 100, 1_000);
  const repeats = fc.tuple(counts, fc.constantFrom("", ",", ",40", ",1000"));
  const pattern = fc.array(
    fc.oneof(
      ...pieces,
      repeats.map(([count, more]) => `{${count}${more}}`),
    ),
    { maxLength: 14 },
  );
  it("is nothing only for what is free or what RE2 refuses", () => {
    fc.assert(
      fc.property(pattern, (parts) => {
        const text = parts.join("");
        if (/[ab[]/.test(text) && regexCost(text) === 0) {
          expect(regexProblem(text), text).toBeDefined();
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(["(a", "[a", "[]", "[\\]", "\\Q", "\\p{", "(?P<", "{1", ")", "*", "a{999}{0}"])(
    "reads what is made of %s in one pass",
    (piece) => {
      expect(regexCost(piece.repeat(20_000))).toBeGreaterThan(0);
    },
  );
});

describe("patternCost()", () => {
  it("is nothing for texts, lists of texts and a text at the beginning or end", () => {
    const names = Array.from({ length: 30_000 }, (_, at) => `host${at}\\.example`).join("|");
    for (const pattern of ["web", names, "web.*", ".+web", ".*"])
      expect(patternCost(pattern)).toBe(0);
    expect(patternCost("web[0-9]")).toBeGreaterThan(0);
  });
});

it("lists of texts are judged without the engine, as it would", () => {
  expect(regexProblem("a|b|")).toBeUndefined();
  expect(findsEmpty("a|b")).toBe(false);
  expect(findsEmpty("a|b|")).toBe(true);
  expect(findsEmpty("a|b*")).toBe(true);
  expect(findsEmpty("(a|b)")).toBe(false);
  expect(findsEmpty("^(a||b)$")).toBe(true);
  expect(findsEmpty("$|b")).toBe(true);
  expect(regexProblem("^(a|b)$")).toBeUndefined();
  expect(regexProblem(")|(")).toContain("unexpected )");
});
