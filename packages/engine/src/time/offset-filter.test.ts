import { describe, expect, it } from "vitest";
import { OffsetFilter } from "./offset-filter.ts";

describe("OffsetFilter", () => {
  it("knows nothing before the first ping", () => {
    expect(new OffsetFilter().offsetMs).toBe(0);
  });

  it("takes the ping that was the least late of the last eight", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    for (const lateMs of [900, 2_400, 1_800]) filter.add(-lateMs, lateMs + 300);
    expect(filter.offsetMs).toBe(-20);
    for (let count = 0; count < 8; count += 1) filter.add(-40, 300);
    expect(filter.offsetMs).toBe(-40);
  });

  it("follows a clock that was set forward at once", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    filter.add(2_980, 300);
    expect(filter.offsetMs).toBe(2_980);
  });

  it("follows a clock that was set back as soon as no delay can explain it", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    filter.add(-3_020, Infinity);
    expect(filter.offsetMs).toBe(-20);
    filter.add(-3_020, 300);
    expect(filter.offsetMs).toBe(-3_020);
  });

  it("learns of pings that answer nothing only what they show beyond the others", () => {
    const filter = new OffsetFilter();
    filter.add(-2_000, Infinity);
    expect(filter.offsetMs).toBe(-2_000);
    filter.add(-20, Infinity);
    for (let lateMs = 11_000; lateMs > 3_000; lateMs -= 500) filter.add(-lateMs, Infinity);
    expect(filter.offsetMs).toBe(-20);
  });

  it("moves against the own clock", () => {
    const filter = new OffsetFilter();
    filter.add(-20, 300);
    filter.add(-500, 900);
    filter.ownClockJumped(1_000);
    expect(filter.offsetMs).toBe(-1_020);
  });
});
