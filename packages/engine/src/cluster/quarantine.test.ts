import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import { OTHER, OWN_INCARNATION, THIRD, Watch } from "../testing/watch.ts";
import { Quarantine } from "./quarantine.ts";

describe("Quarantine.isOver", () => {
  it("waits for a ping of everybody that is not suspected (A32)", () => {
    const { watch, quarantine, answer } = made();
    expect(quarantine.isOver).toBe(false);
    answer(OTHER);
    expect(quarantine.isOver).toBe(false);
    answer(THIRD);
    expect(quarantine.isOver).toBe(true);
    expect(watch.events).toEqual([]);
  });

  it("does not wait for who is gone", () => {
    const { watch, quarantine, answer } = made();
    answer(OTHER);
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
    const { quarantine, answer } = made();
    answer(OTHER);
    answer(THIRD);
    quarantine.restart();
    expect(quarantine.isOver).toBe(false);
    answer(OTHER);
    answer(THIRD);
    expect(quarantine.isOver).toBe(true);
  });

  it("takes no ping for new that was under way before it began, or was meant for a former process", () => {
    const { watch, quarantine, answer } = made();
    const own = { incarnation: OWN_INCARNATION };
    const old = { from: OTHER, echo: watch.send(OTHER), echoIncarnation: OWN_INCARNATION };
    quarantine.restart();
    answer(THIRD);
    quarantine.heard(old, own);
    quarantine.heard({ ...old, echo: watch.send(OTHER), echoIncarnation: 6 }, own);
    expect(quarantine.isOver).toBe(false);
    answer(OTHER);
    expect(quarantine.isOver).toBe(true);
  });

  it("is over at once for who is alone", () => {
    const { watch, quarantine } = made();
    watch.liveness.setPeers([]);
    expect(quarantine.isOver).toBe(true);
  });
});

interface Made {
  readonly watch: Watch;
  readonly quarantine: Quarantine;
  /** A ping of this peer comes in that answers one sent to it now. */
  readonly answer: (id: InstanceId) => void;
}

function made(): Made {
  const watch = new Watch();
  const quarantine = new Quarantine(watch, 2_500);
  const answer = (from: InstanceId): void => {
    const ping = { from, echo: watch.send(from), echoIncarnation: OWN_INCARNATION };
    quarantine.heard(ping, { incarnation: OWN_INCARNATION });
  };
  return { watch, quarantine, answer };
}
