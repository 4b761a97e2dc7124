/** A tenant as the API shows it (S-90, S-91): the status is worked out for the instant of the reading. */
import {
  compareAlerts,
  compareLabelSets,
  formatFingerprint,
  ZERO_TIME_MS,
} from "@tocsin/domain/alert";
import type { AlertRecord } from "@tocsin/domain/model";
import { matchRoutes } from "@tocsin/domain/route";
import { decideTimeMute } from "@tocsin/domain/time-interval";
import type { ToldAlert } from "../ports/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { inhibitedBy, silencedBy } from "./alert-status.ts";
import type { Group } from "./group.ts";
import { isEnded, isPastEnd, type Judgement } from "./judgement.ts";
import { RouteLabelReader } from "./route-labels.ts";
import type { TenantData } from "./tenant-data.ts";
import type { AlertView, GroupView } from "./types.ts";

const NONE: readonly string[] = [];

/** Every alert that is shown, sorted by fingerprint. */
export function viewAlerts(data: TenantData, at: Judgement): readonly AlertView[] {
  const views: AlertView[] = [];
  for (const entry of data.alerts.sorted) {
    if (!isShown(entry.record, at)) continue;
    views.push(viewOf(data, { entry, mutedBy: NONE, nowMs: at.nowMs }));
  }
  return views;
}

/** Every group with an alert that is shown, sorted by labels, then by receiver. */
export function viewGroups(data: TenantData, at: Judgement): readonly GroupView[] {
  const { nowMs } = at;
  const views: GroupView[] = [];
  const routeLabels = new RouteLabelReader(data, nowMs);
  for (const group of data.groups.groups) {
    const members = group.members.filter(({ record }) => isShown(record, at));
    if (members.length === 0) continue;
    members.sort((a, b) => compareAlerts(a.record, b.record));
    const mutedBy = mutedByTime(data, group, nowMs);
    views.push({
      labels: group.labels,
      receiver: group.route.receiver,
      route: group.route,
      routeLabels: routeLabels.read(group, () => toldNow(members, nowMs)),
      alerts: members.map((entry) => viewOf(data, { entry, mutedBy, nowMs })),
    });
  }
  return views.sort(compareGroups);
}

/** S-9: an alert vanishes when its end is before now, and somebody could have heard of it since (PROTOCOL 7.4). */
function isShown(record: AlertRecord, at: Judgement): boolean {
  const { endsAtMs } = record;
  return endsAtMs >= at.nowMs || endsAtMs === ZERO_TIME_MS || !isEnded(record, at);
}

function toldNow(members: readonly AlertEntry[], nowMs: number): readonly ToldAlert[] {
  return members.map(({ record }) => ({ record, resolved: isPastEnd(record, nowMs) }));
}

interface Shown {
  readonly entry: AlertEntry;
  readonly mutedBy: readonly string[];
  readonly nowMs: number;
}

function viewOf(data: TenantData, { entry, mutedBy, nowMs }: Shown): AlertView {
  const { record } = entry;
  return {
    record,
    fingerprint: formatFingerprint(record.fpHi, record.fpLo),
    receivers: receiversOf(data, entry),
    inhibitedBy: inhibitedBy(data, entry, nowMs),
    silencedBy: silencedBy(data, entry, nowMs),
    mutedBy,
  };
}

function receiversOf(data: TenantData, entry: AlertEntry): readonly string[] {
  // Groups are in the order of the routes, unless one has let the alert go.
  if (!entry.hasLeft) return entry.groups.map((group) => group.route.receiver);
  if (data.settings === undefined) return NONE;
  return matchRoutes(data.settings.root, entry.record).map((route) => route.receiver);
}

function mutedByTime(data: TenantData, { route }: Group, nowMs: number): readonly string[] {
  if (data.settings === undefined) return NONE;
  const intervals = data.settings.config.timeIntervals;
  const mute = decideTimeMute(route, { intervals, zones: data.shared.zones, nowMs });
  return mute.muted === true ? mute.names : NONE;
}

function compareGroups(left: GroupView, right: GroupView): number {
  return (
    compareLabelSets(left.labels, right.labels) ||
    (left.receiver === right.receiver ? 0 : left.receiver < right.receiver ? -1 : 1) ||
    left.route.idx - right.route.idx
  );
}
