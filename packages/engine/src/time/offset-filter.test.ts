import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { OffsetFilter } from "./offset-filter.ts";

describe("OffsetFilter", () => {
  it("knows nothing before the first ping, nor from pings that answer nothing and seem late", () => {
    const filter = new OffsetFilter();
    expect(filter.offsetMs).toBe(0);
    filter.add(-2_000, Infinity);
    expect(filter.offsetMs).toBe(0);
  });

  it("is 0 for clocks that are alike, however slow the network is and whichever way is the slower", () => {
    const waysMs = fc.array(fc.tuple(fc.nat(5_000), fc.nat(5_000)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(waysMs, (pings) => {
        const filter = new OffsetFilter();
        for (const [thereMs, backMs] of pings) filter.add(-backMs, thereMs + backMs);
        expect(filter.offsetMs).toBe(0);
      }),
    );
  });

  it("is off by no more than the fastest of the last eight round trips", () => {
    const filter = new OffsetFilter();
    filter.add(-320, 40);
    for (const lateMs of [900, 2_400, 1_800]) filter.add(-300 - lateMs, lateMs + 300);
    expect(filter.offsetMs).toBe(-280);
    for (let count = 0; count < 8; count += 1) filter.add(-400, 200);
    expect(filter.offsetMs).toBe(-200);
  });

  it("follows a clock that was set forward at once", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    filter.add(2_980, 300);
    expect(filter.offsetMs).toBe(2_980);
  });

  it("follows a clock that was set back as soon as no delay can explain it", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 30);
    filter.add(-3_020, Infinity);
    expect(filter.offsetMs).toBe(0);
    filter.add(-3_020, 3_300);
    expect(filter.offsetMs).toBe(0);
    filter.add(-3_020, 300);
    expect(filter.offsetMs).toBe(-2_720);
  });

  it("learns of pings that answer nothing only what they show beyond the others", () => {
    const filter = new OffsetFilter();
    filter.add(500, Infinity);
    for (let lateMs = 11_000; lateMs > 3_000; lateMs -= 500) filter.add(-lateMs, Infinity);
    expect(filter.offsetMs).toBe(500);
  });

  it("moves against the own clock", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    filter.add(-500, 900);
    filter.ownClockJumped(1_000);
    expect(filter.offsetMs).toBe(-720);
  });
});
