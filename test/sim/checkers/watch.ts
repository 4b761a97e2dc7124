import type { TenantId, InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import { View } from "@tocsin/engine/cluster";
import type { Inspection } from "@tocsin/engine/instance";
import type { Faults } from "../faults/index.ts";
import type { History, Write } from "../history.ts";
import type { Scenario } from "../scenario.ts";
import type { Span } from "../traffic.ts";
import type { Attempt } from "../world/receivers.ts";
import type { Machine, World } from "../world/world.ts";

/** What every checker looks at. */
export interface Watch {
  readonly world: World;
  readonly history: History;
  readonly faults: Faults;
  readonly scenario: Scenario;
}

/**
 * How old the last look at the merged state may be when a first byte leaves: the fence's bound, and a
 * clock's rate. A write that was acknowledged before the look began must be in what is sent.
 */
export const LOOK_AGE_MAX_MS = 1_050;

/**
 * How far the clocks by which owners judge may be off true time: a right clock by 0.3 s after two minutes,
 * and a wrong one that is outvoted by 250 ms more, which are let pass (ADR 0017), and a round trip.
 */
export const CLOCK_ERROR_MAX_MS = 600;

/** Two pings: the first after a cut tells a member that it is heard only if the other one has heard it. */
export const HEARD_AGAIN_MS = 1_000;

/** From the receiver's yes until the other owners have the outcome, messages being on time. */
export const RECORDING_MS = 50;

/** The last second of the log goes with the power (PROTOCOL 9). */
export const UNSYNCED_MS = 1_000;

/** A coordinator's yes is on its way to its client for no longer. */
export const YES_UNDER_WAY_MS = 5;

/** A receiver's yes is under way for this long. */
const ANSWER_MS = 4;

/** 12.2: the sender had given up before it could hear the yes. */
export function cameTooLate({ abandonedMs, acceptedMs }: Attempt): boolean {
  return (
    abandonedMs !== undefined && acceptedMs !== undefined && abandonedMs <= acceptedMs + ANSWER_MS
  );
}

/** Undefined while the process is dead or has not begun to work. */
export function inspect(machine: Machine): Inspection | undefined {
  if (machine.process.state === "dead" || machine.instance === undefined) return undefined;
  try {
    return machine.instance.inspection;
  } catch {
    return undefined;
  }
}

/** The newest view of any machine; undefined before there is one. */
export function newestView(world: World): View | undefined {
  const documents = world.machines.flatMap(({ instance }) => instance?.status().view ?? []);
  const newest = documents.toSorted((a, b) => b.version - a.version)[0];
  return newest && viewOf(world, newest);
}

/**
 * Whether the right clocks were not more than the wrong ones while it was written (PROTOCOL 12.7): an end
 * that seems to lie ahead does not shorten what was said before.
 */
export function isOutvoted(watch: Watch, write: Write): boolean {
  return areOutvoted(watch, { fromMs: write.beganMs, untilMs: write.ackedMs ?? write.beganMs });
}

/** Whether the right clocks were not more than the wrong ones in the span. */
export function areOutvoted({ faults, world }: Watch, span: Span): boolean {
  const wrong = world.present.filter(({ id }) => faults.touched(["clock"], span, id));
  return wrong.length * 2 >= world.present.length;
}

/** By how much the clock may be wrong by which owners judge at an instant (PROTOCOL 12.7). */
export function clockErrorMs(watch: Watch, atMs: number): number {
  const isWrong = areOutvoted(watch, { fromMs: atMs, untilMs: atMs });
  return isWrong ? watch.scenario.clockJumpMaxMs + CLOCK_ERROR_MAX_MS : CLOCK_ERROR_MAX_MS;
}

/** Each document is made ready once. */
const views = new WeakMap<RingDocument, View>();

function viewOf({ options }: World, document: RingDocument): View {
  const known = views.get(document);
  if (known !== undefined) return known;
  const view = new View(document, options.replicationFactor);
  views.set(document, view);
  return view;
}

/** The owners of a tenant in the order of turns, by the newest view of any machine. */
export function ownersOf(world: World, tenant: TenantId): readonly InstanceId[] {
  return newestView(world)?.newOwners(tenant) ?? [];
}

/** All who owned it, or were to, by the ring store at an instant. */
export function ownersAt(world: World, tenant: TenantId, atMs: number): readonly InstanceId[] {
  const written = world.ring.written.findLast((one) => one.atMs <= atMs);
  if (written === undefined) return [];
  const { sets } = viewOf(world, written.document).owners(tenant);
  return [...new Set(sets.flat())];
}

/** The `alertname` in a group key, whatever else it is grouped by. */
export function groupIn(groupKey: string): string {
  return /alertname="([^"]*)"[^:]*$/.exec(groupKey)?.[1] ?? "";
}
