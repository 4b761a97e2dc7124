/** What the event recorder is told of a tenant, if there is one: nothing here costs anything without it. */
import type { EventGroup } from "../ports/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { isTimeMuted } from "./judge-group.ts";
import type { Group } from "./group.ts";
import type { TenantData } from "./tenant-data.ts";
import type { Decision } from "./types.ts";

export function recordPosted(data: TenantData, entry: AlertEntry, isNew: boolean): void {
  const { events } = data.shared;
  if (events === undefined) return;
  const alert = entry.record;
  if (isNew) events.record(data.id, { kind: "alert-created", alert });
  for (const group of entry.groups) {
    events.record(data.id, { kind: "alert-grouped", alert, group: describe(group) });
  }
}

/** The ended alerts that a group lets go after a flush. */
export function recordResolved(
  data: TenantData,
  group: Group,
  leavers: ReadonlySet<AlertEntry>,
): void {
  const { events } = data.shared;
  if (events === undefined || leavers.size === 0) return;
  const described = describe(group);
  for (const { record: alert } of leavers) {
    events.record(data.id, { kind: "alert-resolved", alert, group: described });
  }
}

/** Which alerts of a group are muted at its tick: inhibited, else, outside mute intervals, silenced. */
export function recordMuted(data: TenantData, group: Group, nowMs: number): void {
  if (data.shared.events === undefined) return;
  const isHeld = isTimeMuted(data, group, nowMs);
  for (const entry of group.members) {
    if (!recordInhibited(data, entry, nowMs) && !isHeld) recordSilenced(data, entry, nowMs);
  }
}

function recordInhibited(data: TenantData, { record }: AlertEntry, nowMs: number): boolean {
  const found = data.inhibitors.findWithRule(record, nowMs);
  if (found === undefined) return false;
  const { rule, source } = found;
  const event = { kind: "inhibition-muted-alert" as const, rule, alert: record, source: source.fp };
  data.shared.events?.record(data.id, event);
  return true;
}

function recordSilenced(data: TenantData, { record }: AlertEntry, nowMs: number): void {
  const ids = data.silences.active(data.silences.matching(record), nowMs);
  for (const id of ids) {
    const silence = data.silences.get(id);
    if (silence === undefined) continue;
    data.shared.events?.record(data.id, { kind: "silence-muted-alert", silence, alert: record });
  }
}

/** A message that was accepted, as long as its group is still there. */
export function recordNotification(
  data: TenantData,
  groupId: string,
  { told, job }: Extract<Decision, { kind: "send" }>,
): void {
  const { events } = data.shared;
  const group = events && data.groups.get(groupId);
  if (events === undefined || group === undefined) return;
  const shown = new Set([...told.firing, ...told.resolved]);
  events.record(data.id, {
    kind: "notification",
    notification: {
      group: describe(group),
      integration: job.integration,
      alerts: job.alerts,
      firing: told.firing,
      resolved: told.resolved,
      muted: group.members.map(({ logHash }) => logHash).filter((hash) => !shown.has(hash)),
      repeatIntervalMs: told.repeatIntervalMs,
      reason: job.reason,
      flushCount: group.flushCount,
    },
  });
}

function describe({ id, key, labels, route, clock }: Group): EventGroup {
  const { receiver, matchers } = route;
  return { id, bornMs: clock.bornMs, key, labels, receiver, matchers };
}
