import { describe, expect, it } from "vitest";
import { OTHER, THIRD, Watch } from "../testing/watch.ts";
import { Quarantine } from "./quarantine.ts";

describe("Quarantine.isOver", () => {
  it("waits for a ping of everybody that is not suspected (A32)", () => {
    const { watch, quarantine } = made();
    expect(quarantine.isOver).toBe(false);
    quarantine.heard(OTHER);
    expect(quarantine.isOver).toBe(false);
    quarantine.heard(THIRD);
    expect(quarantine.isOver).toBe(true);
    expect(watch.events).toEqual([]);
  });

  it("does not wait for who is gone", () => {
    const { watch, quarantine } = made();
    quarantine.heard(OTHER);
    watch.liveness.refused(THIRD);
    expect(quarantine.isOver).toBe(true);
  });

  it("ends after its limit of running time, whoever is silent", () => {
    const { watch, quarantine } = made();
    watch.clock.jump(60_000);
    watch.running.beat();
    expect(quarantine.isOver).toBe(false);
    watch.pass(1_900);
    expect(quarantine.isOver).toBe(false);
    watch.pass(100);
    expect(quarantine.isOver).toBe(true);
  });

  it("begins anew after a pause, with everybody to be heard again", () => {
    const { quarantine } = made();
    quarantine.heard(OTHER);
    quarantine.heard(THIRD);
    quarantine.restart();
    expect(quarantine.isOver).toBe(false);
    quarantine.heard(OTHER);
    quarantine.heard(THIRD);
    expect(quarantine.isOver).toBe(true);
  });

  it("is over at once for who is alone", () => {
    const { watch, quarantine } = made();
    watch.liveness.setPeers([]);
    expect(quarantine.isOver).toBe(true);
  });
});

function made(): { watch: Watch; quarantine: Quarantine } {
  const watch = new Watch();
  return { watch, quarantine: new Quarantine(watch, 2_500) };
}
