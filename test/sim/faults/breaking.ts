import type { History } from "../history.ts";
import type { Draw } from "../world/events.ts";
import type { Machine, World } from "../world/world.ts";
import type { Fault, FaultKind } from "./kinds.ts";

/** What whoever breaks something needs. */
export interface Breaking {
  readonly world: World;
  readonly history: History;
  readonly draw: Draw;
  readonly clockJumpMaxMs: number;
  /** Notes a fault that lasts so long, or until `untilMs` is set to more. */
  readonly note: (kind: FaultKind, targets: readonly Machine[], lastsMs: number) => Fault;
}

/** Breaks something of this kind for about so long. */
export type Break = (breaking: Breaking, kind: FaultKind, lastsMs: number) => void;

/** Different machines that were not taken away for good. */
export function pickMachines({ world, draw }: Breaking, count: number): readonly Machine[] {
  const left = [...world.present];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const machine = draw.pick(left);
    left.splice(left.indexOf(machine), 1);
    return machine;
  });
}

export function isReady({ instance, process }: Machine): boolean {
  return process.state === "running" && instance?.readiness().ready === true;
}

/** The fault lasts until the machine is ready again. */
export function untilReady({ world }: Breaking, machine: Machine, fault: Fault): void {
  const look = (): void => {
    fault.untilMs = Math.max(fault.untilMs, world.events.nowMs);
    // Another fault has taken it.
    if (machine.instance === undefined && !machine.startsAgain) return;
    // Nobody can ask a process that is stopped.
    if (isReady(machine)) return;
    world.events.after(100, look);
  };
  look();
}

/** Starts it again, unless somebody did or it is gone for good. */
export function bringBack(breaking: Breaking, machine: Machine, fault: Fault): void {
  if (machine.process.state !== "dead" || machine.isGone) return;
  breaking.world.start(machine);
  untilReady(breaking, machine, fault);
}
