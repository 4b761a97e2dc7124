/**
 * What one integration is owed about one group: the pipeline of upstream (S-40 to S-47) as one decision
 * on the state as it is now. Nothing is remembered between decisions but the log, so deciding again
 * before each attempt is right by construction.
 *
 * ```text
 *   time intervals ─▶ inhibited? ─▶ silenced? ─▶ ended? ─▶ owed, by the log? ─▶ written out
 *        └───────────────┴──────────────┴─ muted             └─ told
 *   └────────────────── on one state ──────────────────┘   └──── on what came of it ────┘
 * ```
 *
 * Muting by time does not look at alerts, so it is asked first, unlike upstream: the outcome is the same.
 *
 * A large group is judged (`judge-group.ts`), compared with the log, put in order and written out in steps.
 * Others may have turns between them and change what they like: a write, a reload or another's outcome counts
 * for the next decision, as it does while a message is under way.
 */
import { hash } from "node:crypto";
import { compareAlerts } from "@tocsin/domain/alert";
import type { AlertRecord, LogKey } from "@tocsin/domain/model";
import {
  decideCounted,
  hashesNotIn,
  receiverDataFor,
  type NotifyReason,
} from "@tocsin/domain/nflog";
import { sortedSteps, type Steps } from "@tocsin/foundation";
import type { NotifyJob, ToldAlert } from "../ports/index.ts";
import {
  JUDGED_PER_ALERT,
  judgeInSteps,
  LARGE_COUNT_MIN,
  LOOK_COUNT,
  type JudgedGroup,
  type KeyInput,
  type Nothing,
} from "./judge-group.ts";
import { isEnded, isReportedEnd } from "./judgement.ts";
import { RouteLabelReader } from "./route-labels.ts";
import type { TenantData } from "./tenant-data.ts";
import type { Decision, Prospect, Told } from "./types.ts";

/** Outcomes travel before all bulk, so they stay small; what is left out spreads by digests. */
const ENDS_TOLD_MAX = 1_000;
/** So many comparisons take as long as a simple alert. */
const COMPARISONS_PER_ALERT = 50;

export interface DecideInput extends KeyInput {
  readonly groupId: string;
}

/** On the state of the first step or of a later one; what it yields is the size of the next one, in alerts. */
export function* deciding(data: TenantData, input: DecideInput): Steps<Decision> {
  const judged = yield* judgeInSteps(data, () => data.groups.get(input.groupId), input);
  if (judged.kind === "nothing") return judged;
  const templateFiles = data.settings?.templateFiles ?? [];
  const owed = yield* owing(judged, input);
  if (owed.kind === "nothing") return owed;
  const told = yield* inLogOrder({ ...owed.told, unheard: yield* unheardOf(data, judged) });
  const { sendResolved } = judged.target.integration;
  if (!sendResolved && told.firing.length === 0) return { kind: "record", told };
  const routeLabels = yield* routeLabelsOf(data, judged, input);
  const shown = sendResolved ? judged.alerts : judged.alerts.filter((alert) => !alert.resolved);
  const alerts = yield* sorted(shown, compareTold);
  const { reason } = owed;
  const job: NotifyJob = {
    tenant: data.id,
    receiver: judged.target.receiver.name,
    integration: judged.target.integration,
    groupKey: judged.groupKey,
    groupLabels: judged.labels,
    routeLabels,
    templateFiles,
    alerts,
    reason,
    nowMs: input.nowMs,
    repeatIntervalMs: told.repeatIntervalMs,
    receiverData: receiverDataFor(reason, told.previous),
    idempotencyKey: idempotencyKeyOf(data, input.key, told),
  };
  return { kind: "send", told, job };
}

/** Whether `deciding` would have something to say: what there is to know before a claim, without the message. */
export function* foreseeing(data: TenantData, input: DecideInput): Steps<Prospect> {
  const judged = yield* judgeInSteps(data, () => data.groups.get(input.groupId), input);
  if (judged.kind === "nothing") return judged;
  const owed = yield* owing(judged, input);
  return owed.kind === "nothing" ? owed : { kind: "owed", news: owed.told.news };
}

/** Whether the integration is owed anything: what `deciding` says, without making the message. */
export function* isOwedBy(judged: JudgedGroup | Nothing, input: KeyInput): Steps<boolean> {
  if (judged.kind === "nothing") return false;
  const owed = yield* owing(judged, input);
  return owed.kind === "owed";
}

interface Owed {
  readonly kind: "owed";
  /** Its lists are not in order yet. */
  readonly told: Told;
  readonly reason: NotifyReason;
}

/** Compares what was judged with what was told last. */
function* owing(judged: JudgedGroup, { tickMs, nowMs }: KeyInput): Steps<Owed | Nothing> {
  const { previous, lastWord, alerts, hashes } = judged;
  const { repeatIntervalMs, groupIntervalMs } = judged.route;
  const { sendResolved } = judged.target.integration;
  const firing = hashes.filter((_, at) => alerts[at]?.resolved === false);
  const resolved = hashes.filter((_, at) => alerts[at]?.resolved === true);
  const firingAnew = yield* notIn(firing, lastWord?.firing);
  const resolvedAnew = yield* notIn(resolved, lastWord?.resolved);
  const { send, reason } = decideCounted(lastWord, {
    firingCount: firing.length,
    newCount: { firing: firingAnew.length, resolved: resolvedAnew.length },
    sendResolved,
    repeatIntervalMs,
    // A tick that is further ahead was spent before the wall clock was set back.
    nowMs: Math.min(tickMs, nowMs + groupIntervalMs),
  });
  if (!send) return { kind: "nothing", why: "told" };
  const isLast = lastWord === previous;
  const news = isLast ? firingAnew : yield* notIn(firing, previous?.firing);
  const ends = isLast ? resolvedAnew : yield* notIn(resolved, previous?.resolved);
  const told: Told = {
    firing,
    resolved,
    previous,
    repeatIntervalMs,
    // Ends that a sender reported and that this message is the first to tell.
    ends: (yield* recordsOf(judged, ends)).filter(isReportedEnd).slice(0, ENDS_TOLD_MAX),
    news: yield* recordsOf(judged, news),
    unheard: [],
  };
  return { kind: "owed", reason, told };
}

/** What was told as firing of alerts that are not here, wherever they are routed; mostly nothing. */
function* unheardOf(
  data: TenantData,
  { previous, hashes, muted }: JudgedGroup,
): Steps<readonly string[]> {
  if (data.shared.isAlone === true) return [];
  const rest = yield* notIn(previous?.firing ?? [], hashes);
  if (rest.length === 0) return rest;
  const unheard = new Set(rest);
  for (const { logHash } of muted) unheard.delete(logHash);
  if (unheard.size === 0) return [];
  let lookedCount = 0;
  for (const { logHash } of Array.from(data.alerts.entries)) {
    lookedCount += 1;
    if (lookedCount % LOOK_COUNT === 0) yield LOOK_COUNT / JUDGED_PER_ALERT;
    unheard.delete(logHash);
  }
  return [...unheard];
}

/** As `hashesNotIn`. */
function* notIn(
  hashes: readonly string[],
  known: readonly string[] = [],
): Steps<readonly string[]> {
  if (Math.max(hashes.length, known.length) <= LARGE_COUNT_MIN) return hashesNotIn(hashes, known);
  const knownSet = new Set<string>();
  for (const [at, hash] of known.entries()) {
    if (at % LOOK_COUNT === 0) yield LOOK_COUNT / JUDGED_PER_ALERT;
    knownSet.add(hash);
  }
  const found: string[] = [];
  for (const [at, hash] of hashes.entries()) {
    if (at % LOOK_COUNT === 0) yield LOOK_COUNT / JUDGED_PER_ALERT;
    if (!knownSet.has(hash)) found.push(hash);
  }
  return found;
}

function* recordsOf(
  { alerts, hashes }: JudgedGroup,
  wanted: readonly string[],
): Steps<readonly AlertRecord[]> {
  if (wanted.length === 0) return [];
  if (hashes.length > LARGE_COUNT_MIN) yield hashes.length / JUDGED_PER_ALERT;
  if (wanted.length === hashes.length) return alerts.map(({ record }) => record);
  const wantedSet = new Set(wanted);
  return alerts.filter((_, at) => wantedSet.has(hashes[at] ?? "")).map(({ record }) => record);
}

/** The log keeps its lists in order. */
function* inLogOrder(told: Told): Steps<Told> {
  const firing = yield* sorted(told.firing, compareHashes);
  const resolved = yield* sorted(told.resolved, compareHashes);
  return { ...told, firing, resolved };
}

function* routeLabelsOf(
  data: TenantData,
  { route, labels, members }: JudgedGroup,
  input: KeyInput,
): Steps<NotifyJob["routeLabels"]> {
  const reader = new RouteLabelReader(data, input.nowMs);
  if (!reader.readsAlerts(route)) return reader.read({ route, labels }, () => []);
  const all = members.map((record) => ({ record, resolved: isEnded(record, input) }));
  const shown = yield* sorted(all, compareTold);
  return reader.read({ route, labels }, () => shown);
}

function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Steps<readonly T[]> {
  if (items.length <= LARGE_COUNT_MIN) return items.toSorted(compare);
  const sorting = sortedSteps(items, compare);
  for (let step = sorting.next(); ; step = sorting.next()) {
    if (step.done === true) return step.value;
    yield step.value / COMPARISONS_PER_ALERT;
  }
}

/** As upstream sorts the alerts of a message (S-29). */
function compareTold(left: ToldAlert, right: ToldAlert): number {
  return compareAlerts(left.record, right.record);
}

function compareHashes(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The same for every owner that would say the same after the same (PROTOCOL 7.3). */
function idempotencyKeyOf(data: TenantData, key: LogKey, told: Told): string {
  const { previous, firing, resolved } = told;
  const version = [previous?.versionUs ?? 0, previous?.versionBy ?? ""];
  const content = JSON.stringify([data.id, key, firing, resolved, ...version]);
  return hash("sha256", content, "hex");
}
