/**
 * A reload as a difference (ARCHITECTURE 3.6): a group lives on, with its clock, alerts and sends under
 * way, if its route is still at the same place with the same receiver, grouping and timings. All others
 * are made anew, as upstream makes all (S-31).
 *
 * What the new configuration owes and the old one did not is told at once, as upstream does: a mute
 * interval or an inhibition rule that is gone, another integration, a shorter repeat interval. Such a
 * group ticks now and counts its interval from here. What was owed before waits for its tick as before,
 * so a reload that changes nothing is not seen in the messages.
 */
import type { LogKey } from "@tocsin/domain/model";
import { groupKey, groupLabels, matchRoutes, walkRoutes, type Route } from "@tocsin/domain/route";
import type { PartialState } from "../peer/index.ts";
import { isOwed } from "./decide.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { keyOf, type Group } from "./group.ts";
import { Inhibitors } from "./inhibitors.ts";
import { joinGroups } from "./membership.ts";
import { URGENT_WAIT_MS } from "./schedule.ts";
import type { TenantSettings } from "./settings.ts";
import type { TenantData } from "./tenant-data.ts";

/** Puts settings in force. Returns the clocks of the groups that were made. */
export function changeSettings(
  data: TenantData,
  settings: TenantSettings | undefined,
  nowMs: number,
): PartialState {
  if (settings === data.settings) {
    data.awaitsSettings = settings === undefined;
    return {};
  }
  // Which takes a moment for ten thousand groups, and most reloads change nothing.
  const isOther = data.settings?.source.text !== settings?.source.text;
  const owed = isOther ? findOwedKeys(data, nowMs) : undefined;
  const routes = findSameRoutes(data.settings, settings);
  const sameIds = new Set(routes.keys());
  const kept = keepGroups(data, routes);
  const clocks = data.awaitedClocks;
  data.settings = settings;
  data.awaitsSettings = settings === undefined;
  if (settings !== undefined) data.awaitedClocks = undefined;
  data.groups.replaceAll([]);
  data.inhibitors = new Inhibitors(settings?.inhibitRules);
  const made: Group[] = [];
  for (const entry of data.alerts.sorted) {
    entry.status = undefined;
    data.inhibitors.add(entry, nowMs);
    const before = entry.groups;
    const isOver = entry.hasLeft && before.length === 0;
    entry.putInto([]);
    if (isOver && !isEndOwedAnew(data, entry, sameIds)) continue;
    const outlives = { groups: kept, routes: sameIds, before };
    made.push(...joinGroups(data, entry, { bornMs: nowMs, nowMs, clocks, kept: outlives }));
  }
  if (owed !== undefined) hastenNews(data, { owed, kept, nowMs });
  return made.length === 0 ? {} : { groups: made.map((group) => group.clock) };
}

/** Lets those groups tick now that owe what they did not owe before. */
function hastenNews(
  data: TenantData,
  before: {
    readonly owed: ReadonlyMap<LogKey, Group>;
    readonly kept: ReadonlyMap<string, Group>;
    readonly nowMs: number;
  },
): void {
  const { owed, kept, nowMs } = before;
  for (const [key, group] of findOwedKeys(data, nowMs)) {
    if (kept.has(group.id) && !owed.has(key)) data.groups.hasten(group, nowMs + URGENT_WAIT_MS);
  }
}

/** What is owed by groups that have ticked before: others have their first tick to come. */
function findOwedKeys(data: TenantData, nowMs: number): Map<LogKey, Group> {
  const owed = new Map<LogKey, Group>();
  for (const group of data.groups.groups) {
    const receiver = data.settings?.receivers.get(group.route.receiver);
    if (receiver === undefined || group.clock.tickMs === 0) continue;
    const at = { groupId: group.id, tickMs: nowMs, nowMs, contactMs: Infinity };
    for (const { key } of group.keys(receiver)) {
      if (isOwed(data, { ...at, key })) owed.set(key, group);
    }
  }
  return owed;
}

/** The new routes that are at the place of an old one and group and notify as it did, by ID. */
function findSameRoutes(
  old: TenantSettings | undefined,
  next: TenantSettings | undefined,
): Map<string, Route> {
  const same = new Map<string, Route>();
  if (old === undefined || next === undefined) return same;
  const before = new Map<string, Route>();
  for (const route of walkRoutes(old.root)) before.set(route.id, route);
  for (const route of walkRoutes(next.root)) {
    const known = before.get(route.id);
    if (known !== undefined && isSameGrouping(known, route)) same.set(route.id, route);
  }
  return same;
}

/** The groups that live on, by ID, with their new routes and for now without alerts. */
function keepGroups(data: TenantData, routes: ReadonlyMap<string, Route>): Map<string, Group> {
  const kept = new Map<string, Group>();
  for (const group of data.groups.groups) {
    const route = routes.get(group.route.id);
    if (route === undefined) continue;
    group.route = route;
    group.members = [];
    kept.set(group.id, group);
  }
  return kept;
}

/** An ended alert that is in no group: a route that is new or has come back may owe somebody its end. */
function isEndOwedAnew(
  data: TenantData,
  { record, logHash }: AlertEntry,
  sameIds: ReadonlySet<string>,
): boolean {
  const { settings } = data;
  if (settings === undefined) return false;
  return matchRoutes(settings.root, record).some((route) => {
    const receiver = settings.receivers.get(route.receiver);
    if (receiver === undefined || sameIds.has(route.id)) return false;
    const key = groupKey(route, groupLabels(route, record));
    return receiver.integrations.some((integration) =>
      data.log.get(keyOf(key, receiver, integration))?.firing.includes(logHash),
    );
  });
}

function isSameGrouping(old: Route, next: Route): boolean {
  return (
    old.receiver === next.receiver &&
    old.groupByAll === next.groupByAll &&
    old.groupBy.length === next.groupBy.length &&
    old.groupBy.every((name, at) => name === next.groupBy[at]) &&
    old.groupWaitMs === next.groupWaitMs &&
    old.groupIntervalMs === next.groupIntervalMs
  );
}
