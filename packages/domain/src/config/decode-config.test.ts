import { describe, expect, it } from "vitest";
import { decodeConfig } from "./decode-config.ts";
import { configRefusal } from "./words/config-words.ts";

function refusalOf(bytes: readonly number[], before = ""): unknown {
  const decoded = decodeConfig(Uint8Array.of(...new TextEncoder().encode(before), ...bytes));
  return decoded.ok ? decoded.text : configRefusal([decoded.problem]);
}

describe("decodeConfig()", () => {
  it("takes UTF-8, with a mark or without, and UTF-16 with one", () => {
    expect(decodeConfig(new TextEncoder().encode("é€😀"))).toEqual({ ok: true, text: "é€😀" });
    expect(refusalOf([0xef, 0xbb, 0xbf, 0x61])).toBe("a");
    expect(refusalOf([0xff, 0xfe, 0x61, 0])).toBe("a");
    expect(refusalOf([0xfe, 0xff, 0, 0x61])).toBe("a");
  });

  it("names line, column and byte of the first fault", () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode("# é\r\na: €"), 0xff, 0x0a, 0xfe);
    expect(decodeConfig(bytes)).toMatchObject({
      ok: false,
      problem: {
        message: "Cannot read the configuration: its bytes are not valid UTF-8 (0xff at byte 12)",
        line: 2,
        column: 5,
      },
    });
  });

  it.each([
    { name: "a byte that begins nothing", bytes: [0xff], words: "invalid leading UTF-8 octet" },
    { name: "a byte that goes on", bytes: [0x80], words: "invalid leading UTF-8 octet" },
    { name: "a cut character", bytes: [0xe2, 0x82], words: "incomplete UTF-8 octet sequence" },
    { name: "a broken one", bytes: [0xe2, 0x28, 0xa1], words: "invalid trailing UTF-8 octet" },
    { name: "a long form", bytes: [0xc0, 0x80], words: "invalid length of a UTF-8 sequence" },
    { name: "half a pair", bytes: [0xed, 0xa0, 0x80], words: "invalid Unicode character" },
    { name: "too large", bytes: [0xf4, 0x90, 0x80, 0x80], words: "invalid Unicode character" },
  ])("refuses $name in upstream's words", ({ bytes, words }) => {
    expect(refusalOf(bytes, "€: é\n")).toBe(`yaml: ${words}`);
  });
});
