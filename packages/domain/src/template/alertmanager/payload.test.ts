import { describe, expect, it } from "vitest";
import { payloadToJson, renderPayload, type PayloadValue } from "./payload.ts";

type Input = Parameters<typeof renderPayload>[0];

/** A renderer that replaces `$x` and fails on `!`. */
function play(value: Input): PayloadValue | string {
  const result = renderPayload(value, (text) => {
    if (text !== "!") return { ok: true, text: text.replaceAll("$x", "7"), raw: "" };
    const problem = { stage: "exec", message: "no", file: "", line: 1, column: 0, at: "" } as const;
    return { ok: false, problem: { ...problem, limit: undefined } };
  });
  return result.ok ? result.value : result.problem.message;
}

describe("renderPayload()", () => {
  it.each<{ name: string; text: string; value: unknown }>([
    { name: "a number", text: "$x", value: 7 },
    {
      name: "a list in brackets, and nothing behind it",
      text: "[FIRING:$x] Disk",
      value: ["FIRING:7"],
    },
    { name: "brackets in quotes", text: "['a]', \"b]\", c#d] rest", value: ["a]", "b]", "c#d"] },
    { name: "a comment in brackets", text: "[a, # ]\n b] c", value: ["a", "b"] },
    { name: "two colons as text", text: "Alert: a: b", value: "Alert: a: b" },
    { name: "a quoted text with its quotes", text: '"a"', value: '"a"' },
    { name: "nothing as null", text: "", value: null },
    { name: "an open bracket as text", text: "[a", value: "[a" },
  ])("reads $name", ({ text, value }) => {
    expect(play(text)).toEqual(value);
  });

  it("renders keys, keeps values that are no texts and drops keys that are none", () => {
    const value = new Map<string | number, Input>([
      ["k$x", ["$x", 1.5, true, null]],
      [1, "gone"],
    ]);
    expect(play(value)).toEqual(new Map([["k7", [7, 1.5, true, null]]]));
  });

  it("fails when a text fails", () => {
    expect(play(["fine", new Map([["a", "!"]])])).toBe("no");
  });
});

describe("payloadToJson()", () => {
  it("sorts keys, escapes as Go and keeps large integers", () => {
    const value = new Map<string, PayloadValue>([
      ["b", "<&>"],
      ["a", 2n ** 63n],
    ]);
    expect(payloadToJson(value)).toEqual({
      ok: true,
      json: '{"a":9223372036854775808,"b":"\\u003c\\u0026\\u003e"}',
    });
  });

  it("refuses what JSON has no number for", () => {
    expect(payloadToJson([Number.POSITIVE_INFINITY])).toEqual({
      ok: false,
      reason: "json: unsupported value: +Inf",
    });
  });
});
