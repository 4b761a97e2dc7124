import { describe, expect, it } from "vitest";
import { Links } from "./links.ts";

/** Draws these, again and again. */
function drawing(...numbers: readonly number[]): () => number {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}

describe("Links", () => {
  it("let everything pass at once in good weather", () => {
    const links = new Links(drawing(0));
    expect(links.fate(0, 1)).toEqual({ kind: "arrives", afterMs: 0 });
    expect(links.streamDelayMs()).toBe(0);
  });

  it("cut one direction, until they are mended", () => {
    const links = new Links(drawing(0));
    links.cut(0, 1);
    expect(links.fate(0, 1)).toEqual({ kind: "lost" });
    expect(links.isCut(1, 0)).toBe(false);
    expect(links.isCut(undefined, 1)).toBe(false);
    links.mend();
    expect(links.isCut(0, 1)).toBe(false);
  });

  it("lose and delay packets as the weather says", () => {
    const links = new Links(drawing(0.1, 0.5, 0.5));
    links.setWeather({ delayMs: 20, jitterMs: 100, loss: 0.3 });
    expect(links.fate(0, 1)).toEqual({ kind: "lost" });
    expect(links.fate(0, 1)).toEqual({ kind: "arrives", afterMs: 70 });
    links.setWeather(undefined);
    expect(links.fate(0, 1)).toEqual({ kind: "arrives", afterMs: 0 });
  });

  it("send a piece of a stream again until it arrives, later each time", () => {
    const links = new Links(drawing(0.5, 0.1, 0.1, 0.9));
    links.setWeather({ delayMs: 20, jitterMs: 100, loss: 0.3 });
    // 20 + 50, lost twice: 200 and 400 more.
    expect(links.streamDelayMs()).toBe(670);
  });

  it("give up to lose a piece of a stream that was lost often enough", () => {
    const links = new Links(drawing(0));
    links.setWeather({ delayMs: 0, jitterMs: 0, loss: 1 });
    expect(links.streamDelayMs()).toBe(200 * (2 ** 6 - 1));
  });
});
