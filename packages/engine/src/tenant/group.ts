import type { IntegrationConfig, ReceiverConfig } from "@tocsin/domain/config";
import type { GroupKey, GroupRecord, LabelSet, LogKey } from "@tocsin/domain/model";
import { groupSetBack, hashGroupRecord, mergeGroupClocks } from "@tocsin/domain/records";
import { formatLabelSet, groupKey, logKey, type Route } from "@tocsin/domain/route";
import type { AlertEntry } from "./alert-entry.ts";
import { appended } from "./lists.ts";
import { dueAfterMerge, hasTicked, lastTickMs, latestTickMs, nextTickMs } from "./schedule.ts";
import type { FlushKey } from "./types.ts";

/** An aggregation group: the alerts of one route with equal group labels, flushed together. */
export class Group {
  route: Route;
  readonly labels: LabelSet;
  clock: GroupRecord;
  /** When the next tick is due on this owner; usually what the clock says, see `dueAfterMerge`. */
  dueMs: number;
  members: AlertEntry[] = [];
  /** Ticks spent on this owner. */
  flushCount = 0;
  /** Content hash of the clock, as signed integers, which need no box. */
  hashHi = 0;
  hashLo = 0;
  /** This group as the list of groups that an alert is in, shared by all that are in no other. */
  readonly alone: readonly Group[] = [this];

  constructor(route: Route, labels: LabelSet, clock: GroupRecord) {
    this.route = route;
    this.labels = labels;
    this.clock = clock;
    this.dueMs = nextTickMs(clock, route);
    this.#rehash();
  }

  get id(): string {
    return this.clock.id;
  }

  get key(): GroupKey {
    return groupKey(this.route, this.labels);
  }

  add(entry: AlertEntry): void {
    this.members = appended(this.members, entry);
  }

  /** Learns of another owner's clock. True if that changed the own. */
  mergeClock(received: GroupRecord): boolean {
    const merged = mergeGroupClocks(this.clock, received);
    if (merged === this.clock) return false;
    const wasFormerLife = this.clock.bornMs <= merged.afterMs;
    this.clock = merged;
    this.dueMs = wasFormerLife
      ? nextTickMs(merged, this.route)
      : dueAfterMerge(this.dueMs, merged, this.route);
    this.#rehash();
    return true;
  }

  /** Spends all ticks up to now as one and returns its nominal time. The first is not before `fromMs`. */
  spendTick(nowMs: number, fromMs: number): number {
    this.flushCount += 1;
    const lastMs = lastTickMs(this.dueMs, nowMs, this.route);
    const tickMs = hasTicked(this.clock) ? lastMs : Math.max(lastMs, fromMs);
    if (tickMs > this.clock.tickMs) this.clock = { ...this.clock, tickMs };
    this.dueMs = nextTickMs(this.clock, this.route);
    this.#rehash();
    return tickMs;
  }

  /** The next tick is the first after `nowMs`; nothing was spent here. */
  passTicks(nowMs: number): void {
    this.dueMs = lastTickMs(this.dueMs, nowMs, this.route) + this.route.groupIntervalMs;
  }

  /** Makes the next tick due at this instant; those that follow count from it. */
  hasten(dueMs: number): void {
    this.dueMs = Math.min(this.dueMs, dueMs);
  }

  /** The wall clock was set back: the next tick is no further ahead than the waiting times allow. */
  setBack(nowMs: number): void {
    this.clock = groupSetBack(this.clock, nowMs);
    this.dueMs = Math.min(this.dueMs, latestTickMs(this.clock, nowMs, this.route));
    this.#rehash();
  }

  /** The log keys of the receiver's integrations. */
  keys(receiver: ReceiverConfig): readonly FlushKey[] {
    return flushKeys(this.key, receiver);
  }

  #rehash(): void {
    const { hi, lo } = hashGroupRecord(this.clock);
    this.hashHi = hi | 0;
    this.hashLo = lo | 0;
  }
}

/** Route ID and group labels: the identity of a group on all owners. */
export function groupIdOf(route: Route, labels: LabelSet): string {
  return `${route.id}:${formatLabelSet(labels)}`;
}

/** The log keys of the receiver's integrations for the group with this key. */
export function flushKeys(key: GroupKey, receiver: ReceiverConfig): readonly FlushKey[] {
  return receiver.integrations.map((integration) => ({
    key: keyOf(key, receiver, integration),
    receiver: receiver.name,
    integration,
  }));
}

/** The log key of one integration for the group with this key. */
export function keyOf(
  key: GroupKey,
  receiver: ReceiverConfig,
  integration: IntegrationConfig,
): LogKey {
  const { kind, index } = integration;
  return logKey({ groupKey: key, receiver: receiver.name, integration: kind, index });
}
