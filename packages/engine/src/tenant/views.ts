/** A tenant as the API shows it (S-90, S-91): the status is worked out for the instant of the reading. */
import {
  compareAlerts,
  compareLabelSets,
  formatFingerprint,
  ZERO_TIME_MS,
} from "@tocsin/domain/alert";
import type { LabelSet } from "@tocsin/domain/model";
import { matchRoutes, type Route } from "@tocsin/domain/route";
import { decideTimeMute } from "@tocsin/domain/time-interval";
import type { AlertEntry } from "./alert-entry.ts";
import { inhibitedBy, silencedBy, statusWork } from "./alert-status.ts";
import type { Group } from "./group.ts";
import { isEnded, isPastEnd, type Judgement } from "./judgement.ts";
import { RouteLabelReader, type RouteLabels } from "./route-labels.ts";
import { hasTicked } from "./schedule.ts";
import type { TenantData } from "./tenant-data.ts";
import type { AlertView, GroupView } from "./types.ts";

const NONE: readonly string[] = [];

/** Every alert that is shown, sorted by fingerprint. */
export function viewAlerts(data: TenantData, at: Judgement): Iterable<AlertView> {
  return alertsOf(data, { entries: data.alerts.sorted, mutedBy: NONE, at });
}

/** Every group with an alert that is shown. */
export function viewGroups(data: TenantData, at: Judgement): Iterable<GroupView> {
  // Copies, for both may change while others have a turn.
  const groups = data.groups.groups.map((group) => ({ group, members: group.members.slice() }));
  return groupsOf(data, groups, at);
}

function* groupsOf(
  data: TenantData,
  groups: readonly { readonly group: Group; readonly members: readonly AlertEntry[] }[],
  at: Judgement,
): Generator<GroupView> {
  const labels = new RouteLabelReader(data, at.nowMs);
  for (const { group, members } of groups) {
    if (members.some((entry) => isShown(entry, at))) {
      yield new ViewedGroup(data, { group, members, at, labels });
    }
  }
}

interface ViewedGroupParts {
  readonly group: Group;
  readonly members: readonly AlertEntry[];
  readonly at: Judgement;
  readonly labels: RouteLabelReader;
}

class ViewedGroup implements GroupView {
  readonly labels: LabelSet;
  readonly receiver: string;
  readonly route: Route;
  readonly mutedBy: readonly string[];
  readonly #data: TenantData;
  readonly #parts: ViewedGroupParts;

  constructor(data: TenantData, parts: ViewedGroupParts) {
    const { group, at } = parts;
    this.labels = group.labels;
    this.route = group.route;
    this.receiver = group.route.receiver;
    this.mutedBy = mutedByTime(data, group, at.nowMs);
    this.#data = data;
    this.#parts = parts;
  }

  get routeLabels(): RouteLabels {
    const { group, members, at, labels } = this.#parts;
    return labels.read(group, () => {
      const shown = members.filter((entry) => isShown(entry, at));
      shown.sort((a, b) => compareAlerts(a.record, b.record));
      return shown.map(({ record }) => ({ record, resolved: isPastEnd(record, at.nowMs) }));
    });
  }

  alerts(): Iterable<AlertView> {
    const { members, at } = this.#parts;
    return alertsOf(this.#data, { entries: members, mutedBy: this.mutedBy, at });
  }
}

interface Shown {
  readonly entries: readonly AlertEntry[];
  readonly mutedBy: readonly string[];
  readonly at: Judgement;
}

function* alertsOf(data: TenantData, { entries, mutedBy, at }: Shown): Generator<AlertView> {
  for (const entry of entries) {
    if (!isShown(entry, at)) continue;
    const { record } = entry;
    yield {
      record,
      fingerprint: formatFingerprint(record.fpHi, record.fpLo),
      receivers: receiversOf(data, entry),
      matchWork: statusWork(data, entry),
      inhibitedBy: inhibitedBy(data, entry, at.nowMs),
      silencedBy: silencedBy(data, entry, at.nowMs),
      mutedBy,
      isProcessed: isProcessed(entry),
    };
  }
}

function isProcessed({ groups }: AlertEntry): boolean {
  return groups.length === 0 || groups.some(({ clock }) => hasTicked(clock));
}

/** S-9: an alert vanishes when its end is before now, and somebody could have heard of it since (PROTOCOL 7.4). */
function isShown({ record, isOver }: AlertEntry, at: Judgement): boolean {
  const { endsAtMs } = record;
  // Whoever told its end could judge that it had run out.
  return endsAtMs >= at.nowMs || endsAtMs === ZERO_TIME_MS || !(isOver || isEnded(record, at));
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

/** Orders groups as upstream does: by labels, then by receiver. */
export function compareGroups(left: GroupView, right: GroupView): number {
  return (
    compareLabelSets(left.labels, right.labels) ||
    (left.receiver === right.receiver ? 0 : left.receiver < right.receiver ? -1 : 1) ||
    left.route.idx - right.route.idx
  );
}
