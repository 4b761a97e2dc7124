import { expect, it } from "vitest";
import { stopsIn } from "./stage.ts";

it("stopsIn() finds when an instance says that it was stopped", () => {
  const log = [
    'time=2026-11-22T07:10:42.000Z level=INFO msg="Peer is trusted" peer=n0',
    'time=2026-11-22T07:10:43.534Z level=WARN msg="The process was stopped; catching up" gap=2529ms',
    'time=2026-11-22T07:10:50.000Z level=WARN msg="The process was stopped; catching up" gap=1552ms',
  ].join("\n");
  const at = (time: string): number => Date.parse(`2026-11-22T07:10:${time}Z`);
  expect(stopsIn(log)).toEqual([
    { fromWallMs: at("41.005"), toWallMs: at("43.534") },
    { fromWallMs: at("48.448"), toWallMs: at("50.000") },
  ]);
  expect(stopsIn("")).toEqual([]);
});
