import { atOnce } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { utf8Steps } from "./utf8.ts";

describe("utf8Steps()", () => {
  it("writes what the texts are in one piece, also beyond ASCII and with half a character", () => {
    const texts = ["", "a\u00e9", "\u{1f600}", "x\ud83d", "", "\n"];
    expect(atOnce(utf8Steps(texts))).toEqual(Buffer.from(texts.join("")));
    expect(atOnce(utf8Steps([]))).toHaveLength(0);
  });

  it("yields sizes that grow with the texts", () => {
    const [small, large] = ["a", "a".repeat(1_000_000)].map((text) => {
      return [...utf8Steps([text])].reduce((sum, size) => sum + size, 0);
    });
    expect(small).toBeLessThan(1);
    expect(large).toBeGreaterThan(100);
  });
});
