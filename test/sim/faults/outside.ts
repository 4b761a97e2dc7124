/** The network, the two stores, and the receiver. */
import type { Machine } from "../world/world.ts";
import { STORE_DELAY_MAX_MS, STORE_DELAY_MIN_MS } from "../world/stores.ts";
import { untilReady, type Break, type Breaking } from "./breaking.ts";
import type { FaultKind } from "./kinds.ts";

const ISOLATION_MIN_MS = 4_000;

export const cut: Break = (breaking, kind, drawnMs) => {
  const { world, draw } = breaking;
  const machines = world.present;
  const lastsMs = drawnMs * draw.pick([1, 2]);
  const one = draw.pick(machines);
  const others = machines.filter((machine) => machine !== one);
  const way = draw.chance(0.3) ? "one" : "both";
  const sides = draw.chance(0.5) ? ([[one], others] as const) : ([others, [one]] as const);
  between(breaking, { kind, lastsMs, sides, way });
};

/** Two do not see each other, and all others see both; or some do not see the rest. */
export const split: Break = (breaking, kind, lastsMs) => {
  const { world, draw } = breaking;
  const [first, ...others] = world.present;
  const second = draw.pick(others.length > 0 ? others : world.present);
  if (first === undefined || second === first) return;
  const isFar = (machine: Machine): boolean => machine === second || draw.chance(0.5);
  const far = kind === "cut-pair" ? [second] : others.filter(isFar);
  const near = kind === "cut-pair" ? [first] : world.present.filter((one) => !far.includes(one));
  between(breaking, { kind, lastsMs, sides: [near, far], way: "both" });
};

interface Parting {
  readonly kind: FaultKind;
  readonly lastsMs: number;
  readonly sides: readonly [readonly Machine[], readonly Machine[]];
  readonly way: "one" | "both";
}

function between(breaking: Breaking, { kind, lastsMs, sides, way }: Parting): void {
  const { world } = breaking;
  const { network } = world;
  const machines = world.present;
  const [near, far] = sides.map((side) => side.map(({ id }) => id));
  const fault = breaking.note(kind, machines, lastsMs);
  network.cut(near ?? [], far ?? [], way);
  world.events.after(lastsMs, () => {
    network.cuts.clear();
    for (const machine of machines) untilReady(breaking, machine, fault);
  });
}

/** No two machines can talk, for long enough that nobody trusts anybody. */
export const isolate: Break = ({ world, note }, kind, drawnMs) => {
  const { network, present } = world;
  if (network.cuts.size > 0) return;
  const lastsMs = ISOLATION_MIN_MS + drawnMs;
  note(kind, present, lastsMs);
  const ids = present.map(({ id }) => id);
  for (const id of ids) {
    const others = ids.filter((other) => other !== id);
    network.cut([id], others, "one");
  }
  world.events.after(lastsMs, () => network.cuts.clear());
};

/** Bulk data reaches nobody on one machine, or comes from there to nobody; pings and claims pass. */
export const cutData: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { network, present } = world;
  const one = draw.pick(present);
  const way = draw.pick(["to", "from"] as const);
  note(kind, [one], 2 * lastsMs).isDeaf = way === "to";
  network.dataLeakRatio = draw.pick([0, 0.5]);
  for (const { id } of present) {
    if (id !== one.id) network.dataCuts.add(way === "to" ? `${id}>${one.id}` : `${one.id}>${id}`);
  }
  world.events.after(2 * lastsMs, () => network.dataCuts.clear());
};

export const loseMessages: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { network, present } = world;
  note(kind, present, lastsMs);
  network.faults.loss = draw.between(0.02, 0.3);
  network.faults.doubled = 0.05;
  network.faults.delayMinMs = 5;
  network.faults.delayMaxMs = draw.between(20, 220);
  world.events.after(lastsMs, () => {
    network.faults.loss = 0;
    network.faults.doubled = 0;
    network.faults.delayMinMs = 0.2;
    network.faults.delayMaxMs = 3;
  });
};

/** Nothing is lost, but everything is under way for as long as around the globe and more. */
export const slowDown: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { network, present } = world;
  note(kind, present, lastsMs);
  network.faults.delayMinMs = draw.between(50, 500);
  network.faults.delayMaxMs = network.faults.delayMinMs + draw.between(0, 300);
  world.events.after(lastsMs, () => {
    network.faults.delayMinMs = 0.2;
    network.faults.delayMaxMs = 3;
  });
};

/** Each message goes over a connection that may stand still; the copies of one over different ones. */
export const stallMessages: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { network, present } = world;
  note(kind, present, lastsMs);
  network.faults.stalled = draw.between(0.05, 0.5);
  network.faults.doubled = 0.5;
  world.events.after(lastsMs, () => {
    network.faults.stalled = 0;
    network.faults.doubled = 0;
  });
};

export const takeStoreDown: Break = ({ world, note }, kind, lastsMs) => {
  const { service } = kind === "ring-down" ? world.ring : world.objects;
  note(kind, [], lastsMs);
  service.isDown = true;
  world.events.after(lastsMs, () => {
    service.isDown = false;
  });
};

/** Each call takes up to some seconds there, and as long back. */
export const slowStoreDown: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { service } = kind === "ring-slow" ? world.ring : world.objects;
  if (service.delayMinMs > STORE_DELAY_MIN_MS) return;
  note(kind, [], lastsMs);
  service.delayMinMs = draw.between(100, 1_000);
  service.delayMaxMs = service.delayMinMs + draw.pick([100, 1_500, 6_000]);
  world.events.after(lastsMs, () => {
    service.delayMinMs = STORE_DELAY_MIN_MS;
    service.delayMaxMs = STORE_DELAY_MAX_MS;
  });
};

export const wipeRing: Break = ({ world, note }, kind) => {
  note(kind, [], 0);
  world.ring.wipe();
};

export const loseObject: Break = ({ world, note }, kind) => {
  note(kind, [], 0);
  world.objects.losesNext = true;
};

export const breakReceiver: Break = ({ world, draw, note }, kind, lastsMs) => {
  const { receiver } = world;
  note(kind, [], lastsMs);
  const { faults } = receiver;
  if (kind === "receiver-down") faults.isDown = true;
  if (kind === "receiver-hangs") faults.hangs = true;
  if (kind === "receiver-fails") faults.fails = draw.between(0.2, 0.9);
  if (kind === "receiver-slow") {
    faults.connectMaxMs = 900;
    faults.answerMinMs = 500;
    faults.answerMaxMs = draw.pick([6_000, 40_000]);
  }
  world.events.after(lastsMs, () => receiver.mend());
};
