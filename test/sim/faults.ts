/** What goes wrong, when, and to whom: drawn from the seed, remembered for the checkers. */
import type { InstanceId } from "@tocsin/domain/model";
import type { Draw } from "./world/events.ts";
import type { Machine, World } from "./world/world.ts";

export const FAULT_KINDS = [
  "kill",
  "kill-all",
  "restart",
  "stop",
  "cut",
  "lossy",
  "clock",
  "ring-down",
  "objects-down",
  "receiver-down",
  "receiver-fails",
  "receiver-slow",
  "receiver-hangs",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly targets: readonly InstanceId[];
  readonly fromMs: number;
  /** True time at which all is well again: the process is ready, the network whole. */
  untilMs: number;
}

export class Faults {
  readonly #world: World;
  readonly #draw: Draw;
  readonly all: Fault[] = [];

  constructor(world: World, draw: Draw) {
    this.#world = world;
    this.#draw = draw;
  }

  /** Draws faults one after the other between two instants. */
  plan(
    kinds: readonly FaultKind[],
    span: { readonly fromMs: number; readonly untilMs: number },
  ): void {
    const { events } = this.#world;
    if (kinds.length === 0) return;
    for (let atMs = span.fromMs; ;) {
      atMs += this.#draw.between(500, 12_000);
      const lastsMs = this.#draw.between(300, 14_000);
      if (atMs + lastsMs > span.untilMs) return;
      const kind = this.#draw.pick(kinds);
      events.after(atMs - events.nowMs, () => this.#begin(kind, lastsMs));
      if (this.#draw.chance(0.7)) atMs += lastsMs;
    }
  }

  /** A fault of this kind lay between the two instants, or up to `afterMs` before. */
  touched(
    kinds: readonly FaultKind[],
    span: { readonly fromMs: number; readonly untilMs: number },
    target?: InstanceId,
  ): boolean {
    return this.all.some(
      (fault) =>
        kinds.includes(fault.kind) &&
        fault.fromMs <= span.untilMs &&
        fault.untilMs >= span.fromMs &&
        (target === undefined || fault.targets.includes(target)),
    );
  }

  #begin(kind: FaultKind, lastsMs: number): void {
    switch (kind) {
      case "kill":
        this.#kill([this.#draw.pick(this.#world.machines)], lastsMs, kind);
        break;
      case "kill-all":
        this.#kill(this.#world.machines, lastsMs, kind);
        break;
      case "restart":
        this.#restart(this.#draw.pick(this.#world.machines), lastsMs);
        break;
      case "stop":
        this.#stop(this.#draw.pick(this.#world.machines), lastsMs);
        break;
      case "cut":
        this.#cut(lastsMs);
        break;
      case "lossy":
        this.#lossy(lastsMs);
        break;
      case "clock":
        this.#jump(this.#draw.pick(this.#world.machines));
        break;
      case "ring-down":
        this.#service(kind, this.#world.ring.service, lastsMs);
        break;
      case "objects-down":
        this.#service(kind, this.#world.objects.service, lastsMs);
        break;
      case "receiver-down":
      case "receiver-fails":
      case "receiver-slow":
      case "receiver-hangs":
        this.#receiver(kind, lastsMs);
    }
  }

  #note(kind: FaultKind, targets: readonly Machine[], lastsMs: number): Fault {
    const fromMs = this.#world.events.nowMs;
    const fault = {
      kind,
      targets: targets.map(({ id }) => id),
      fromMs,
      untilMs: fromMs + lastsMs,
    };
    this.all.push(fault);
    return fault;
  }

  #after(delayMs: number, run: () => void): void {
    this.#world.events.after(delayMs, run);
  }

  #kill(machines: readonly Machine[], lastsMs: number, kind: FaultKind): void {
    const killed = machines.filter(({ process }) => process.state !== "dead");
    if (killed.length === 0) return;
    const fault = this.#note(kind, killed, lastsMs);
    for (const machine of killed) {
      this.#world.kill(machine);
      const back = lastsMs * this.#draw.between(0.5, 1);
      this.#after(back, () => this.#bringBack(machine, fault));
    }
  }

  #bringBack(machine: Machine, fault: Fault): void {
    if (machine.process.state !== "dead") return;
    this.#world.start(machine);
    this.#untilReady(machine, fault);
  }

  /** The fault lasts until the machine is ready again. */
  #untilReady(machine: Machine, fault: Fault): void {
    fault.untilMs = Math.max(fault.untilMs, this.#world.events.nowMs);
    if (machine.instance === undefined || machine.instance.readiness().ready) return;
    this.#after(100, () => this.#untilReady(machine, fault));
  }

  #restart(machine: Machine, lastsMs: number): void {
    if (machine.process.state !== "running" || machine.leaving !== undefined) return;
    const fault = this.#note("restart", [machine], lastsMs);
    this.#world.terminate(machine);
    const wait = (): void => {
      fault.untilMs = this.#world.events.nowMs;
      if (machine.process.state === "dead") this.#bringBack(machine, fault);
      else this.#after(100, wait);
    };
    wait();
  }

  #stop(machine: Machine, lastsMs: number): void {
    if (machine.process.state !== "running") return;
    const { process } = machine;
    const fault = this.#note("stop", [machine], lastsMs);
    process.stop();
    this.#after(lastsMs, () => {
      process.resume();
      this.#after(10, () => this.#untilReady(machine, fault));
    });
  }

  #cut(lastsMs: number): void {
    const { machines, network } = this.#world;
    const one = this.#draw.pick(machines);
    const others = machines.filter((machine) => machine !== one);
    const way = this.#draw.chance(0.3) ? "one" : "both";
    const ids = (list: readonly Machine[]): InstanceId[] => list.map(({ id }) => id);
    const fault = this.#note("cut", machines, lastsMs);
    if (this.#draw.chance(0.5)) network.cut([one.id], ids(others), way);
    else network.cut(ids(others), [one.id], way);
    this.#after(lastsMs, () => {
      network.cuts.clear();
      for (const machine of machines) this.#untilReady(machine, fault);
    });
  }

  #lossy(lastsMs: number): void {
    const { network, machines } = this.#world;
    this.#note("lossy", machines, lastsMs);
    network.faults.loss = this.#draw.between(0.02, 0.3);
    network.faults.doubled = 0.05;
    network.faults.delayMinMs = 5;
    network.faults.delayMaxMs = this.#draw.between(20, 220);
    this.#after(lastsMs, () => {
      network.faults.loss = 0;
      network.faults.doubled = 0;
      network.faults.delayMinMs = 0.2;
      network.faults.delayMaxMs = 3;
    });
  }

  #jump(machine: Machine): void {
    this.#note("clock", [machine], 3_000);
    machine.process.jumpClock(this.#draw.between(-4_000, 4_000));
    this.#after(2_500, () => machine.process.resetClock());
  }

  #service(kind: FaultKind, service: { isDown: boolean }, lastsMs: number): void {
    this.#note(kind, [], lastsMs);
    service.isDown = true;
    this.#after(lastsMs, () => {
      service.isDown = false;
    });
  }

  #receiver(kind: FaultKind, lastsMs: number): void {
    const { receiver } = this.#world;
    this.#note(kind, [], lastsMs);
    const { faults } = receiver;
    if (kind === "receiver-down") faults.isDown = true;
    if (kind === "receiver-hangs") faults.hangs = true;
    if (kind === "receiver-fails") faults.fails = this.#draw.between(0.2, 0.9);
    if (kind === "receiver-slow") {
      faults.answerMinMs = 500;
      faults.answerMaxMs = 6_000;
    }
    this.#after(lastsMs, () => receiver.mend());
  }
}
