/**
 * What a claim carries of the claimant's state, and what a granter adds to it (PROTOCOL 7.2). Digests
 * cover exactly what the decision reads. Where one differs the granter sends all that it has of that
 * part: parts are small, and finding out the difference would cost another round trip.
 */
import type { AlertRecord, LogKey, LogRecord } from "@tocsin/domain/model";
import { addDigest, EMPTY_DIGEST, sameDigest } from "@tocsin/domain/records";
import type { DecisionDigests, Digest, PartialState } from "../peer/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import { isReportedEnd } from "./judgement.ts";
import { routedTo } from "./membership.ts";
import type { TenantData } from "./tenant-data.ts";

export function decisionDigests(data: TenantData, groupId: string, key: LogKey): DecisionDigests {
  const logHash = data.log.hash(key);
  return {
    alerts: sumOf(data.groups.get(groupId)?.members ?? []),
    inhibitors: data.inhibitors.digest,
    silences: data.silences.digest,
    log: logHash === undefined ? EMPTY_DIGEST : addDigest(EMPTY_DIGEST, logHash),
  };
}

/** Everything of what the decision reads that may be newer here than the claimant's digests show. */
export function newsFor(
  data: TenantData,
  { groupId, key }: { readonly groupId: string; readonly key: LogKey },
  theirs: DecisionDigests,
): PartialState {
  const ours = decisionDigests(data, groupId, key);
  const isNews = (part: keyof DecisionDigests): boolean =>
    ours[part].count > 0 && !sameDigest(ours[part], theirs[part]);
  const entries = new Set<AlertEntry>();
  // An alert that the group has let go may be firing still for the claimant, so labels decide.
  if (!sameDigest(ours.alerts, theirs.alerts)) {
    for (const entry of routedTo(data, groupId)) entries.add(entry);
  }
  const clock = entries.size > 0 ? data.groups.get(groupId)?.clock : undefined;
  const told = isNews("log") ? data.log.get(key) : undefined;
  const log = [...(told ? [told] : []), ...endsToldElsewhere(data, entries, key)];
  if (isNews("inhibitors")) {
    for (const entry of data.alerts.entries) if (entry.isSource) entries.add(entry);
  }
  return {
    ...(entries.size > 0 && { alerts: recordsOf(entries) }),
    ...(clock !== undefined && { groups: [clock] }),
    ...(isNews("silences") && { silences: [...data.silences.records()] }),
    ...(log.length > 0 && { log }),
  };
}

/**
 * Under other keys: what says that alerts which were let go here have ended. Who was cut off when that was
 * told, and when a reload replaced the group, could take them to fire.
 */
function endsToldElsewhere(
  data: TenantData,
  entries: Iterable<AlertEntry>,
  key: LogKey,
): readonly LogRecord[] {
  const endsAtMs = new Map<string, number>();
  for (const { hasLeft, logHash, record } of entries) {
    if (hasLeft && !isReportedEnd(record)) endsAtMs.set(logHash, record.endsAtMs);
  }
  if (endsAtMs.size === 0) return [];
  return [...data.log.records()].filter(
    ({ key: other, resolved, timestampMs }) =>
      other !== key && resolved.some((hash) => (endsAtMs.get(hash) ?? Infinity) <= timestampMs),
  );
}

function recordsOf(entries: Iterable<AlertEntry>): readonly AlertRecord[] {
  return Array.from(entries, (entry) => entry.record);
}

function sumOf(entries: readonly AlertEntry[]): Digest {
  let hi = 0;
  let lo = 0;
  for (const { hashHi, hashLo } of entries) {
    hi = (hi + hashHi) | 0;
    lo = (lo + hashLo) | 0;
  }
  return { hi: hi >>> 0, lo: lo >>> 0, count: entries.length };
}
