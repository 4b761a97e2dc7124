/** What goes wrong, when, and to whom: drawn from the seed, remembered for the checkers. */
import type { InstanceId } from "@tocsin/domain/model";
import type { History } from "../history.ts";
import type { Span } from "../traffic.ts";
import type { Draw } from "../world/events.ts";
import type { Machine, World } from "../world/world.ts";
import type { Break, Breaking } from "./breaking.ts";
import { fillDisk, flap, jumpClock, kill, loseCopy, restart, restartAll, stop } from "./crashes.ts";
import { GRACEFUL, type Fault, type FaultKind } from "./kinds.ts";
import {
  breakReceiver,
  cut,
  cutData,
  isolate,
  loseMessages,
  loseObject,
  slowDown,
  slowStoreDown,
  split,
  stallMessages,
  takeStoreDown,
  wipeRing,
} from "./outside.ts";
import { drain, join, killForGood, leave, roll, swap } from "./scaling.ts";

const BREAKS: Readonly<Record<FaultKind, Break>> = {
  kill,
  "kill-two": kill,
  "kill-all": kill,
  power: loseCopy,
  "power-all": kill,
  wipe: loseCopy,
  restart,
  stop,
  "stop-two": stop,
  cut,
  "data-cut": cutData,
  lossy: loseMessages,
  clock: jumpClock,
  "disk-full": fillDisk,
  "ring-down": takeStoreDown,
  "ring-wipe": wipeRing,
  "objects-down": takeStoreDown,
  "objects-lose": loseObject,
  "receiver-down": breakReceiver,
  "receiver-fails": breakReceiver,
  "receiver-slow": breakReceiver,
  "receiver-hangs": breakReceiver,
  join,
  "join-two": join,
  leave,
  "leave-many": leave,
  swap,
  roll,
  "kill-for-good": killForGood,
  stalls: stallMessages,
  slow: slowDown,
  "restart-all": restartAll,
  isolate,
  flaps: flap,
  "ring-slow": slowStoreDown,
  "objects-slow": slowStoreDown,
  "cut-pair": split,
  split,
  drain,
};

export class Faults {
  readonly #breaking: Breaking;
  readonly all: Fault[] = [];
  /** Called when a fault begins. */
  onFault: (fault: Fault) => void = () => {};

  constructor(
    world: World,
    history: History,
    options: { readonly draw: Draw; readonly clockJumpMaxMs: number },
  ) {
    const note = (kind: FaultKind, targets: readonly Machine[], lastsMs: number): Fault => {
      const fromMs = world.events.nowMs;
      const ids = targets.map(({ id }) => id);
      const fault = { kind, targets: ids, fromMs, untilMs: fromMs + lastsMs };
      this.all.push(fault);
      if (GRACEFUL.includes(kind)) history.losses.push({ invariant: "I2", atMs: fromMs });
      this.onFault(fault);
      return fault;
    };
    this.#breaking = { world, history, ...options, note };
  }

  /** Draws faults one after the other between two instants, often just when something begins. */
  plan(kinds: readonly FaultKind[], span: Span, startsMs: readonly number[]): void {
    const { draw, world } = this.#breaking;
    if (kinds.length === 0) return;
    for (let atMs = span.fromMs; ;) {
      atMs += draw.between(500, 12_000);
      const nextMs = Math.min(...startsMs.filter((startMs) => startMs > atMs - 1_500));
      if (draw.chance(0.5) && nextMs < atMs + 6_000) {
        atMs = Math.max(atMs, nextMs + draw.between(0, 1_500));
      }
      const lastsMs = draw.between(300, 14_000);
      if (atMs + lastsMs > span.untilMs) return;
      const kind = draw.pick(kinds);
      world.events.after(atMs - world.events.nowMs, () => {
        if (world.present.length > 0) BREAKS[kind](this.#breaking, kind, lastsMs);
      });
      if (draw.chance(0.7)) atMs += lastsMs;
    }
  }

  /** The faults of these kinds that lay between the two instants. */
  during(kinds: readonly FaultKind[], span: Span, target?: InstanceId): readonly Fault[] {
    return this.all.filter(
      (fault) =>
        kinds.includes(fault.kind) &&
        fault.fromMs <= span.untilMs &&
        fault.untilMs >= span.fromMs &&
        (target === undefined || fault.targets.includes(target)),
    );
  }

  touched(kinds: readonly FaultKind[], span: Span, target?: InstanceId): boolean {
    return this.during(kinds, span, target).length > 0;
  }
}
