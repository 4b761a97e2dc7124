import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatGoDuration,
  formatPrometheusDuration,
  parseGoDuration,
  parsePrometheusDuration,
  parseSignedPrometheusDuration,
} from "./index.ts";

describe("parsePrometheusDuration()", () => {
  it("reads what formatPrometheusDuration() prints", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_223_372_036_854 }), (ms) => {
        expect(parsePrometheusDuration(formatPrometheusDuration(ms))).toEqual({ ok: true, ms });
      }),
    );
  });

  it.each([
    { text: "", reason: "it is empty" },
    { text: "1", reason: "a number with a unit is missing" },
    { text: "1m1h", reason: 'unit "h" follows a smaller' },
    { text: "1m1m", reason: 'unit "m" follows a smaller' },
    { text: "1x", reason: 'unit "x" is unknown' },
    { text: "293y", reason: "longer than 292 years" },
  ])("refuses $text with the reason and the wanted form", ({ text, reason }) => {
    const result = parsePrometheusDuration(text);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(reason) as string });
    expect(result).toMatchObject({
      error: expect.stringContaining(JSON.stringify(text)) as string,
    });
    expect(result).toMatchObject({ error: expect.stringContaining('such as "1h30m"') as string });
  });

  it("answers any text without throwing", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof parsePrometheusDuration(text).ok).toBe("boolean");
      }),
    );
  });
});

describe("parseSignedPrometheusDuration()", () => {
  it("takes one minus sign", () => {
    expect(parseSignedPrometheusDuration("-1m")).toEqual({ ok: true, ms: -60_000 });
    expect(parseSignedPrometheusDuration("--1m").ok).toBe(false);
    expect(parseSignedPrometheusDuration("-0")).toEqual({ ok: true, ms: 0 });
  });
});

describe("parseGoDuration()", () => {
  it("reads what formatGoDuration() prints, in all of 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
        expect(parseGoDuration(formatGoDuration(ns))).toEqual({ ok: true, ns });
      }),
    );
  });

  it.each([".", "1.s.", "-", "+", "1h-1m", "1d", " 1s", "1s ", "9223372036854775808ns", "1e3s"])(
    "refuses %j",
    (text) => {
      expect(parseGoDuration(text).ok).toBe(false);
    },
  );

  it("takes microseconds with either letter and adds up repeated units", () => {
    expect(parseGoDuration("1\u00b5s1\u03bcs1us1.5s.5s")).toEqual({ ok: true, ns: 2_000_003_000n });
  });

  it("stays fast for a fraction of many digits", () => {
    const result = parseGoDuration(`0.${"3".repeat(100_000)}s`);
    expect(result).toEqual({ ok: true, ns: 333_333_333n });
  });
});
