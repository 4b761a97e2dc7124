import { expect, test } from "vitest";
import { isMet, type Figure, type Goal } from "./figures.ts";

const figure: Figure = { id: "a", what: "A", unit: "s", ours: 3, peer: 4 };

test.each<{ name: string; goal: Goal; wanted: boolean }>([
  { name: "a ratio below", goal: { of: "ratio", is: "at-most", bound: 1 }, wanted: true },
  { name: "a ratio above", goal: { of: "ratio", is: "at-most", bound: 0.5 }, wanted: false },
  { name: "the bound itself", goal: { of: "ours", is: "at-most", bound: 3 }, wanted: true },
  { name: "too little", goal: { of: "ours", is: "at-least", bound: 3.5 }, wanted: false },
])("isMet() tells for $name", ({ goal, wanted }) => {
  expect(isMet(goal, figure)).toBe(wanted);
});

test("isMet() knows no ratio without a peer", () => {
  const { peer: _, ...alone } = figure;
  expect(isMet({ of: "ratio", is: "at-most", bound: 1 }, alone)).toBeUndefined();
});
