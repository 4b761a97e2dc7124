import { describe, expect, it } from "vitest";
import { lowerRune, mapRunes, titleCase, upperRune } from "./title.ts";

describe("titleCase()", () => {
  it.each([
    { name: "lowers the rest", text: "HIGH cpu", title: "High Cpu" },
    { name: "keeps underscores in words", text: "foo_bar", title: "Foo_bar" },
    { name: "raises behind digits", text: "3rd 0x1f", title: "3Rd 0X1f" },
    { name: "lets one apostrophe or dot pass", text: "o'neil foo.bar", title: "O'neil Foo.bar" },
    { name: "ends a word at two dots", text: "foo..bar", title: "Foo..Bar" },
    { name: "ends words at other marks", text: "a-b/c,d", title: "A-B/C,D" },
    { name: "expands", text: "ßa ﬁx ŉb", title: "Ssa Fix ʼNb" },
    { name: "has digraphs in title case", text: "ǆin ǈet", title: "ǅin ǈet" },
    { name: "knows the final sigma", text: "ΟΔΥΣΣΕΥΣ", title: "Οδυσσευς" },
    { name: "leaves Georgian", text: "აბგ", title: "აბგ" },
    { name: "takes each ideograph for a word", text: "日本a한b", title: "日本A한b" },
  ])("$name", ({ text, title }) => {
    expect(titleCase(text)).toBe(title);
  });
});

describe("mapRunes()", () => {
  it("changes characters one by one", () => {
    expect(mapRunes("straße ᾳ ŉ", upperRune)).toBe("STRAßE ᾼ ŉ");
    expect(mapRunes("İ ΑΣ", lowerRune)).toBe("i ας".replace("ς", "σ"));
  });

  it("replaces bytes that are not UTF-8", () => {
    expect(mapRunes("a\udcffb", upperRune)).toBe("A\ufffdB");
  });
});
