/**
 * Everything that one tenant is on one instance: alerts, groups, silences, notification log and
 * configuration, as data. Every method is synchronous and runs to its end; there is no timer, socket or
 * clock in here. `nowMs` is cluster time, and the caller passes on and writes down what a method says
 * has changed.
 *
 * The parts are in the modules beside this one; this class only puts them under one roof.
 */
import { ALWAYS_HEARD, NEVER_HEARD, type HeardTime } from "@tocsin/domain/alert";
import type {
  ConfigRecord,
  GroupRecord,
  LogKey,
  LogRecord,
  SilenceRecord,
  TenantId,
} from "@tocsin/domain/model";
import { isTombstone } from "@tocsin/domain/records";
import type { SilenceState } from "@tocsin/domain/silence";
import { atOnce, type Steps } from "@tocsin/foundation";
import {
  MAP_NAMES,
  type DecisionDigests,
  type Digests,
  type MapName,
  type PartialState,
  type RecordVersion,
} from "../peer/index.ts";
import { hashForLog, LONG_LOG_HASH_SIZE } from "./alert-entry.ts";
import { STEPS_PER_ALERT, workOutLongStatus, workOutStatus } from "./alert-status.ts";
import { applyBatch, wasReplaced, type BatchResult } from "./batch.ts";
import { decisionDigests, newsFor } from "./claim-news.ts";
import { deciding, foreseeing, type DecideInput } from "./decide.ts";
import { recordNotification } from "./events.ts";
import {
  collectOf,
  differingOf,
  digestsOf,
  type KeyRange,
  stateOf,
  versionsOf,
} from "./exchange.ts";
import {
  finishing,
  hastenHeldEnds,
  lettingToldGo,
  takeDue,
  type DueOptions,
  type DueResult,
  type FinishInput,
} from "./flush.ts";
import { alertStates, silenceStates, type CountedAlert } from "./counts.ts";
import { collectGarbage, type GarbageKind } from "./garbage.ts";
import type { Judgement } from "./judgement.ts";
import { LARGE_COUNT_MIN } from "./judge-group.ts";
import { mergeState } from "./merge.ts";
import { setBatchBack, settingBack, type SetBackInput } from "./set-back.ts";
import { beginChange, type SettingsChange } from "./settings-change.ts";
import type { TenantSettings } from "./settings.ts";
import { TenantData, type TenantShared } from "./tenant-data.ts";
import { recordFor, type LogParts } from "./told.ts";
import type {
  AlertBatch,
  AlertView,
  Decision,
  GroupView,
  Prospect,
  TenantReader,
  Told,
} from "./types.ts";
import { viewAlerts, viewGroups } from "./views.ts";

export type { TenantShared };

const GARBAGE_KINDS: readonly GarbageKind[] = ["alerts", "silences", "log"];

export class Tenant implements TenantReader {
  readonly #data: TenantData;
  /** The last instant at which this owner judged, with its contact then: for ends of flushes. */
  #judgement: Judgement = { nowMs: 0, heard: NEVER_HEARD };

  constructor(id: TenantId, shared: TenantShared) {
    this.#data = new TenantData(id, shared);
  }

  get id(): TenantId {
    return this.#data.id;
  }

  get settings(): TenantSettings | undefined {
    return this.#data.settings;
  }

  /** The tenant's own configuration, whether in force or not. Its text is inflated on each reading. */
  get configRecord(): ConfigRecord | undefined {
    return this.#data.config.kept;
  }

  /** True when nothing is held but the configuration. */
  get isEmpty(): boolean {
    const { alerts, silences, log } = this.#data;
    return alerts.size === 0 && silences.size === 0 && log.size === 0;
  }

  /** Applies a client's alerts as an owner (PROTOCOL 4). What is `behind` was not stored. */
  applyBatch(batch: AlertBatch): BatchResult {
    return applyBatch(this.#data, batch);
  }

  /** Whether this alert of a batch was stored, and has been replaced by a later write since. */
  wasReplaced(batch: AlertBatch, index: number): boolean {
    return wasReplaced(this.#data, batch, index);
  }

  /**
   * Merges records of other owners, the journal or snapshots. Returns what changed. `clocks`: of groups that
   * the alerts may make, for who merges them in portions.
   */
  merge(
    state: PartialState,
    nowMs: number,
    clocks?: ReadonlyMap<string, GroupRecord>,
  ): PartialState {
    return mergeState(this.#data, state, { nowMs, clocks });
  }

  /** Puts a configuration in force, as a difference, in one act. Returns what changed. */
  setSettings(settings: TenantSettings | undefined, nowMs: number): PartialState {
    const change = this.beginSettings(settings, nowMs);
    if (change === undefined) return {};
    for (const _ of change.steps());
    return change.finish(nowMs);
  }

  /** Begins the same, for others to have turns between its steps; undefined: there is nothing to do. */
  beginSettings(settings: TenantSettings | undefined, nowMs: number): SettingsChange | undefined {
    return beginChange(this.#data, settings, nowMs);
  }

  /** When `takeDue` has something to do; Infinity for never. */
  nextDueMs(): number {
    return this.#data.groups.nextDueMs;
  }

  /** How many alerts a group has. */
  memberCount(groupId: string): number {
    return this.#data.groups.get(groupId)?.members.length ?? 0;
  }

  /** When this group's next tick is due here; undefined if there is no such group. */
  groupDueMs(groupId: string): number | undefined {
    return this.#data.groups.get(groupId)?.dueMs;
  }

  /** Spends ticks that are due, in order of time. */
  takeDue(nowMs: number, options?: DueOptions): DueResult {
    return takeDue(this.#data, nowMs, options);
  }

  /**
   * Lets ticks go by that others spend. Whoever gains the group goes on with the next one: a tick of before
   * would be spent for the second time.
   */
  passTicks(nowMs: number): void {
    for (const group of this.#data.groups.due(nowMs)) this.#data.groups.passTicks(group, nowMs);
  }

  /**
   * Makes the next decision about a group cheaper, whatever suppresses its alerts; others may have turns
   * between the steps. What it yields is the size of the next one, in alerts.
   */
  *prepareDecision(groupId: string, nowMs: number): Steps<void> {
    const members = this.#data.groups.get(groupId)?.members ?? [];
    const isLarge = members.length > LARGE_COUNT_MIN;
    yield* hashForLog(members, isLarge ? 0 : LONG_LOG_HASH_SIZE);
    const asking = { nowMs, keepsAll: isLarge };
    for (const work of workOutStatus(this.#data, members, asking)) yield work / STEPS_PER_ALERT;
  }

  /** What an integration is owed on the state as it is now. */
  decide(input: DecideInput): Decision {
    return atOnce(this.deciding(input));
  }

  /**
   * The same in steps: all judgement is on the state of the first, and the others may come as late as you
   * like. What it yields is the size of the next one, in alerts.
   */
  *deciding(input: DecideInput): Steps<Decision> {
    this.#judgement = { nowMs: input.nowMs, heard: input.heard };
    return yield* deciding(this.#data, input);
  }

  /** Whether an integration is owed anything on the state as it is now. */
  foresee(input: DecideInput): Prospect {
    return atOnce(this.foreseeing(input));
  }

  /** The same in steps, as `deciding`. */
  *foreseeing(input: DecideInput): Steps<Prospect> {
    this.#judgement = { nowMs: input.nowMs, heard: input.heard };
    return yield* foreseeing(this.#data, input);
  }

  /** The log entry for what was told; it stands once it is merged. */
  recordFor(told: Told, parts: LogParts): LogRecord {
    return recordFor(this.#data, told, parts);
  }

  /** Takes note that the flush of one key is over, here or elsewhere, so that ended alerts may leave. */
  finishKey(input: FinishInput): void {
    atOnce(this.finishing(input));
  }

  /** The same in steps, as `deciding`. */
  *finishing(input: FinishInput): Steps<void> {
    const { tickMs } = input;
    // A key that was never judged here was decided elsewhere, with a contact that is not known here.
    const isJudged = this.#judgement.nowMs >= tickMs;
    yield* finishing(
      this.#data,
      input,
      isJudged ? this.#judgement : { nowMs: tickMs, heard: NEVER_HEARD },
    );
  }

  /** As the function says. What it yields is the size of the next step, in alerts. */
  lettingToldGo(nowMs: number): Steps<void> {
    return lettingToldGo(this.#data, nowMs);
  }

  /** As the function says; by who is alone. */
  settingBack(input: SetBackInput): Steps<void> {
    return settingBack(this.#data, input);
  }

  /** As the function says, while `settingBack` is under way. */
  setBatchBack(batch: AlertBatch, input: SetBackInput): void {
    setBatchBack(this.#data, batch, input);
  }

  /** As the function says; to be called when a flush is over, by who is alone. */
  hastenHeldEnds(groupId: string): void {
    hastenHeldEnds(this.#data, groupId, this.#judgement);
  }

  /** Tells the event recorder, if there is one, of a message that was accepted. */
  recordNotification(groupId: string, decision: Extract<Decision, { kind: "send" }>): void {
    recordNotification(this.#data, groupId, decision);
  }

  logEntry(key: LogKey): LogRecord | undefined {
    return this.#data.log.get(key);
  }

  /** Undefined also for what remains of one after retention. */
  silence(id: string): SilenceRecord | undefined {
    const record = this.#data.silences.get(id);
    return record === undefined || isTombstone(record) ? undefined : record;
  }

  silences(): readonly SilenceRecord[] {
    return [...this.#data.silences.records()].filter((record) => !isTombstone(record));
  }

  prepareAlerts(): Steps<void> {
    return workOutLongStatus(this.#data);
  }

  alerts(nowMs: number, heard: HeardTime = ALWAYS_HEARD): Iterable<AlertView> {
    return viewAlerts(this.#data, { nowMs, heard });
  }

  groups(nowMs: number, heard: HeardTime = ALWAYS_HEARD): Iterable<GroupView> {
    return viewGroups(this.#data, { nowMs, heard });
  }

  /** In constant time. */
  digests(): Digests {
    return digestsOf(this.#data);
  }

  /** Keys and content hashes of one map, sorted by key. */
  versions(map: MapName, range: KeyRange = { from: "", to: undefined }): readonly RecordVersion[] {
    return versionsOf(this.#data, map, range);
  }

  /** Answers an exchange: what the asker lacks, and what is lacked here. */
  differing(
    map: MapName,
    theirs: KeyRange & { readonly versions: readonly RecordVersion[] },
  ): { readonly state: PartialState; readonly want: readonly string[] } {
    return differingOf(this.#data, map, theirs);
  }

  /** The records under these keys, as far as they are here. */
  collect(map: MapName, keys: readonly string[]): PartialState {
    return collectOf(this.#data, map, keys);
  }

  fullState(): PartialState {
    return stateOf(this.#data, MAP_NAMES, undefined);
  }

  /** The whole of those of the maps whose digests differ. */
  stateFor(maps: readonly MapName[], digests: Digests | undefined): PartialState {
    return stateOf(this.#data, maps, digests);
  }

  /** Digests of what a decision about this key reads. */
  decisionDigests(groupId: string, key: LogKey): DecisionDigests {
    return decisionDigests(this.#data, groupId, key);
  }

  /** What a granter knows that the claimant may not. */
  newsFor(groupId: string, key: LogKey, theirs: DecisionDigests): PartialState {
    return newsFor(this.#data, { groupId, key }, theirs);
  }

  /** Forgets what need not be kept, of one kind or of all. Returns how many records were dropped or shrunk. */
  collectGarbage(nowMs: number, ...kinds: readonly GarbageKind[]): number {
    let count = 0;
    for (const kind of kinds.length === 0 ? GARBAGE_KINDS : kinds) {
      count += collectGarbage(this.#data, nowMs, kind);
    }
    return count;
  }

  get alertCount(): number {
    return this.#data.alerts.size;
  }

  /** A newer configuration than the one in force has been merged, or there is none in force. */
  get awaitsSettings(): boolean {
    return this.#data.awaitsSettings;
  }

  get groupCount(): number {
    return this.#data.groups.size;
  }

  /** For the metrics; see `alertStates` beside this. */
  alertStates(asking: {
    readonly nowMs: number;
    readonly byGroup: boolean;
  }): Iterable<CountedAlert> {
    return alertStates(this.#data, asking);
  }

  /** For the metrics. */
  silenceStates(nowMs: number): Iterable<SilenceState> {
    return silenceStates(this.#data, nowMs);
  }
}
