import { walkRoutes, type Route } from "@tocsin/domain/route";
import type { TenantSettings } from "./settings.ts";

/** The new routes that are at the place of an old one and group and notify as it did, by ID. */
export function findSameRoutes(
  old: TenantSettings | undefined,
  next: TenantSettings | undefined,
): ReadonlyMap<string, Route> {
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
