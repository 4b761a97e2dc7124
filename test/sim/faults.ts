/** What goes wrong, when, and to whom: drawn from the seed, remembered for the checkers. */
import type { InstanceId } from "@tocsin/domain/model";
import type { History } from "./history.ts";
import type { Span } from "./traffic.ts";
import type { Draw } from "./world/events.ts";
import type { Machine, World } from "./world/world.ts";

export const FAULT_KINDS = [
  "kill",
  "kill-two",
  "kill-all",
  "power",
  "power-all",
  "wipe",
  "restart",
  "stop",
  "stop-two",
  "cut",
  "data-cut",
  "lossy",
  "clock",
  "disk-full",
  "ring-down",
  "ring-wipe",
  "objects-down",
  "objects-lose",
  "receiver-down",
  "receiver-fails",
  "receiver-slow",
  "receiver-hangs",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** After these a sender may be replaced, and what it has in flight may be told again. */
export const REPLACING: readonly FaultKind[] = [
  "kill",
  "kill-two",
  "kill-all",
  "power",
  "power-all",
  "wipe",
  "restart",
  "stop",
  "stop-two",
];

/** Everybody at once. */
export const OF_ALL: readonly FaultKind[] = ["kill-all", "power-all"];

/** Messages between members are lost. */
export const CUTTING: readonly FaultKind[] = ["cut", "lossy"];

export const RECEIVING: readonly FaultKind[] = [
  "receiver-down",
  "receiver-fails",
  "receiver-slow",
  "receiver-hangs",
];

export interface Fault {
  readonly kind: FaultKind;
  readonly targets: readonly InstanceId[];
  readonly fromMs: number;
  /** True time at which all is well again: the process is ready, the network whole. */
  untilMs: number;
}

export class Faults {
  readonly #world: World;
  readonly #history: History;
  readonly #draw: Draw;
  readonly #clockJumpMaxMs: number;
  readonly all: Fault[] = [];

  constructor(
    world: World,
    history: History,
    options: { readonly draw: Draw; readonly clockJumpMaxMs: number },
  ) {
    this.#world = world;
    this.#history = history;
    this.#draw = options.draw;
    this.#clockJumpMaxMs = options.clockJumpMaxMs;
  }

  /** Draws faults one after the other between two instants, often just when something begins. */
  plan(kinds: readonly FaultKind[], span: Span, startsMs: readonly number[]): void {
    const { events } = this.#world;
    if (kinds.length === 0) return;
    for (let atMs = span.fromMs; ;) {
      atMs += this.#draw.between(500, 12_000);
      const nextMs = Math.min(...startsMs.filter((startMs) => startMs > atMs - 1_500));
      if (this.#draw.chance(0.5) && nextMs < atMs + 6_000) {
        atMs = Math.max(atMs, nextMs + this.#draw.between(0, 1_500));
      }
      const lastsMs = this.#draw.between(300, 14_000);
      if (atMs + lastsMs > span.untilMs) return;
      const kind = this.#draw.pick(kinds);
      events.after(atMs - events.nowMs, () => this.#begin(kind, lastsMs));
      if (this.#draw.chance(0.7)) atMs += lastsMs;
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

  #begin(kind: FaultKind, lastsMs: number): void {
    switch (kind) {
      case "kill":
        this.#kill(this.#pick(1), lastsMs, kind);
        break;
      case "kill-two":
        this.#kill(this.#pick(2), lastsMs, kind);
        break;
      case "kill-all":
      case "power-all":
        this.#kill(this.#world.machines, lastsMs, kind);
        break;
      case "power":
      case "wipe":
        // Of three copies two may be gone at once only if nobody needs the third (PROTOCOL 12).
        if (this.#world.machines.every(isReady)) this.#kill(this.#pick(1), lastsMs, kind);
        break;
      case "restart":
        this.#restart(this.#draw.pick(this.#world.machines), lastsMs);
        break;
      case "stop":
        this.#stop(this.#pick(1), lastsMs, kind);
        break;
      case "stop-two":
        this.#stop(this.#pick(2), lastsMs, kind);
        break;
      case "disk-full":
        this.#fillDisk(this.#draw.pick(this.#world.machines), lastsMs);
        break;
      case "ring-wipe":
        this.#note(kind, [], 0);
        this.#world.ring.wipe();
        break;
      case "objects-lose":
        this.#note(kind, [], 0);
        this.#world.objects.losesNext = true;
        break;
      case "cut":
        this.#cut(lastsMs * this.#draw.pick([1, 2]));
        break;
      case "data-cut":
        this.#cutData(2 * lastsMs);
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
    const atMs = this.#world.events.nowMs;
    if (kind === "wipe") this.#history.losses.push({ invariant: "I3", atMs });
    if (OF_ALL.includes(kind)) this.#history.losses.push({ invariant: "I4", atMs });
    if (kind === "power-all") this.#history.losePower(this.#world.events.nowMs);
    for (const machine of killed) {
      if (kind.startsWith("power")) this.#world.reboot(machine);
      else this.#world.kill(machine);
      if (kind === "wipe") machine.disk.wipe();
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
    if (machine.instance === undefined && !machine.disk.isFailing) return;
    if (machine.instance?.readiness().ready === true) return;
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

  #stop(machines: readonly Machine[], lastsMs: number, kind: FaultKind): void {
    const stopped = machines.filter(({ process }) => process.state === "running");
    if (stopped.length === 0) return;
    const fault = this.#note(kind, stopped, lastsMs);
    for (const machine of stopped) {
      const { process } = machine;
      process.stop();
      this.#after(lastsMs, () => {
        process.resume();
        this.#after(10, () => this.#untilReady(machine, fault));
      });
    }
  }

  #fillDisk(machine: Machine, lastsMs: number): void {
    this.#note("disk-full", [machine], lastsMs);
    machine.disk.isFailing = true;
    this.#after(lastsMs, () => {
      machine.disk.isFailing = false;
    });
  }

  #pick(count: number): readonly Machine[] {
    const left = [...this.#world.machines];
    return Array.from({ length: count }, () => {
      const machine = this.#draw.pick(left);
      left.splice(left.indexOf(machine), 1);
      return machine;
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

  /** Bulk data reaches nobody on one machine, or comes from there to nobody; pings and claims pass. */
  #cutData(lastsMs: number): void {
    const { machines, network } = this.#world;
    const one = this.#draw.pick(machines);
    const way = this.#draw.pick(["to", "from"] as const);
    this.#note("data-cut", [one], lastsMs);
    network.dataLeakRatio = this.#draw.pick([0, 0.5]);
    for (const { id } of machines) {
      if (id !== one.id) network.dataCuts.add(way === "to" ? `${id}>${one.id}` : `${one.id}>${id}`);
    }
    this.#after(lastsMs, () => network.dataCuts.clear());
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
    machine.process.jumpClock(this.#draw.between(-this.#clockJumpMaxMs, this.#clockJumpMaxMs));
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
      faults.connectMaxMs = 900;
      faults.answerMinMs = 500;
      faults.answerMaxMs = this.#draw.pick([6_000, 40_000]);
    }
    this.#after(lastsMs, () => receiver.mend());
  }
}

function isReady({ instance, process }: Machine): boolean {
  return process.state === "running" && instance?.readiness().ready === true;
}
