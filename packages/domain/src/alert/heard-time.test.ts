import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageOfHeardMs,
  ALWAYS_HEARD,
  heardEarlier,
  heardFor,
  heardWithinMs,
  NEVER_HEARD,
  unbrokenMs,
  uniteHeard,
  type HeardTime,
} from "./heard-time.ts";

/** Which of the first sixty ms of age are heard, one by one. */
const heardArbitrary: fc.Arbitrary<HeardTime> = fc
  .array(fc.record({ untilMs: fc.nat(40), lengthMs: fc.integer({ min: 1, max: 15 }) }), {
    maxLength: 6,
  })
  .map((spans) =>
    spans
      .map(({ untilMs, lengthMs }) => [{ sinceMs: untilMs + lengthMs, untilMs }])
      .reduce<HeardTime>(uniteHeard, NEVER_HEARD),
  );

describe("HeardTime", () => {
  it("has any stretch of time once, whichever spans it was united from", () => {
    fc.assert(
      fc.property(heardArbitrary, heardArbitrary, fc.nat(70), (a, b, ageMs) => {
        const plain = new Set([...agesOf(a), ...agesOf(b)].filter((age) => age < ageMs));
        expect(heardWithinMs(uniteHeard(a, b), ageMs)).toBe(plain.size);
      }),
    );
  });

  it("finds the age within which so much was heard", () => {
    fc.assert(
      fc.property(heardArbitrary, fc.integer({ min: 1, max: 30 }), (heard, wantedMs) => {
        const ageMs = ageOfHeardMs(heard, wantedMs);
        if (ageMs === Infinity) expect(heardWithinMs(heard, Infinity)).toBeLessThan(wantedMs);
        else expect(heardWithinMs(heard, ageMs)).toBe(wantedMs);
      }),
    );
  });

  it("says less of every stretch that goes on when it is moved to greater ages", () => {
    fc.assert(
      fc.property(heardArbitrary, fc.nat(20), fc.nat(70), (heard, ms, ageMs) => {
        const moved = heardWithinMs(heardEarlier(heard, ms), ageMs);
        expect(moved).toBeLessThanOrEqual(heardWithinMs(heard, ageMs));
      }),
    );
  });

  it("is unbroken only if it goes on", () => {
    expect(unbrokenMs(heardFor(7))).toBe(7);
    expect(unbrokenMs(heardEarlier(heardFor(7), 1))).toBe(0);
    expect(unbrokenMs(NEVER_HEARD)).toBe(0);
    expect(unbrokenMs(ALWAYS_HEARD)).toBe(Infinity);
  });
});

function agesOf(heard: HeardTime): readonly number[] {
  return heard.flatMap(({ sinceMs, untilMs }) =>
    Array.from({ length: sinceMs - untilMs }, (_, at) => untilMs + at),
  );
}
