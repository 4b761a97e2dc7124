/**
 * Which alerts are in which groups.
 *
 * It follows from labels and routes, so it is worked out when an alert comes and kept. The exception is
 * an ended alert: when all integrations have been told of the end, or need not be, the group lets it go
 * (S-30), and the record stays for a while without a group. If it is heard of again, by a re-send or
 * from an owner that is behind, the log decides: an end that all integrations were told of does not open
 * the group again (A21).
 */
import { labelValue, type GroupKey, type GroupRecord } from "@tocsin/domain/model";
import { groupKey, groupLabels, matchRoutes, type Route } from "@tocsin/domain/route";
import type { AlertEntry } from "./alert-entry.ts";
import { flushKeys, Group, groupIdOf } from "./group.ts";
import { hasTicked, isUrgent } from "./schedule.ts";
import type { TenantData } from "./tenant-data.ts";
import { ToldEnds } from "./told-ends.ts";

/** When a group that has to be made for an alert was born. */
export interface Birth {
  readonly bornMs: number;
  /** For judging ends. */
  readonly nowMs: number;
  /** What other owners know of such groups, by ID. */
  readonly clocks: ReadonlyMap<string, GroupRecord> | undefined;
}

/** Puts an alert into the groups that its routes make. Returns the groups that were made for it. */
export function joinGroups(data: TenantData, entry: AlertEntry, birth: Birth): readonly Group[] {
  if (data.settings === undefined) return [];
  const joined: Group[] = [];
  const made: Group[] = [];
  data.alerts.setLeft(entry, false);
  for (const route of matchRoutes(data.settings.root, entry.record)) {
    const { group, isNew } = findOrMakeGroup(data, { route, entry, birth });
    const isMember = !isNew && entry.groups.includes(group);
    if (!isMember && new ToldEnds(data, group).includes(entry, birth.nowMs)) {
      data.alerts.setLeft(entry, true);
      noteOver(data, entry);
      continue;
    }
    if (isNew) {
      data.groups.add(group);
      made.push(group);
    }
    if (!isMember) group.add(entry);
    joined.push(group);
  }
  entry.putInto(joined);
  return made;
}

/**
 * Lets a group of this alert be born with the batch that the alert came in, if that is earlier, as long as it
 * waits for its first tick. Two coordinators may make a group at one instant, each by its own clock, and its
 * owners hear of them in different order: yet they shall agree on its ticks. True: it is older now.
 */
export function bringForward(
  data: TenantData,
  group: Group,
  { startsAtMs, bornMs }: { readonly startsAtMs: number; readonly bornMs: number },
): boolean {
  const { clock, route } = group;
  if (bornMs >= clock.bornMs || hasTicked(clock)) return false;
  // It would be of a former life, or seem to have ticked.
  if (bornMs <= Math.max(clock.afterMs, clock.tickMs)) return false;
  const urgent = isUrgent(startsAtMs, bornMs, route);
  return data.groups.mergeClock(group, { ...clock, bornMs, urgent });
}

const NONE: readonly never[] = [];

/** Lets go of ended alerts. A group without alerts is destroyed. */
export function leaveGroup(data: TenantData, group: Group, leavers: ReadonlySet<AlertEntry>): void {
  if (leavers.size === 0) return;
  // The copy has no room to spare, as the result of a filter has.
  const stay = leavers.size < group.members.length;
  group.members = stay ? group.members.filter((member) => !leavers.has(member)).slice() : [];
  for (const entry of leavers) {
    entry.putInto(entry.groups === group.alone ? NONE : entry.groups.filter((of) => of !== group));
    data.alerts.setLeft(entry, true);
  }
  if (group.members.length === 0) data.groups.remove(group);
}

/** Its end was told, or could be. */
export function noteOver(data: TenantData, entry: AlertEntry): void {
  entry.isOver = true;
  if (entry.isSource) data.inhibitors.over(entry);
}

/** All alerts that belong to a group by their labels, also those that it has let go. */
export function* routedTo(data: TenantData, groupId: string): Generator<AlertEntry> {
  const group = data.groups.get(groupId);
  if (group !== undefined) yield* group.members;
  for (const entry of data.alerts.left) {
    if (group !== undefined && !mayRejoin(group, entry)) continue;
    if (isRoutedTo(data, entry, groupId)) yield entry;
  }
}

/** It is not in the group, and has its labels: a quick answer for most, before routes are asked. */
function mayRejoin(group: Group, entry: AlertEntry): boolean {
  const { names, values } = group.labels;
  if (!names.every((name, at) => labelValue(entry.record, name) === values[at])) return false;
  return !entry.groups.includes(group);
}

function isRoutedTo(data: TenantData, { record }: AlertEntry, groupId: string): boolean {
  if (data.settings === undefined) return false;
  return matchRoutes(data.settings.root, record).some(
    (route) =>
      groupId.startsWith(route.id) && groupIdOf(route, groupLabels(route, record)) === groupId,
  );
}

function findOrMakeGroup(
  data: TenantData,
  { route, entry, birth }: { route: Route; entry: AlertEntry; birth: Birth },
): { group: Group; isNew: boolean } {
  const labels = groupLabels(route, entry.record);
  const id = groupIdOf(route, labels);
  const known = data.groups.get(id);
  if (known !== undefined) return { group: known, isNew: false };
  const shared = { names: data.shared.interner.shape(labels.names), values: labels.values };
  const given = birth.clocks?.get(id);
  if (given !== undefined) return { group: new Group(route, shared, given), isNew: true };
  const { bornMs } = birth;
  const urgent = isUrgent(entry.record.startsAtMs, bornMs, route);
  const key = groupKey(route, shared);
  // A clock of another owner is ahead, so that an end may have been told after the next beginning.
  const afterMs = Math.min(toldOverMs(data, route, key), bornMs - 1);
  const clock = { id, bornMs, urgent, tickMs: afterMs, afterMs };
  return { group: new Group(route, shared, clock), isNew: true };
}

/**
 * The tick at which it was last told that all of a group that is no more here has ended, by the log, which
 * all owners have; 0: that was not told.
 */
function toldOverMs(data: TenantData, route: Route, key: GroupKey): number {
  const receiver = data.settings?.receivers.get(route.receiver);
  if (receiver === undefined || data.log.size === 0) return 0;
  let lastMs = 0;
  for (const { key: logKey } of flushKeys(key, receiver)) {
    const told = data.log.get(logKey);
    if (told === undefined) continue;
    if (told.firing.length > 0) return 0;
    lastMs = Math.max(lastMs, told.tickMs);
  }
  return lastMs;
}
