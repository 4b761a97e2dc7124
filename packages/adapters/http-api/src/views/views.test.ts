import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonList, jsonText, jsonTexts, LabelPrinter } from "./json-text.ts";
import { TimePrinter } from "./time-text.ts";

describe("jsonText()", () => {
  it("is JSON for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(jsonText(text))).toBe(text);
      }),
    );
    for (const text of ['"', "\\", "\n", "\u0000", "\u2028", "\ud800", "😀", "\u0085"]) {
      expect(JSON.parse(jsonText(text))).toBe(text);
    }
  });

  it("jsonTexts() and jsonList() make lists of any length", () => {
    expect([jsonTexts([]), jsonTexts(["a", '"'])]).toEqual(["[]", '["a","\\""]']);
    expect([[...jsonList([])].join(""), [...jsonList(["1", "2"])].join("")]).toEqual([
      "[]",
      "[1,2]",
    ]);
  });
});

describe("LabelPrinter", () => {
  it("prints sets of one shape and of others", () => {
    const printer = new LabelPrinter();
    const names = ["a", 'q"'];
    expect(printer.print({ names, values: ["1", "2"] })).toBe('{"a":"1","q\\"":"2"}');
    expect(printer.print({ names, values: ["3", "\n"] })).toBe('{"a":"3","q\\"":"\\n"}');
    expect(printer.print({ names: [], values: [] })).toBe("{}");
  });
});

describe("TimePrinter", () => {
  it("prints any time as ISO 8601 in UTC does", () => {
    const times = new TimePrinter();
    const range = { min: Date.UTC(1970, 0) - 6e13, max: Date.UTC(9999, 11, 31) };
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        expect(times.millis(ms)).toBe(new Date(ms).toISOString());
      }),
    );
  });

  it("shows the sender's zone", () => {
    const times = new TimePrinter();
    const ms = Date.UTC(2026, 0, 1, 23, 30);
    expect(times.millis(ms, 120)).toBe("2026-01-02T01:30:00.000+02:00");
    expect(times.millis(ms, -210)).toBe("2026-01-01T20:00:00.000-03:30");
  });

  it("trimmed() leaves out zeros at the end", () => {
    const times = new TimePrinter();
    expect(times.trimmed(1_000)).toBe("1970-01-01T00:00:01Z");
    expect(times.trimmed(1_500)).toBe("1970-01-01T00:00:01.5Z");
    expect(times.trimmed(1_000, 7)).toBe("1970-01-01T00:00:01.000000007Z");
  });
});
