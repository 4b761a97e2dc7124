import { deflateRawSync, gzipSync, gunzipSync, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { deflateSizeFor } from "./deflate-size.ts";

describe("deflateSizeFor()", () => {
  it("packs texts of every size as well as zlib's default, to within a twentieth", () => {
    for (const size of [0, 1, 255, 256, 257, 1_000, 4_096, 4_097, 20_000, 32_768, 100_000]) {
      const text = Array.from({ length: size / 10 }, (_, at) => `${(at * 7919) % 997} wörter`)
        .join(",")
        .slice(0, size);
      const bytes = Buffer.from(text);
      const packed = deflateRawSync(bytes, deflateSizeFor(bytes.length));
      expect(inflateRawSync(packed).equals(bytes)).toBe(true);
      expect(packed.length).toBeLessThanOrEqual(deflateRawSync(bytes).length * 1.05 + 8);
      expect(gunzipSync(gzipSync(bytes, deflateSizeFor(bytes.length))).equals(bytes)).toBe(true);
    }
  });

  it("never asks for more than the default, nor for less than zlib takes", () => {
    expect(deflateSizeFor(0)).toEqual({ windowBits: 9, memLevel: 2, chunkSize: 1_024 });
    expect(deflateSizeFor(1e9)).toEqual({ windowBits: 15, memLevel: 8, chunkSize: 16_384 });
  });
});
