/** When everything had time: I5 (the later write stands), I6, I15 (owners are equal), I23, I24 (nothing is held for good). */
import { labelValue, type GroupRecord, type InstanceId } from "@tocsin/domain/model";
import { isForgettable } from "@tocsin/domain/records";
import { MAP_NAMES, type MapName, type PartialState } from "@tocsin/engine/peer";
import { silenceState } from "@tocsin/domain/silence";
import type { Tenant } from "@tocsin/engine/tenant";
import { isBefore } from "../history.ts";
import { LAWS, type Law, type RecordsOf } from "./merges.ts";
import { writtenIn } from "./written.ts";
import { GROUP_INTERVAL_MS, TENANTS } from "../scenario.ts";
import { trueWallMs } from "../world/sim-process.ts";
import type { World } from "../world/world.ts";
import { inspect, ownersOf, type Watch } from "./watch.ts";

/** How far apart two owners come to a tick: two members do not outvote a wrong clock (PROTOCOL 12.7). */
const TICK_SPREAD_MS = 1_000;

/** Maintenance is once a minute, by a clock that may be wrong. */
const MAINTENANCE_MAX_MS = 70_000;

export function checkEnding(watch: Watch): void {
  const { world, history } = watch;
  const nowMs = world.events.nowMs;
  for (const message of differences(world)) history.violate("I15", nowMs, message);
  for (const { id, tenant } of copies(world)) {
    checkLatest(watch, id, tenant);
    checkSilences(watch, id, tenant);
    checkOwnOnly(watch, id, tenant);
  }
  for (const message of aboveFloor(world)) history.violate("I24", nowMs, message);
}

interface Copy {
  readonly id: InstanceId;
  readonly tenant: Tenant;
}

/** Every owner's copy of every tenant. */
function copies(world: World): readonly Copy[] {
  return TENANTS.flatMap((name) =>
    ownersOf(world, name).flatMap((id) => {
      const tenant = world.machine(id).instance?.fleet.get(name);
      return tenant === undefined ? [] : [{ id, tenant }];
    }),
  );
}

/** Of two acknowledged writes, one begun after the other's yes, the later stands. */
function checkLatest({ world, history }: Watch, id: InstanceId, tenant: Tenant): void {
  for (const record of tenant.fullState().alerts ?? []) {
    const { name, number } = writtenIn(record);
    const alert = history.alerts.find((one) => one.name === name);
    const stands = alert?.writes[number - 1];
    if (stands === undefined) continue;
    const later = alert?.writes.find((one) => one.ackedMs !== undefined && isBefore(stands, one));
    if (later === undefined) continue;
    const message = `${name} is write ${number} on ${id}, although ${later.number} was acknowledged later`;
    history.violate("I5", world.events.nowMs, message);
  }
}

function checkSilences({ world, history }: Watch, id: InstanceId, tenant: Tenant): void {
  for (const silence of history.silences) {
    if (silence.tenant !== tenant.id || silence.id === undefined) continue;
    if (silence.expireAckedMs === undefined) continue;
    const found = tenant.silence(silence.id);
    const state = found && silenceState(found, trueWallMs(world.events));
    if (state === undefined || state === "expired") continue;
    const message = `Silence of ${silence.group} was ended and is ${state} on ${id}`;
    history.violate("I6", world.events.nowMs, message);
  }
}

/** What the clients write says whose it is. */
function checkOwnOnly({ world, history }: Watch, id: InstanceId, tenant: Tenant): void {
  const { alerts = [], silences = [] } = tenant.fullState();
  const owners = [
    ...alerts.map((record) => labelValue(record, "tenant")),
    ...silences.map((record) => record.createdBy),
  ];
  const foreign = owners.find((owner) => owner !== tenant.id);
  if (foreign === undefined) return;
  const message = `${id} holds a record of "${foreign}" in "${tenant.id}"`;
  history.violate("I23", world.events.nowMs, message);
}

/** Maps that are not the same for all owners, leaving out what everybody may have forgotten (PROTOCOL 5). */
export function differences(world: World, maps: readonly MapName[] = MAP_NAMES): readonly string[] {
  const nowMs = trueWallMs(world.events);
  return TENANTS.flatMap((tenant) => {
    const owners = ownersOf(world, tenant);
    const states = owners.map((id) => world.machine(id).instance?.fleet.get(tenant)?.fullState());
    return maps.flatMap((map) => {
      const kept = states.map((state) => linesOf(map, state, nowMs));
      if (kept.every((lines) => isSameSet(lines, kept[0] ?? lines))) return [];
      const all = new Set(kept.flatMap((lines) => [...lines]));
      const odd = owners.map((id, at) => `${id} ${kept[at]?.size ?? 0} of ${all.size}`);
      return [`${map} of "${tenant}" differ: ${odd.join(", ")}`];
    });
  });
}

/** One line for each record that has to be kept. */
function linesOf<Map extends MapName>(
  map: Map,
  state: PartialState | undefined,
  nowMs: number,
): ReadonlySet<string> {
  const lines = new Set<string>();
  for (const record of listOf(map, state)) {
    if ("keepUntilMs" in record && isForgettable(record, nowMs)) continue;
    lines.add(lineOf(LAWS[map], map === "groups" ? withoutNewTick(record, nowMs) : record));
  }
  return lines;
}

/** Records never change, and most are met at every look: the line of each is made once. */
const knownLines = new WeakMap<object, string>();

function lineOf<R extends object>({ keyOf, hash }: Law<R>, record: R): string {
  const known = knownLines.get(record);
  if (known !== undefined) return known;
  const { hi, lo } = hash(record);
  const line = `${keyOf(record)} ${hi}:${lo}`;
  knownLines.set(record, line);
  return line;
}

function isSameSet(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left === right || (left.size === right.size && left.isSubsetOf(right));
}

/** A tick that not everybody's clock has come to yet is one that nobody has spent. */
function withoutNewTick<R>(group: R, nowMs: number): R {
  const { tickMs } = group as GroupRecord; // Its map says so, which the compiler does not follow.
  return tickMs < nowMs - TICK_SPREAD_MS ? group : { ...group, tickMs: tickMs - GROUP_INTERVAL_MS };
}

function listOf<Map extends MapName>(
  map: Map,
  state: PartialState = {},
): readonly RecordsOf[Map][] {
  const found = state[map];
  // A configuration is the only map of one; the compiler does not follow that through `Map`.
  const list = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return list as RecordsOf[Map][];
}

/** I24: whoever holds a record that nobody needs any more lets go of it at the next maintenance. */
export function checkForgotten({ world, history }: Watch): void {
  const nowMs = trueWallMs(world.events);
  const sinceMs = nowMs - MAINTENANCE_MAX_MS;
  for (const { id, instance } of world.machines) {
    for (const tenant of instance?.fleet.tenants() ?? []) {
      const { alerts = [], log = [] } = tenant.fullState();
      const count = [...alerts, ...log].filter((record) => isForgettable(record, sinceMs)).length;
      if (count === 0) continue;
      const message = `${id} holds ${count} records of "${tenant.id}" that may be forgotten`;
      history.violate("I24", world.events.nowMs, message);
    }
  }
}

/** What machines still hold although nothing is under way. */
export function aboveFloor(world: World): readonly string[] {
  return world.machines.flatMap((machine) => {
    const found = inspect(machine);
    if (found === undefined) return [];
    const { turnCount, grantCount, openClaimCount } = found;
    if (turnCount + grantCount + openClaimCount === 0) return [];
    const held = `${turnCount} turns, ${grantCount} grants and ${openClaimCount} claims`;
    return [`${machine.id} has ${held} at rest`];
  });
}
