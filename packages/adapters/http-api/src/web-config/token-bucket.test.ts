import { expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

it("TokenBucket lets a burst through and then one for each interval", () => {
  const bucket = new TokenBucket(2, 100);
  const taken = [0, 0, 0, 99, 100, 100, 350, 350, 350].map((nowMs) => bucket.take(nowMs));
  expect(taken).toEqual([true, true, false, false, true, false, true, true, false]);
});
