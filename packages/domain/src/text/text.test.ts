import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesFromText, quoteGo, textFromBytes, trimSpace, unquoteGo } from "./index.ts";

describe("textFromBytes()", () => {
  it("loses no byte, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...bytesFromText(textFromBytes(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it.each([
    { name: "a stray continuation byte", bytes: [0x61, 0x80], text: "a\udc80" },
    { name: "an overlong slash", bytes: [0xc0, 0xaf], text: "\udcc0\udcaf" },
    { name: "half a character", bytes: [0xe2, 0x82], text: "\udce2\udc82" },
    { name: "a surrogate", bytes: [0xed, 0xa0, 0x80], text: "\udced\udca0\udc80" },
    { name: "a real replacement character", bytes: [0xff, 0xef, 0xbf, 0xbd], text: "\udcff\ufffd" },
  ])("escapes $name and keeps what is valid", ({ bytes, text }) => {
    expect(textFromBytes(Uint8Array.from(bytes))).toBe(text);
  });
});

describe("quoteGo()", () => {
  it("is undone by unquoteGo() for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = textFromBytes(bytes);
        expect(unquoteGo(quoteGo(text))).toBe(text);
      }),
    );
  });

  it("writes what cannot be printed as Go does", () => {
    expect(quoteGo('\u0001\n\t"\\\u00a0\u2028é😀\u{e0001}\udcff')).toBe(
      String.raw`"\x01\n\t\"\\\u00a0\u2028é😀\U000e0001\xff"`,
    );
  });
});

describe("unquoteGo()", () => {
  it.each([
    { name: "no quotes", text: "a" },
    { name: "one quote", text: '"' },
    { name: "a quote inside", text: '"a"b"' },
    { name: "a raw newline", text: '"a\nb"' },
    { name: "a backslash at the end", text: '"a\\"' },
    { name: "an unknown escape", text: String.raw`"\q"` },
    { name: "a single quote escaped", text: String.raw`"\'"` },
    { name: "an octal above a byte", text: String.raw`"\400"` },
    { name: "a short hex escape", text: String.raw`"\x4"` },
    { name: "a surrogate", text: String.raw`"\ud800"` },
    { name: "a code point too high", text: String.raw`"\U00110000"` },
  ])("refuses $name", ({ text }) => {
    expect(unquoteGo(text)).toBeUndefined();
  });

  it("puts characters together from single bytes", () => {
    expect(unquoteGo(String.raw`"\xc3\xa9\101\u00e9"`)).toBe("éAé");
  });
});

describe("trimSpace()", () => {
  it("trims what Go calls white space and nothing else", () => {
    expect(trimSpace("\u0085\u3000\v a \ufeff\u00a0")).toBe("a \ufeff");
  });
});
