import { describe, expect, it } from "vitest";
import { parseQuery } from "./query-text.ts";

describe("parseQuery()", () => {
  it.each([
    { text: "a=b&a=c&d", name: "a", values: ["b", "c"] },
    { text: "a=b&a=c&d", name: "d", values: [""] },
    { text: "a=%C3%A9+x%2By&b", name: "a", values: ["é x+y"] },
    { text: "%C3%A9=1", name: "é", values: ["1"] },
    { text: "a=1;b=2&a=%zz&a=%&&a=3=4", name: "a", values: ["3=4"] },
    { text: "a=x%FFy", name: "a", values: ["x\udcffy"] },
    { text: "a=%EF%BF%BD%C3%28", name: "a", values: ["\ufffd\udcc3("] },
    { text: "", name: "a", values: [] },
  ])("finds of $name in $text $values", ({ text, name, values }) => {
    const query = parseQuery(text);
    expect(query.getAll(name)).toEqual(values);
    expect(query.get(name)).toBe(values[0] ?? null);
  });
});
