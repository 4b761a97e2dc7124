import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMatcher, formatMatchers, parseMatcher, parseMatchers } from "./index.ts";
import type { MatcherMode } from "./index.ts";

const MODES: readonly MatcherMode[] = ["classic", "utf8", "fallback"];
/** Texts that come near the syntax more often than random ones. */
const nearMatchers = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", "b:c", "é", "=", "!=", "=~", "!~", ",", "{", "}", '"', "\\", "\\n", "'"),
      fc.constantFrom(" ", "\u00a0", "\n", "(", "[", "x|y", ".*", "\udcff", "\\xff", "\\u00e9"),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));
const name = fc.string({ minLength: 1, unit: "grapheme" });
const spec = fc.record({
  type: fc.constantFrom("=" as const, "!=" as const),
  name,
  value: fc.string({ unit: "grapheme" }),
});

describe("parseMatchers()", () => {
  it("answers any text in any mode without throwing, a refusal with a reason", () => {
    fc.assert(
      fc.property(fc.oneof(nearMatchers, fc.string()), (text) => {
        for (const mode of MODES) {
          const list = parseMatchers(text, mode);
          const single = parseMatcher(text, mode);
          for (const result of [list, single]) {
            expect(result.ok || result.error.length > 10).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads in UTF-8 mode what formatMatchers() prints", () => {
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 4 }), (specs) => {
        const result = parseMatchers(formatMatchers(specs), "utf8");
        expect(result.ok && result.matchers.map(formatMatcher)).toEqual(specs.map(formatMatcher));
      }),
    );
  });

  it("takes time in proportion to the length of the text", () => {
    const long = `a="${"x\\\\".repeat(50_000)}"${" ".repeat(100_000)}`;
    const startMs = performance.now();
    for (const mode of MODES) expect(parseMatchers(long, mode).ok).toBe(true);
    expect(parseMatcher(`a=${" ".repeat(200_000)}x`, "classic").ok).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it("says where, in characters, and what is wanted instead", () => {
    expect(parseMatchers('{é="1", b ! "2"}', "utf8")).toEqual({
      ok: false,
      error:
        '10:11: Cannot parse matchers: "!" must be followed by "=" or "~"; wanted an operator: =, !=, =~ or !~',
    });
    expect(parseMatchers("{a=1", "utf8")).toMatchObject({
      error: '4:4: Cannot parse matchers: the input ends; wanted a comma or the closing "}"',
    });
    expect(parseMatchers("a=1}", "utf8")).toMatchObject({
      error: expect.stringContaining('wanted an opening "{"') as string,
    });
  });

  it("keeps a backslash before a quoted comma in force, as upstream does", () => {
    expect(parseMatchers(String.raw`a="x\,",b="y"`, "classic").ok).toBe(false);
  });
});

describe("parseMatcher()", () => {
  it("takes the old parser's result and says why when the new one refuses", () => {
    const result = parseMatcher(String.raw`a=b\d`, "fallback");
    expect(result).toMatchObject({ ok: true, matcher: { name: "a", value: String.raw`b\d` } });
    expect(result.ok && result.warning).toMatchObject({
      kind: "incompatible",
      suggestion: String.raw`a="b\\d"`,
    });
  });

  it("refuses braces and more than one matcher except in classic mode", () => {
    expect(parseMatcher("{a=b}", "utf8").ok).toBe(false);
    expect(parseMatcher("a=b,c=d", "utf8")).toMatchObject({
      error: expect.stringContaining("it has 2 matchers; wanted one") as string,
    });
    expect(parseMatcher("a=b,c=d", "classic")).toMatchObject({ matcher: { value: "b,c=d" } });
  });

  it("names the regex that RE2 refuses", () => {
    expect(parseMatcher('a=~"x(?=y)"', "fallback")).toMatchObject({
      ok: false,
      error: expect.stringContaining('Cannot compile regex "x(?=y)"') as string,
    });
  });
});
