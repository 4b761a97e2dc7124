import type { AlertRecord } from "@tocsin/domain/model";
import { isForgettable } from "@tocsin/domain/records";
import type { AlertEntry } from "./alert-entry.ts";
import type { Group } from "./group.ts";
import { leaveGroup } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";

/** An ended alert whose group cannot let it go, since its receiver fails, is held no longer than this. */
const UNTOLD_AGE_MAX_MS = 24 * 3_600_000;

export type GarbageKind = "alerts" | "silences" | "log";

/** Forgets what need not be kept of one kind. Returns how many records were dropped or shrunk. */
export function collectGarbage(data: TenantData, nowMs: number, kind: GarbageKind): number {
  switch (kind) {
    case "alerts":
      data.nameLimits?.collectGarbage(nowMs);
      return forgetAlerts(data, nowMs);
    case "silences":
      return data.silences.collectGarbage(nowMs, data.shared.retentionMs);
    case "log":
      return forgetLog(data, nowMs);
  }
}

function forgetLog(data: TenantData, nowMs: number): number {
  const gone = data.log.forget(nowMs);
  data.strays.forget(gone);
  return gone.length;
}

function forgetAlerts(data: TenantData, nowMs: number): number {
  const gone = new Set<AlertEntry>();
  for (const entry of data.alerts.entries) if (isGarbage(entry, nowMs)) gone.add(entry);
  const leavers = new Map<Group, Set<AlertEntry>>();
  for (const entry of gone) {
    for (const group of entry.groups) {
      const known = leavers.get(group);
      if (known === undefined) leavers.set(group, new Set([entry]));
      else known.add(entry);
    }
  }
  for (const [group, entries] of leavers) leaveGroup(data, group, entries);
  data.removeAlerts(gone);
  return gone.size;
}

/** As upstream, a group holds its alerts until their end was told, whatever their age. */
function isGarbage({ record, groups }: AlertEntry, nowMs: number): boolean {
  if (!isForgettable(record, nowMs)) return false;
  return groups.length === 0 || isGivenUp(record, nowMs);
}

/** Nobody waits for its end any more. */
export function isGivenUp({ keepUntilMs }: AlertRecord, nowMs: number): boolean {
  return keepUntilMs + UNTOLD_AGE_MAX_MS <= nowMs;
}
