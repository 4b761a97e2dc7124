/** I15 while a run goes on: in quiet all owners become equal within ten seconds, and never differ for longer. */
import { MAP_NAMES, type MapName } from "@tocsin/engine/peer";
import { differences } from "./ending.ts";
import type { Watch } from "./watch.ts";

/**
 * Groups are left to the end of a run: when one lets its last alert go depends on how long its owner has been
 * in contact, which an owner that lost its disk begins anew (PROTOCOL 7.4).
 */
const LOOKED_AT: readonly MapName[] = MAP_NAMES.filter((map) => map !== "groups");
const EQUAL_AFTER_MS = 10_000;
/** What is under way at two looks is not the same. */
const LOOK_SLACK_MS = 2_000;

export class Equality {
  readonly #watch: Watch;
  #equalAtMs: number;

  /** To be made before anybody has written anything: all owners hold nothing then. */
  constructor(watch: Watch) {
    this.#watch = watch;
    this.#equalAtMs = watch.world.events.nowMs;
  }

  /** To be called once or twice a second. */
  look(): void {
    const { world, faults, history } = this.#watch;
    const { nowMs } = world.events;
    const faultMs = Math.max(0, ...faults.all.map(({ untilMs }) => untilMs));
    const sinceMs = Math.max(faultMs, this.#equalAtMs);
    // Before that nothing can be found, so nothing need be compared.
    if (nowMs - faultMs < EQUAL_AFTER_MS - LOOK_SLACK_MS) return;
    const found = differences(world, LOOKED_AT);
    if (found.length === 0) this.#equalAtMs = nowMs;
    else if (nowMs - sinceMs > EQUAL_AFTER_MS + LOOK_SLACK_MS) {
      for (const message of found) history.violate("I15", nowMs, message);
    }
  }
}
