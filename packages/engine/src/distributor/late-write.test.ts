import { describe, expect, it } from "vitest";
import { whyTooLate } from "./late-write.ts";

describe("whyTooLate()", () => {
  const at = { nowMs: 100_000, writeDeadlineMs: 4_000 };

  it("takes what its coordinator may still wait for, whatever the clocks", () => {
    expect(whyTooLate([], at)).toBeUndefined();
    expect(whyTooLate([94_000, 100_000, 200_000], at)).toBeUndefined();
  });

  it("refuses what it has given up, and says how old it is", () => {
    expect(whyTooLate([100_000, 93_999], at)).toBe("The write came 6001 ms after it was made");
  });
});
