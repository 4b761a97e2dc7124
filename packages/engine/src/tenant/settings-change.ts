/**
 * A change of configuration as a difference (ARCHITECTURE 3.6): a group lives on, with its clock, alerts
 * and sends under way, if its route is still at the same place with the same receiver, grouping and
 * timings. All others are made anew, as upstream makes all (S-31).
 *
 * What the new configuration owes and the old one did not is told at once, as upstream does: a mute
 * interval or an inhibition rule that is gone, another integration, a shorter repeat interval. Such a
 * group ticks now and counts its interval from here. What was owed before waits for its tick as before,
 * so a reload that changes nothing is not seen in the messages.
 *
 * Tens of thousands of alerts find their groups anew, which would hold everybody up. So the change is
 * prepared beside the configuration in force, and others have turns between its steps:
 *
 * ```text
 *   place all alerts ─▶ which groups owe anew? ─▶ make what is new, list it ─▶ finish
 *   └────────────────── old configuration in force ─────────────────────┘   one act: groups, sources, clocks
 * ```
 *
 * Whatever happens between the steps, the result is right:
 *
 * - Where an alert belongs follows from labels and routes alone, so a place once found stays. Alerts that
 *   come are placed as they come, and those that go are noted.
 * - Whether a group owes anew is asked at one instant of both configurations, on one state; in steps if
 *   the group is large, as decisions are, and again if the state is another at the end.
 * - What changes all the time (clocks, the log, who has left a group) is looked at by `finish` only. Alerts
 *   that have not ended join all groups that were made ready for them; the others are looked at one by one.
 *
 * Groups that are made are born when the change began. A change that is given up has changed nothing.
 */
import { ALWAYS_HEARD, ZERO_TIME_MS } from "@tocsin/domain/alert";
import { longestValue, type GroupRecord, type LogKey } from "@tocsin/domain/model";
import { groupLabels, matchRoutes, type Route } from "@tocsin/domain/route";
import { atOnce, type Steps } from "@tocsin/foundation";
import type { PartialState } from "../peer/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { STEPS_PER_ALERT } from "./alert-status.ts";
import { isOwedBy } from "./decide.ts";
import { Group, groupIdOf } from "./group.ts";
import { Inhibitors } from "./inhibitors.ts";
import { judging, LARGE_COUNT_MIN, membersOf, type KeyInput } from "./judge-group.ts";
import { sizeOfBeginning, sizeOfRouting } from "./routing-size.ts";
import { findSameRoutes } from "./same-routes.ts";
import { isPastEnd, isReportedEnd } from "./judgement.ts";
import { hasTicked, isUrgent, URGENT_WAIT_MS } from "./schedule.ts";
import { Seat } from "./seat.ts";
import type { TenantSettings } from "./settings.ts";
import type { AlertWatcher, JudgingState, TenantData } from "./tenant-data.ts";

const NONE: readonly never[] = [];
/** Where something changes all the time it is done in one act at last. */
const TRIED_COUNT_MAX = 3;
/** So many seats are listed in the time of a simple alert. */
const SEATS_LISTED_PER_ALERT = 50;

/** Begins to put settings in force; undefined if they are. What was being prepared is given up. */
export function beginChange(
  data: TenantData,
  settings: TenantSettings | undefined,
  nowMs: number,
): SettingsChange | undefined {
  data.change = undefined;
  if (settings === data.settings) {
    data.awaitsSettings = settings === undefined;
    return undefined;
  }
  const change = new SettingsChange(data, settings, nowMs);
  data.change = change;
  return change;
}

export class SettingsChange implements AlertWatcher {
  readonly settings: TenantSettings | undefined;
  readonly #data: TenantData;
  readonly #beganMs: number;
  /** Routes that group and notify as the one at their place did, by ID. */
  readonly #sameRoutes: ReadonlyMap<string, Route>;
  readonly #inhibitors: Inhibitors;
  /** What will be judged by. */
  readonly #stateThen: JudgingState;
  /** Those that were there when it began. */
  readonly #atFirst: readonly AlertEntry[];
  /** Alerts, and at the same place of the other list their seats: a map would take half of the time of `finish`. */
  readonly #placed: AlertEntry[] = [];
  readonly #seats: (readonly Seat[])[] = [];
  /** The groups of those seats, made ready for who joins them all. */
  readonly #lists: (readonly Group[] | undefined)[] = [];
  /** When they have ended at the soonest, unless they are `touched` since: reading all records takes time. */
  readonly #endsAtMs: number[] = [];
  readonly #touched = new Set<AlertEntry>();
  readonly #seatsById = new Map<string, Seat>();
  readonly #sources = new Set<AlertEntry>();
  readonly #gone = new Set<AlertEntry>();
  readonly #owingAnew: Seat[] = [];

  constructor(data: TenantData, settings: TenantSettings | undefined, nowMs: number) {
    this.settings = settings;
    this.#data = data;
    this.#beganMs = nowMs;
    this.#atFirst = data.alerts.sorted;
    this.#sameRoutes = findSameRoutes(data.settings, settings);
    this.#inhibitors = new Inhibitors(settings?.inhibitRules);
    const { shared, silences, log, strays } = data;
    this.#stateThen = { shared, silences, log, strays, settings, inhibitors: this.#inhibitors };
  }

  /** False: it was given up for another. */
  get isCurrent(): boolean {
    return this.#data.change === this;
  }

  /** Prepares; others may have a turn after each step. What it yields is the step's size, in alerts. */
  *steps(): Generator<number> {
    const data = this.#data;
    yield sizeOfBeginning(this.settings);
    for (const entry of this.#atFirst) {
      if (!this.#gone.has(entry)) this.added(entry);
      yield sizeOfRouting(this.settings, entry.record);
    }
    // Which takes a moment for ten thousand groups, and most reloads change nothing.
    if (!isSameText(data.settings, this.settings)) {
      for (const group of data.groups.groups.slice()) {
        yield* this.#judging(group);
        yield 1 + this.#sizeOfJudging(group);
      }
    }
    // Also those that come meanwhile.
    for (const seat of this.#seatsById.values()) {
      const [first] = seat.entries;
      if (first !== undefined) seat.foreseen = this.#keptAt(seat) ?? this.#makeGroup(seat, first);
      seat.prepare(this.#stateThen, this.#beganMs);
      yield 1;
    }
    for (let at = 0; at < this.#placed.length; at += 1) {
      const seats = this.#seats[at] ?? NONE;
      this.#lists[at] = foreseenOf(seats);
      const entry = this.#placed[at];
      this.#endsAtMs[at] = entry === undefined ? 0 : endOf(entry);
      yield seats.length / SEATS_LISTED_PER_ALERT;
    }
  }

  added(entry: AlertEntry): void {
    this.#placed.push(entry);
    if (this.settings === undefined) {
      this.#seats.push(NONE);
      return;
    }
    if (this.#inhibitors.add(entry, this.#beganMs)) this.#sources.add(entry);
    const seats = matchRoutes(this.settings.root, entry.record).map((route) => {
      const seat = this.#seatOn(route, entry);
      seat.entries.push(entry);
      return seat;
    });
    const [only] = seats;
    this.#seats.push(only !== undefined && seats.length === 1 ? only.alone : seats);
  }

  replacing(entry: AlertEntry): void {
    if (this.#sources.has(entry)) this.#inhibitors.subtract(entry);
  }

  replaced(entry: AlertEntry, nowMs: number): void {
    this.#touched.add(entry);
    if (this.#sources.has(entry)) this.#inhibitors.update(entry, nowMs);
  }

  removed(entry: AlertEntry): void {
    this.#gone.add(entry);
    if (this.#sources.delete(entry)) this.#inhibitors.remove(entry);
  }

  /** Puts the settings in force, after all steps. Returns the clocks of the groups that were made. */
  finish(nowMs: number): PartialState {
    const data = this.#data;
    const special: number[] = [];
    for (const [at, entry] of this.#placed.entries()) {
      if (!this.#isSpecial(at, nowMs)) continue;
      special.push(at);
      this.#leaveSeats(entry, this.#seats[at] ?? NONE, nowMs);
    }
    const { groups, made, moved } = this.#fillSeats();
    for (const at of special) this.#lists[at] = listOf(this.#placed[at], this.#seats[at] ?? NONE);
    for (const [at, entry] of this.#placed.entries()) {
      if (this.#gone.has(entry)) continue;
      entry.status = undefined;
      entry.isSource = this.#sources.has(entry);
      if (moved.has(entry)) this.#lists[at] = listOf(entry, this.#seats[at] ?? NONE);
      entry.putInto(this.#lists[at] ?? NONE);
    }
    data.change = undefined;
    data.settings = this.settings;
    data.awaitsSettings = this.settings === undefined;
    if (this.settings !== undefined) data.awaitedClocks = undefined;
    data.inhibitors = this.#inhibitors;
    data.groups.replaceAll(groups);
    for (const { group } of this.#owingAnew) {
      if (group === undefined || !hasTicked(group.clock)) continue;
      data.groups.hasten(group, nowMs + URGENT_WAIT_MS);
    }
    return made.length === 0 ? {} : { groups: made };
  }

  /** It may not join all groups of its seats, or is not known to: all others join what was made ready. */
  #isSpecial(at: number, nowMs: number): boolean {
    const entry = this.#placed[at];
    const endsAtMs = this.#endsAtMs[at];
    if (entry === undefined || endsAtMs === undefined || this.#lists[at] === undefined) return true;
    if (entry.hasLeft || endsAtMs <= nowMs || this.#gone.has(entry)) return true;
    return this.#touched.has(entry) && isPastEnd(entry.record, nowMs);
  }

  /** Takes it from the seats whose groups it does not join. */
  #leaveSeats(entry: AlertEntry, seats: readonly Seat[], nowMs: number): void {
    const { groups: before, hasLeft: hadLeft } = entry;
    const wasOver = hadLeft && before.length === 0;
    const isOut =
      this.#gone.has(entry) || (wasOver && !seats.some((seat) => this.#owesEnd(seat, entry)));
    if (isOut || seats.length === 0) {
      for (const seat of seats) seat.exclude(entry);
      return;
    }
    this.#data.alerts.setLeft(entry, false);
    for (const seat of seats) {
      const kept = this.#keptAt(seat);
      // On a route that lives on groups keep whom they had, and nobody comes back whom they let go.
      const isOver = seat.livesOn
        ? hadLeft && !(kept !== undefined && before.includes(kept))
        : seat.isEndTold(this.#stateThen, entry, nowMs);
      if (!isOver) continue;
      this.#data.alerts.setLeft(entry, true);
      seat.exclude(entry);
    }
  }

  /** Puts a group on each seat that somebody has. `moved`: alerts with another group than was made ready. */
  #fillSeats(): Filled {
    const filled: Filled = { groups: [], made: [], moved: new Set() };
    for (const seat of this.#seatsById.values()) {
      const members = seat.members();
      const [first] = members;
      if (first === undefined) continue;
      const kept = this.#stillKeptAt(seat);
      const group = kept ?? this.#madeAhead(seat, first) ?? this.#makeGroup(seat, first);
      seat.take(group, members);
      filled.groups.push(group);
      if (kept === undefined) filled.made.push(group.clock);
      if (group !== seat.foreseen) for (const entry of members) filled.moved.add(entry);
    }
    return filled;
  }

  /** A group has alerts for as long as it is there, so most need not be looked up among tens of thousands. */
  #stillKeptAt(seat: Seat): Group | undefined {
    const { foreseen, livesOn } = seat;
    const isThere = livesOn && foreseen !== undefined && foreseen.members.length > 0;
    return isThere ? foreseen : this.#keptAt(seat);
  }

  /** The group that was made ready, if all is as it was that its clock is made of. */
  #madeAhead({ foreseen, livesOn, entries }: Seat, first: AlertEntry): Group | undefined {
    const isSame =
      entries[0] === first && !this.#touched.has(first) && this.#data.awaitedClocks === undefined;
    return isSame && !livesOn ? foreseen : undefined;
  }

  /** An ended alert that is in no group: a route that is new or has come back may owe somebody its end. */
  #owesEnd(seat: Seat, entry: AlertEntry): boolean {
    return !seat.livesOn && seat.wasToldFiring(this.#stateThen, entry);
  }

  #seatOn(route: Route, { record }: AlertEntry): Seat {
    const labels = groupLabels(route, record);
    const id = groupIdOf(route, labels);
    const known = this.#seatsById.get(id);
    if (known !== undefined) return known;
    const names = this.#data.shared.interner.shape(labels.names);
    const livesOn = this.#sameRoutes.has(route.id);
    const seat = new Seat({ id, route, livesOn, labels: { names, values: labels.values } });
    this.#seatsById.set(id, seat);
    return seat;
  }

  /** The group that lives on here. */
  #keptAt({ id, livesOn }: Seat): Group | undefined {
    return livesOn ? this.#data.groups.get(id) : undefined;
  }

  #makeGroup(seat: Seat, { record }: AlertEntry): Group {
    const awaited = this.#data.awaitedClocks?.get(seat.id);
    if (awaited !== undefined) return seat.groupWith(awaited);
    const bornMs = this.#beganMs;
    const urgent = isUrgent(record.startsAtMs, bornMs, seat.route);
    return seat.groupWith({ bornMs, urgent, tickMs: 0, afterMs: 0 });
  }

  /** Notes whether a group that lives on will owe what it does not owe now. Its first tick is to come anyhow. */
  *#judging(group: Group): Generator<number> {
    const seat = this.#seatsById.get(group.id);
    if (seat === undefined || !seat.livesOn || !hasTicked(group.clock)) return;
    const then = new Group(seat.route, group.labels, group.clock);
    then.members = seat.entries.filter(
      (entry) => !this.#gone.has(entry) && (!entry.hasLeft || entry.groups.includes(group)),
    );
    for (let triedCount = 0; ; triedCount += 1) {
      const owes = this.#owesAnew(then, group);
      const owesAnew = triedCount < TRIED_COUNT_MAX ? yield* owes : atOnce(owes);
      if (owesAnew === true) this.#owingAnew.push(seat);
      if (owesAnew !== undefined) return;
    }
  }

  /** Undefined: the state has changed meanwhile. */
  *#owesAnew(then: Group, group: Group): Steps<boolean | undefined> {
    // Of a large group both are begun before others have a turn: it is one state that is compared.
    const judgingThen = this.#judgeKeys(this.#stateThen, then);
    const isLarge = group.members.length > LARGE_COUNT_MIN;
    const judgingNow = isLarge ? this.#judgeKeys(this.#data, group) : undefined;
    const owedThen = yield* owedKeys(judgingThen);
    if (owedThen === undefined || owedThen.length === 0) return owedThen && false;
    const owedNow = yield* owedKeys(judgingNow ?? this.#judgeKeys(this.#data, group));
    return owedNow && owedThen.some((key) => !owedNow.includes(key));
  }

  #judgeKeys(state: JudgingState, group: Group): readonly JudgingKey[] {
    const receiver = state.settings?.receivers.get(group.route.receiver);
    if (receiver === undefined) return NONE;
    const nowMs = this.#beganMs;
    const members = membersOf(group);
    return group.keys(receiver).map(({ key }) => {
      const input = { key, tickMs: nowMs, nowMs, heard: ALWAYS_HEARD };
      return { input, judging: judging(state, group, { ...input, members }) };
    });
  }

  /** Each alert is asked about under both configurations. */
  #sizeOfJudging({ members }: Group): number {
    const steps = this.#data.inhibitors.regexSteps + this.#inhibitors.regexSteps;
    if (steps === 0) return members.length;
    const chars = members.reduce((sum, { record }) => sum + longestValue(record), 0);
    return members.length + (steps * chars) / STEPS_PER_ALERT;
  }
}

interface JudgingKey {
  readonly input: KeyInput;
  readonly judging: ReturnType<typeof judging>;
}

/** Those of the keys that are owed something; undefined: the state has changed meanwhile. */
function* owedKeys(keys: readonly JudgingKey[]): Steps<readonly LogKey[] | undefined> {
  const owed: LogKey[] = [];
  for (const { input, judging: steps } of keys) {
    const judged = yield* steps;
    if (judged === undefined) return undefined;
    if (yield* isOwedBy(judged, input)) owed.push(input.key);
  }
  return owed;
}

/** From when on the alert has ended by the clock. */
function endOf({ record }: AlertEntry): number {
  if (isReportedEnd(record)) return -Infinity;
  return record.endsAtMs === ZERO_TIME_MS ? Infinity : record.endsAtMs;
}

/** The groups that are made ready; undefined: not all are. */
function foreseenOf(seats: readonly Seat[]): readonly Group[] | undefined {
  const [first] = seats;
  if (seats.length === 1) return first?.foreseen?.alone;
  const groups = seats.flatMap(({ foreseen }) => foreseen ?? []);
  return groups.length === seats.length ? groups : undefined;
}

interface Filled {
  readonly groups: Group[];
  /** The clocks of those that are new. */
  readonly made: GroupRecord[];
  readonly moved: Set<AlertEntry>;
}

/** The groups on those of the seats that the alert has. */
function listOf(entry: AlertEntry | undefined, seats: readonly Seat[]): readonly Group[] {
  return seats.flatMap((seat) => {
    const isTaken = entry !== undefined && seat.group !== undefined && !seat.isExcluded(entry);
    return isTaken ? [seat.group] : [];
  });
}

/** A text is inflated on each reading, so it is read only where that says something. */
function isSameText(left: TenantSettings | undefined, right: TenantSettings | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.source === right.source || left.source.text === right.source.text;
}
