/** Machines come and go: told to, one after the other or several at once, or killed for good. */
import type { Machine } from "../world/world.ts";
import { isReady, pickMachines, untilReady, type Break, type Breaking } from "./breaking.ts";
import { restartOne } from "./crashes.ts";
import type { Fault, FaultKind } from "./kinds.ts";

export const MACHINES_MAX = 10;

export const join: Break = (breaking, kind) => {
  const room = Math.max(0, MACHINES_MAX - breaking.world.present.length);
  const count = Math.min(kind === "join-two" ? 2 : 1, room);
  const joined = Array.from({ length: count }, () => breaking.world.add());
  if (count > 0) startThese(breaking, { kind, machines: joined });
};

/** As `kubectl scale` does: all that are too many get SIGTERM in the same moment. */
export const leave: Break = (breaking, kind) => {
  const count = kind === "leave-many" ? 3 : 1;
  sendAway(breaking, kind, pickMachines(breaking, Math.min(count, spareCount(breaking))));
};

/** A new machine comes, and when it is ready an old one goes. */
export const swap: Break = (breaking, kind) => {
  const [old] = pickMachines(breaking, 1);
  if (old === undefined || breaking.world.present.length >= MACHINES_MAX) return;
  const done = (): void => sendAway(breaking, kind, [old]);
  startThese(breaking, { kind, machines: [breaking.world.add()], done });
};

/** Gives up what it owns and goes on serving; that is taken back before it is done, or after. */
export const drain: Break = (breaking, kind, lastsMs) => {
  const ready = breaking.world.present.filter(isReady);
  if (ready.length === 0) return;
  const machine = breaking.draw.pick(ready);
  const { instance, process } = machine;
  if (instance === undefined || machine.leaving !== undefined) return;
  const fault = breaking.note(kind, [machine], lastsMs);
  process.receive(() => instance.drain());
  breaking.world.events.after(lastsMs, () => {
    if (machine.instance !== instance) return;
    process.receive(() => {
      // The next fault may have told it to end.
      if (machine.leaving === undefined) instance.stay();
    });
    untilReady(breaking, machine, fault);
  });
};

/** Each in turn; the next when the last is ready. */
export const roll: Break = (breaking, kind) => {
  const turn = (left: readonly Machine[]): void => {
    const [machine, ...others] = left;
    if (machine === undefined) return;
    const next = (): void => turn(others);
    // To the checkers each is one restart.
    restartOne(breaking, machine, { kind: "restart", lastsMs: 0, done: next });
  };
  breaking.note(kind, [], 0);
  turn([...breaking.world.present]);
};

/** Its disk never returns; another one of its tenants' owners may not be missing at the same time. */
export const killForGood: Break = (breaking, kind) => {
  const { world, history } = breaking;
  const owners = world.ring.document?.settled ?? [];
  const isWhole = owners.every((id) => isReady(world.machine(id)));
  if (!isWhole || !world.present.every(isReady) || spareCount(breaking) < 1) return;
  const [machine] = pickMachines(breaking, 1);
  if (machine === undefined) return;
  const fault = breaking.note(kind, [machine], 0);
  history.losses.push({ invariant: "I3", atMs: world.events.nowMs });
  machine.isGone = true;
  world.kill(machine);
  untilOut(breaking, machine, fault);
};

/** How many may go so that each tenant still finds all its owners. */
function spareCount({ world }: Breaking): number {
  const wanted = world.options.replicationFactor;
  return Math.max(0, world.present.filter(isReady).length - wanted);
}

interface Starting {
  readonly kind: FaultKind;
  readonly machines: readonly Machine[];
  /** Runs when all are ready. */
  readonly done?: () => void;
}

function startThese(breaking: Breaking, { kind, machines, done }: Starting): void {
  const fault = breaking.note(kind, machines, 0);
  for (const machine of machines) {
    breaking.world.start(machine);
    untilReady(breaking, machine, fault);
  }
  const wait = (): void => {
    if (machines.every((one) => isReady(one) || one.isGone)) done?.();
    else breaking.world.events.after(100, wait);
  };
  wait();
}

function sendAway(breaking: Breaking, kind: FaultKind, machines: readonly Machine[]): void {
  const { world } = breaking;
  const leaving = machines.filter(
    (one) => one.process.state === "running" && one.leaving === undefined,
  );
  if (leaving.length === 0) return;
  const fault = breaking.note(kind, leaving, 0);
  for (const machine of leaving) {
    machine.isGone = true;
    world.terminate(machine);
    untilOut(breaking, machine, fault);
  }
}

/** Over when its process has ended and no tenant counts on it any more. */
function untilOut({ world }: Breaking, machine: Machine, fault: Fault): void {
  const look = (): void => {
    fault.untilMs = Math.max(fault.untilMs, world.events.nowMs);
    // An empty store says nothing: whoever knew the view puts it back.
    const isOwner = world.ring.document?.settled.includes(machine.id) !== false;
    if (machine.process.state === "dead" && !isOwner) return;
    world.events.after(100, look);
  };
  look();
}
