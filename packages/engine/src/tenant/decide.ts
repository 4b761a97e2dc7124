/**
 * What one integration is owed about one group: the pipeline of upstream (S-40 to S-47) as one decision
 * on the state as it is now. Nothing is remembered between decisions but the log, so deciding again
 * before each attempt is right by construction.
 *
 * ```text
 *   time intervals ─▶ inhibited? ─▶ silenced? ─▶ ended? ─▶ owed, by the log?
 *        └───────────────┴──────────────┴─ muted             └─ told
 * ```
 *
 * Muting by time does not look at alerts, so it is asked first, unlike upstream: the outcome is the same.
 */
import { createHash } from "node:crypto";
import { compareAlerts } from "@tocsin/domain/alert";
import type { IntegrationConfig, ReceiverConfig } from "@tocsin/domain/config";
import type { AlertRecord, LogKey, LogRecord } from "@tocsin/domain/model";
import { decideNotification, receiverDataFor, type NotifyReason } from "@tocsin/domain/nflog";
import { decideTimeMute } from "@tocsin/domain/time-interval";
import type { NotifyJob, ToldAlert } from "../ports/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { isInhibited, isSilenced } from "./alert-status.ts";
import { keyOf, type Group } from "./group.ts";
import { includesHash } from "./hash-list.ts";
import { isEnded, isPastEnd, isReportedEnd, type Judgement } from "./judgement.ts";
import { RouteLabelReader } from "./route-labels.ts";
import type { TenantSettings } from "./settings.ts";
import { isContradicted } from "./strays.ts";
import type { JudgingState, TenantData } from "./tenant-data.ts";
import { ToldEnds } from "./told-ends.ts";
import type { Decision, Prospect, Told } from "./types.ts";

/** Outcomes travel before all bulk, so they stay small; what is left out spreads by digests. */
const ENDS_TOLD_MAX = 1_000;

/** Why an alert is kept back, in upstream's words. */
export type SuppressedReason =
  | "silence"
  | "inhibition"
  | "mute_time_interval"
  | "active_time_interval";

/** What is asked about one key of a group. */
export interface KeyInput extends Judgement {
  readonly key: LogKey;
  /** The nominal tick: for time intervals and the repeat interval. */
  readonly tickMs: number;
  /** Told how many alerts are kept back and why. */
  readonly onSuppressed?: (reason: SuppressedReason, alertCount: number) => void;
}

export interface DecideInput extends KeyInput {
  readonly groupId: string;
}

export function decide(data: TenantData, input: DecideInput): Decision {
  const found = findOwedTo(data, input);
  return found.kind === "owed" ? decisionOf(data, input, found) : found;
}

/** Whether `decide` would have something to say: what there is to know before a claim, without the message. */
export function foresee(data: TenantData, input: DecideInput): Prospect {
  const found = findOwedTo(data, input);
  return found.kind === "owed" ? { kind: "owed", news: found.told.news } : found;
}

function findOwedTo(data: TenantData, input: DecideInput): Found {
  const group = data.groups.get(input.groupId);
  return group === undefined ? { kind: "nothing", why: "gone" } : findOwed(data, group, input);
}

/** Whether the integration is owed anything: what `decide` says, without making the message. */
export function isOwed(state: JudgingState, group: Group, input: KeyInput): boolean {
  return findOwed(state, group, input).kind === "owed";
}

interface Owed {
  readonly kind: "owed";
  readonly group: Group;
  readonly target: Target;
  readonly members: readonly AlertEntry[];
  readonly told: Told;
  readonly reason: NotifyReason;
  readonly alerts: readonly ToldAlert[];
}

type Found = Owed | Extract<Decision, { kind: "nothing" }>;

function findOwed(data: JudgingState, group: Group, input: KeyInput): Found {
  const { settings } = data;
  if (settings === undefined) return { kind: "nothing", why: "gone" };
  const target = findTarget(settings, group, input.key);
  if (target === undefined) return { kind: "nothing", why: "gone" };
  if (group.members.length === 0) return { kind: "nothing", why: "empty" };
  const timeMute = timeMuteOf(data, group, input.tickMs);
  if (timeMute !== undefined) {
    input.onSuppressed?.(`${timeMute}_time_interval`, group.members.length);
    return { kind: "nothing", why: "muted" };
  }
  // What all have been told to have ended is no longer in the group, this owner just had no occasion
  // to let it go yet.
  const toldEnds = new ToldEnds(data, group);
  const members = group.members.filter((entry) => !toldEnds.includes(entry, input.nowMs));
  if (members.length === 0) return { kind: "nothing", why: "told" };
  const entries = members.filter((entry) => {
    const reason = mutedBy(data, entry, input);
    if (reason !== undefined) input.onSuppressed?.(reason, 1);
    return reason === undefined;
  });
  if (entries.length === 0) return { kind: "nothing", why: "muted" };
  return findNews(data, { input, group, target, members, entries });
}

interface Target {
  readonly receiver: ReceiverConfig;
  readonly integration: IntegrationConfig;
}

function findTarget(settings: TenantSettings, group: Group, key: LogKey): Target | undefined {
  const receiver = settings.receivers.get(group.route.receiver);
  if (receiver === undefined) return undefined;
  const groupKey = group.key;
  const integration = receiver.integrations.find((one) => keyOf(groupKey, receiver, one) === key);
  return integration && { receiver, integration };
}

/** Whether a time interval mutes the group's route at this instant. */
export function isTimeMuted(data: JudgingState, group: Group, nowMs: number): boolean {
  return timeMuteOf(data, group, nowMs) !== undefined;
}

/** Which kind of interval mutes the group's route at this instant. */
function timeMuteOf(
  data: JudgingState,
  group: Group,
  nowMs: number,
): "active" | "mute" | undefined {
  const mute = decideTimeMute(group.route, {
    intervals: data.settings?.config.timeIntervals ?? new Map(),
    zones: data.shared.zones,
    nowMs,
  });
  // An interval that is not defined does not load; if it did, a page too many is the lesser evil.
  return mute.muted === true ? mute.by : undefined;
}

/** Inhibited or silenced. A source that may have run out here only inhibits on, as it is told as firing. */
function mutedBy(
  data: JudgingState,
  entry: AlertEntry,
  judgement: Judgement,
): SuppressedReason | undefined {
  if (isInhibited(data, entry, judgement)) return "inhibition";
  return isSilenced(data, entry, judgement.nowMs) ? "silence" : undefined;
}

interface Question {
  readonly input: KeyInput;
  readonly group: Group;
  readonly target: Target;
  readonly members: readonly AlertEntry[];
  /** Those of them that are not muted. */
  readonly entries: readonly AlertEntry[];
}

function findNews(data: JudgingState, question: Question): Found {
  const { input, group, target, members, entries } = question;
  const { repeatIntervalMs } = group.route;
  const previous = data.log.get(input.key);
  const hashes = { firing: [] as string[], resolved: [] as string[] };
  const alerts: ToldAlert[] = [];
  for (const entry of entries) {
    const resolved = isEnded(entry.record, input) || isToldEnd(data, previous, { entry, ...input });
    (resolved ? hashes.resolved : hashes.firing).push(entry.logHash);
    alerts.push({ record: entry.record, resolved });
  }
  const { sendResolved } = target.integration;
  const { send, reason } = decideNotification(lastWord(data, question, hashes.resolved), {
    ...hashes,
    sendResolved,
    repeatIntervalMs,
    nowMs: input.tickMs,
  });
  if (!send) return { kind: "nothing", why: "told" };
  const ends = endsToldNow(entries, { previous, resolved: hashes.resolved });
  const news = recordsOf(entries, without(hashes.firing, previous?.firing));
  const told: Told = { ...hashes, previous, repeatIntervalMs, ends, news };
  return { kind: "owed", group, target, members, told, reason, alerts };
}

/** What the integration was told last, which may be more than what this group has told it. */
function lastWord(
  data: JudgingState,
  { input, target, entries }: Question,
  resolved: readonly string[],
): Pick<LogRecord, "firing" | "resolved" | "timestampMs"> | undefined {
  const previous = data.log.get(input.key);
  if (data.strays.size === 0) return previous;
  const to = { key: input.key, receiver: target.receiver.name, integration: target.integration };
  const again = entries
    .filter((entry) => resolved.includes(entry.logHash) && isContradicted(data, entry, to))
    .map(({ logHash }) => logHash);
  if (again.length === 0) return previous;
  return {
    firing: [...(previous?.firing ?? []), ...again],
    resolved: [...without(previous?.resolved ?? [], again)],
    timestampMs: previous?.timestampMs ?? input.tickMs,
  };
}

function decisionOf(data: TenantData, input: DecideInput, owed: Owed): Decision {
  const { integration } = owed.target;
  const told: Told = {
    ...owed.told,
    firing: owed.told.firing.toSorted(),
    resolved: owed.told.resolved.toSorted(),
  };
  const { sendResolved } = integration;
  if (!sendResolved && told.firing.length === 0) return { kind: "record", told };
  const shown = sendResolved ? [...owed.alerts] : owed.alerts.filter((alert) => !alert.resolved);
  shown.sort((a, b) => compareAlerts(a.record, b.record));
  return { kind: "send", told, job: jobOf(data, input, { ...owed, told, alerts: shown }) };
}

/** Ends that a sender reported and that this message is the first to tell. */
function endsToldNow(
  entries: readonly AlertEntry[],
  { previous, resolved }: { readonly previous: LogRecord | undefined; readonly resolved: string[] },
): readonly AlertRecord[] {
  return recordsOf(entries, without(resolved, previous?.resolved))
    .filter(isReportedEnd)
    .slice(0, ENDS_TOLD_MAX);
}

function without(hashes: readonly string[], known: readonly string[] | undefined): Set<string> {
  if (known === undefined || known.length === 0) return new Set(hashes);
  // Most are known: one large set is enough.
  const knownSet = new Set(known);
  return new Set(hashes.filter((hash) => !knownSet.has(hash)));
}

function recordsOf(entries: readonly AlertEntry[], hashes: Set<string>): readonly AlertRecord[] {
  if (hashes.size === 0) return [];
  return entries.filter(({ logHash }) => hashes.has(logHash)).map(({ record }) => record);
}

/**
 * The integration was told the end: it must not hear now that the alert fires. Nor may it when another
 * one was told of this very end, be it under the key of a group that a reload has replaced: whoever told
 * it could judge that the alert had run out.
 */
function isToldEnd(
  data: JudgingState,
  previous: LogRecord | undefined,
  { entry, nowMs }: { readonly entry: AlertEntry; readonly nowMs: number },
): boolean {
  if (!isPastEnd(entry.record, nowMs)) return false;
  if (includesHash(previous?.resolved, entry.logHash)) return true;
  for (const { resolved, timestampMs } of data.log.records()) {
    if (timestampMs >= entry.record.endsAtMs && includesHash(resolved, entry.logHash)) return true;
  }
  return false;
}

function jobOf(data: TenantData, input: DecideInput, owed: Owed): NotifyJob {
  const { group, target, members, told, reason, alerts } = owed;
  const all = (): readonly ToldAlert[] =>
    members
      .map(({ record }) => ({ record, resolved: isEnded(record, input) }))
      .sort((a, b) => compareAlerts(a.record, b.record));
  return {
    tenant: data.id,
    receiver: target.receiver.name,
    integration: target.integration,
    groupKey: group.key,
    groupLabels: group.labels,
    routeLabels: new RouteLabelReader(data, input.nowMs).read(group, all),
    templateFiles: data.settings?.templateFiles ?? [],
    alerts,
    reason,
    nowMs: input.nowMs,
    repeatIntervalMs: told.repeatIntervalMs,
    receiverData: receiverDataFor(reason, told.previous),
    idempotencyKey: idempotencyKeyOf(data, input.key, told),
  };
}

/** The same for every owner that would say the same after the same (PROTOCOL 7.3). */
function idempotencyKeyOf(data: TenantData, key: LogKey, told: Told): string {
  const { previous, firing, resolved } = told;
  const version = [previous?.versionUs ?? 0, previous?.versionBy ?? ""];
  const content = JSON.stringify([data.id, key, firing, resolved, ...version]);
  return createHash("sha256").update(content).digest("hex");
}
