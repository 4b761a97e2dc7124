import type { ReceiverConfig } from "@tocsin/domain/config";
import type { GroupRecord, LabelSet } from "@tocsin/domain/model";
import { groupKey, type Route } from "@tocsin/domain/route";
import type { AlertEntry } from "./alert-entry.ts";
import { flushKeys, Group } from "./group.ts";
import { includesHash } from "./hash-list.ts";
import { isPastEnd } from "./judgement.ts";
import { EXACT_SIZE_MAX } from "./lists.ts";
import type { JudgingState } from "./tenant-data.ts";
import { ToldEnds } from "./told-ends.ts";
import type { FlushKey } from "./types.ts";

export interface SeatParts {
  readonly id: string;
  readonly route: Route;
  readonly labels: LabelSet;
  readonly livesOn: boolean;
}

/** A place for a group under a configuration that is being prepared, with the alerts that belong there. */
export class Seat {
  readonly id: string;
  readonly route: Route;
  readonly labels: LabelSet;
  /** Groups of the route outlive the change. */
  readonly livesOn: boolean;
  readonly entries: AlertEntry[] = [];
  /** This seat as the list of those of an alert, shared by all that have no other. */
  readonly alone: readonly Seat[] = [this];
  /** The group that will sit here if nothing changes. */
  foreseen: Group | undefined;
  #group: Group | undefined;
  #excluded: Set<AlertEntry> | undefined;
  #made: Group | undefined;
  #keys: readonly FlushKey[] | undefined;
  #toldEnds: ToldEnds | undefined;

  constructor({ id, route, labels, livesOn }: SeatParts) {
    this.id = id;
    this.route = route;
    this.labels = labels;
    this.livesOn = livesOn;
  }

  /** The group that sits here; undefined until the first alert has joined it. */
  get group(): Group | undefined {
    return this.#group;
  }

  /** Lets this group sit here, with these alerts. */
  take(group: Group, members: AlertEntry[]): void {
    group.route = this.route;
    group.members = members;
    this.#group = group;
  }

  /** The alert belongs here but does not join the group. */
  exclude(entry: AlertEntry): void {
    (this.#excluded ??= new Set()).add(entry);
  }

  isExcluded(entry: AlertEntry): boolean {
    return this.#excluded?.has(entry) === true;
  }

  /** Who joins the group; in a list that the seat needs no more, as it may be large. */
  members(): AlertEntry[] {
    const excluded = this.#excluded;
    const members =
      excluded === undefined ? this.entries : this.entries.filter((entry) => !excluded.has(entry));
    // A copy has no room to spare, as a list that has grown has.
    return members.length > EXACT_SIZE_MAX ? members : members.slice();
  }

  /** A new group with such a clock; the same one again if it is asked for again. */
  groupWith(clock: Omit<GroupRecord, "id">): Group {
    const { bornMs, urgent, tickMs, afterMs } = clock;
    const made = this.#made?.clock;
    const isBorn = made?.bornMs === bornMs && made.urgent === urgent && made.afterMs === afterMs;
    if (this.#made === undefined || !isBorn || made?.tickMs !== tickMs) {
      const record = { id: this.id, bornMs, urgent, tickMs, afterMs };
      this.#made = new Group(this.route, this.labels, record);
    }
    return this.#made;
  }

  /** The log keys of the receiver's integrations. */
  keys(receiver: ReceiverConfig): readonly FlushKey[] {
    this.#keys ??= flushKeys(groupKey(this.route, this.labels), receiver);
    return this.#keys;
  }

  /** Makes ahead what ended alerts will ask for. */
  prepare({ settings, log }: JudgingState, nowMs: number): void {
    const receiver = settings?.receivers.get(this.route.receiver);
    if (receiver === undefined || this.livesOn) return;
    if (!this.entries.some(({ record }) => isPastEnd(record, nowMs))) return;
    // Looked up once, a key is found faster from then on.
    for (const { key } of this.keys(receiver)) log.get(key);
  }

  /** All integrations were told that the alert has ended. */
  isEndTold(state: JudgingState, entry: AlertEntry, nowMs: number): boolean {
    this.#toldEnds ??= new ToldEnds(state, this);
    return this.#toldEnds.includes(entry, nowMs);
  }

  /** Some integration heard last that the alert fires. */
  wasToldFiring({ settings, log }: JudgingState, { logHash }: AlertEntry): boolean {
    const receiver = settings?.receivers.get(this.route.receiver);
    if (receiver === undefined) return false;
    return this.keys(receiver).some(({ key }) => includesHash(log.get(key)?.firing, logHash));
  }
}
