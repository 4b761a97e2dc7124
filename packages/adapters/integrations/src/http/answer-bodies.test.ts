import type { Clock } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { AnswerBodies, SPARE_COUNT_MAX } from "./answer-bodies.ts";

/** Time that never passes. */
const clock: Clock = {
  wallMs: () => 0,
  monotonicMs: () => 0,
  sleep: () => new Promise(() => {}),
};

describe("AnswerBodies.limit()", () => {
  it("cuts what nobody waits for at once when there is too much of it, and nothing else", () => {
    const bodies = new AnswerBodies(clock);
    const cuts: string[] = [];
    const limit = (name: string, isSpare: boolean): (() => void) =>
      bodies.limit(isSpare, () => void cuts.push(name));
    const ends = Array.from({ length: SPARE_COUNT_MAX }, (_, at) => limit(`${at}`, true));
    limit("too many", true)();
    limit("wanted", false)();
    expect(cuts).toEqual(["too many"]);
    ends[0]!();
    limit("another", true);
    limit("too many again", true);
    expect(cuts).toEqual(["too many", "too many again"]);
  });
});
