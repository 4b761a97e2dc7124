import { describe, expect, it } from "vitest";
import { goJsonText } from "./go-json.ts";

describe("goJsonText()", () => {
  const cases = [
    { name: "plain text", text: "Größe ☃ 😀", want: '"Größe ☃ 😀"' },
    { name: "quotes and slashes", text: `a"b\\c/d'`, want: String.raw`"a\"b\\c/d'"` },
    { name: "HTML", text: "<a>&", want: String.raw`"\u003ca\u003e\u0026"` },
    {
      name: "control characters",
      text: "\b\f\n\r\t\0\x1f\x7f",
      want: '"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"',
    },
    { name: "line separators", text: "\u2028\u2029", want: String.raw`"\u2028\u2029"` },
    { name: "half a surrogate pair", text: "a\ud800b", want: '"a\ufffdb"' },
  ];
  it.for(cases)("writes $name as Go does", ({ text, want }) => {
    expect(goJsonText(text)).toBe(want);
  });
});
