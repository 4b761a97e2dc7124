/**
 * Creating, changing and ending silences: what to store, given what is there (S-62 to S-65).
 *
 * History is not rewritten: whoever changes what a silence has muted gets a new silence, and the old one is
 * ended. So a change is made in place only if the matchers stay as they are, in order too, and
 *
 *   pending   the new start is not in the past
 *   active    the start stays in its second, and the end is not in the past
 *   expired   never
 *
 * Mirrors Set, canUpdate and Expire of Alertmanager 0.34 `silence/silence.go`.
 */
import type { MatcherMode } from "../matcher/index.ts";
import type { InstanceId, MatcherSpec, SilenceRecord } from "../model/index.ts";
import { sameMatcherSets } from "./matcher-sets.ts";
import { judgedAtMs, silenceState } from "./state.ts";
import { validateSilence } from "./validate.ts";

/** What a client asks for. */
export interface SilenceRequest {
  /** Empty creates; else the silence to change. */
  readonly id: string;
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  /** Undefined: now. */
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What every write needs. */
export interface SilenceStamp {
  readonly nowMs: number;
  /** What the record shows as its last change: `nowMs`, or later where the predecessor's must be passed. */
  readonly updatedAtMs: number;
  readonly stampUs: number;
  readonly stampBy: InstanceId;
  readonly retentionMs: number;
}

export interface SilenceLimits {
  /** Most silences of the tenant, expired ones that are not collected included; 0 is no limit. */
  readonly countMax: number;
  /** How many there are. */
  readonly count: number;
  /** Most bytes of one silence; 0 is no limit. */
  readonly sizeMaxBytes: number;
  readonly sizeBytes: (silence: SilenceRecord) => number;
}

export interface SilenceWriteOptions extends SilenceStamp {
  /** The ID to use if a new silence is made. */
  readonly newId: string;
  readonly mode: MatcherMode;
  readonly limits: SilenceLimits;
}

export type SilenceWrite =
  | { readonly kind: "not-found" }
  | { readonly kind: "invalid"; readonly error: string }
  | { readonly kind: "limited"; readonly error: string }
  | {
      readonly kind: "store";
      readonly id: string;
      /** In this order: the ended predecessor, if one must be ended, then the silence itself. */
      readonly records: readonly SilenceRecord[];
      readonly isInPlace: boolean;
    };

export type SilenceExpiry =
  | { readonly kind: "not-found" }
  | { readonly kind: "unchanged" }
  | { readonly kind: "store"; readonly record: SilenceRecord };

/** Decides what a request to create or change a silence stores. `previous` is the one with its ID. */
export function planSilenceWrite(
  previous: SilenceRecord | undefined,
  request: SilenceRequest,
  options: SilenceWriteOptions,
): SilenceWrite {
  const nowMs = previous === undefined ? options.nowMs : judgedAtMs(previous, options.nowMs);
  const wanted = { ...request, startsAtMs: request.startsAtMs ?? nowMs };
  const validation = validateSilence(wanted, options.mode);
  if (!validation.ok) return { kind: "invalid", error: validation.error };
  if (request.id !== "" && previous === undefined) return { kind: "not-found" };
  if (previous !== undefined && canChangeInPlace(previous, wanted, nowMs)) {
    const record = makeRecord(wanted, previous.id, options);
    const problem = findSizeProblem(record, options.limits);
    if (problem !== undefined) return { kind: "limited", error: problem };
    const keepUntilMs = Math.max(record.keepUntilMs, previous.keepUntilMs);
    return { kind: "store", id: record.id, records: [{ ...record, keepUntilMs }], isInPlace: true };
  }
  return planNewSilence(
    previous,
    { ...wanted, startsAtMs: Math.max(wanted.startsAtMs, nowMs) },
    options,
  );
}

/** Decides what a request to end a silence stores; one that has ended stays as it is (S-65). */
export function planSilenceExpire(
  previous: SilenceRecord | undefined,
  stamp: SilenceStamp,
): SilenceExpiry {
  if (previous === undefined) return { kind: "not-found" };
  const nowMs = judgedAtMs(previous, stamp.nowMs);
  const state = silenceState(previous, nowMs);
  if (state === "expired") return { kind: "unchanged" };
  return { kind: "store", record: expireRecord(previous, nowMs, stamp) };
}

type WantedSilence = SilenceRequest & { readonly startsAtMs: number };

function planNewSilence(
  previous: SilenceRecord | undefined,
  wanted: WantedSilence,
  options: SilenceWriteOptions,
): SilenceWrite {
  const { countMax, count } = options.limits;
  if (countMax > 0 && count + 1 > countMax) {
    const error = `Cannot store silence: the tenant has ${count} of at most ${countMax} silences`;
    return { kind: "limited", error };
  }
  const record = makeRecord(wanted, options.newId, options);
  const problem = findSizeProblem(record, options.limits);
  if (problem !== undefined) return { kind: "limited", error: problem };
  const ended = previous === undefined ? undefined : planSilenceExpire(previous, options);
  const records = ended?.kind === "store" ? [ended.record, record] : [record];
  return { kind: "store", id: record.id, records, isInPlace: false };
}

function canChangeInPlace(previous: SilenceRecord, wanted: WantedSilence, nowMs: number): boolean {
  if (!sameMatcherSets(previous.matcherSets, wanted.matcherSets)) return false;
  switch (silenceState(previous, nowMs)) {
    case "active":
      return (
        toSecond(previous.startsAtMs) === toSecond(wanted.startsAtMs) && wanted.endsAtMs >= nowMs
      );
    case "pending":
      return wanted.startsAtMs >= nowMs;
    case "expired":
      return false;
  }
}

function makeRecord(wanted: WantedSilence, id: string, stamp: SilenceStamp): SilenceRecord {
  return {
    id,
    matcherSets: wanted.matcherSets,
    startsAtMs: wanted.startsAtMs,
    endsAtMs: wanted.endsAtMs,
    updatedAtMs: stamp.updatedAtMs,
    createdBy: wanted.createdBy,
    comment: wanted.comment,
    annotations: wanted.annotations,
    expiredOnRequest: false,
    stampUs: stamp.stampUs,
    stampBy: stamp.stampBy,
    keepUntilMs: wanted.endsAtMs + stamp.retentionMs,
  };
}

function expireRecord(previous: SilenceRecord, nowMs: number, stamp: SilenceStamp): SilenceRecord {
  return {
    ...previous,
    startsAtMs: Math.min(previous.startsAtMs, nowMs),
    endsAtMs: nowMs,
    updatedAtMs: stamp.updatedAtMs,
    expiredOnRequest: true,
    stampUs: stamp.stampUs,
    stampBy: stamp.stampBy,
    keepUntilMs: Math.max(previous.keepUntilMs, nowMs + stamp.retentionMs),
  };
}

function findSizeProblem(record: SilenceRecord, limits: SilenceLimits): string | undefined {
  if (limits.sizeMaxBytes === 0) return undefined;
  const sizeBytes = limits.sizeBytes(record);
  if (sizeBytes <= limits.sizeMaxBytes) return undefined;
  return `Cannot store silence: it has ${sizeBytes} bytes of at most ${limits.sizeMaxBytes}`;
}

function toSecond(ms: number): number {
  return Math.floor(ms / 1_000);
}
