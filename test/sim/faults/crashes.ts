/** Processes that are killed, stopped or restarted, and what they leave behind. */
import type { Machine, World } from "../world/world.ts";
import {
  bringBack,
  isReady,
  pickMachines,
  untilReady,
  type Break,
  type Breaking,
} from "./breaking.ts";
import { OF_ALL, type FaultKind } from "./kinds.ts";

const FLAP_STOP_MS = 3_000;
const FLAP_INTERVAL_MS = 7_000;
/** Worlds in which one does. */
const FLAPPING = new WeakSet<World>();
/** The rest of a run is quiet. */
const FLAPS_END_MS = 85_000;

export const kill: Break = (breaking, kind, lastsMs) => {
  const count = kind === "kill-two" ? 2 : 1;
  const machines = OF_ALL.includes(kind) ? breaking.world.present : pickMachines(breaking, count);
  killThese(breaking, machines, { kind, lastsMs });
};

/** Of three copies two may be gone at once only if nobody needs the third (PROTOCOL 12). */
export const loseCopy: Break = (breaking, kind, lastsMs) => {
  if (!breaking.world.present.every(isReady)) return;
  killThese(breaking, pickMachines(breaking, 1), { kind, lastsMs });
};

export const restart: Break = (breaking, kind, lastsMs) => {
  const { world, draw } = breaking;
  restartOne(breaking, draw.pick(world.present), { kind, lastsMs });
};

/** SIGTERM to all at once, and started again when all have ended: the last to go leaves an empty ring. */
export const restartAll: Break = (breaking, kind, lastsMs) => {
  const { world, history, draw } = breaking;
  const machines = world.present;
  if (machines.some(({ process, leaving }) => process.state !== "running" || leaving !== undefined))
    return;
  const fault = breaking.note(kind, machines, lastsMs);
  history.losses.push({ invariant: "I4", atMs: world.events.nowMs });
  for (const machine of machines) world.terminate(machine);
  const wait = (): void => {
    fault.untilMs = Math.max(fault.untilMs, world.events.nowMs);
    if (!machines.every(({ process }) => process.state === "dead")) {
      world.events.after(100, wait);
      return;
    }
    for (const machine of machines) {
      world.events.after(draw.between(0, lastsMs / 2), () => bringBack(breaking, machine, fault));
    }
  };
  wait();
};

/** SIGTERM, and started again when it has ended. `done` runs when it is ready. */
export function restartOne(
  breaking: Breaking,
  machine: Machine,
  how: { readonly kind: FaultKind; readonly lastsMs: number; readonly done?: () => void },
): void {
  const { world } = breaking;
  if (machine.process.state !== "running" || machine.leaving !== undefined) {
    how.done?.();
    return;
  }
  const fault = breaking.note(how.kind, [machine], how.lastsMs);
  world.terminate(machine);
  let isBack = false;
  const wait = (): void => {
    fault.untilMs = world.events.nowMs;
    if (machine.process.state === "dead" && !isBack) {
      isBack = true;
      bringBack(breaking, machine, fault);
    }
    if (isBack && how.done === undefined) return;
    if (isBack && (isReady(machine) || machine.isGone)) how.done?.();
    else world.events.after(100, wait);
  };
  wait();
}

export const stop: Break = (breaking, kind, lastsMs) => {
  const machines = pickMachines(breaking, kind === "stop-two" ? 2 : 1);
  stopThese(breaking, machines, { kind, lastsMs });
};

/** One machine is stopped again and again, each time before an alert that ran out was heard enough. */
export const flap: Break = (breaking) => {
  if (FLAPPING.has(breaking.world)) return;
  FLAPPING.add(breaking.world);
  const { events } = breaking.world;
  const machines = pickMachines(breaking, 1);
  const again = (): void => {
    if (events.nowMs >= FLAPS_END_MS) return;
    stopThese(breaking, machines, { kind: "stop", lastsMs: FLAP_STOP_MS });
    events.after(FLAP_INTERVAL_MS, again);
  };
  again();
};

export const fillDisk: Break = ({ world, draw, note }, kind, lastsMs) => {
  const machine = draw.pick(world.present);
  note(kind, [machine], lastsMs);
  machine.disk.isFailing = true;
  world.events.after(lastsMs, () => {
    machine.disk.isFailing = false;
  });
};

export const jumpClock: Break = ({ world, draw, note, clockJumpMaxMs }, kind) => {
  const machine = draw.pick(world.present);
  note(kind, [machine], 3_000);
  machine.process.jumpClock(draw.between(-clockJumpMaxMs, clockJumpMaxMs));
  world.events.after(2_500, () => machine.process.resetClock());
};

function stopThese(
  breaking: Breaking,
  machines: readonly Machine[],
  { kind, lastsMs }: { readonly kind: FaultKind; readonly lastsMs: number },
): void {
  const stopped = machines.filter(({ process }) => process.state === "running");
  if (stopped.length === 0) return;
  const { events } = breaking.world;
  const fault = breaking.note(kind, stopped, lastsMs);
  for (const machine of stopped) {
    const { process } = machine;
    process.stop();
    events.after(lastsMs, () => {
      process.resume();
      events.after(10, () => untilReady(breaking, machine, fault));
    });
  }
}

function killThese(
  breaking: Breaking,
  machines: readonly Machine[],
  { kind, lastsMs }: { readonly kind: FaultKind; readonly lastsMs: number },
): void {
  const { world, history, draw } = breaking;
  const killed = machines.filter(({ process }) => process.state !== "dead");
  if (killed.length === 0) return;
  const fault = breaking.note(kind, killed, lastsMs);
  const atMs = world.events.nowMs;
  if (kind === "wipe") history.losses.push({ invariant: "I3", atMs });
  if (OF_ALL.includes(kind)) history.losses.push({ invariant: "I4", atMs });
  if (kind === "power-all") history.losePower(atMs);
  for (const machine of killed) {
    if (kind.startsWith("power")) world.reboot(machine);
    else world.kill(machine);
    if (kind === "wipe") machine.disk.wipe();
    const back = lastsMs * draw.between(0.5, 1);
    world.events.after(back, () => bringBack(breaking, machine, fault));
  }
}
