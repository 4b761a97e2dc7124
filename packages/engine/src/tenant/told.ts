import type { GroupKey, InstanceId, LogKey, LogRecord } from "@tocsin/domain/model";
import { logExpiry } from "@tocsin/domain/nflog";
import { withoutHashes } from "./hash-list.ts";
import type { TenantData } from "./tenant-data.ts";
import type { Told } from "./types.ts";

/** What a log entry says besides what was told. */
export interface LogParts {
  readonly key: LogKey;
  readonly groupKey: GroupKey;
  readonly groupId: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  /** Drawn when the claim was granted (A2). */
  readonly version: { readonly us: number; readonly by: InstanceId };
  readonly timestampMs: number;
  readonly tickMs: number;
  readonly receiverData: LogRecord["receiverData"];
  readonly retentionMs: number;
}

/** The log entry that says that this was told. It is not stored by making it. */
export function recordFor(data: TenantData, told: Told, parts: LogParts): LogRecord {
  const { timestampMs, retentionMs } = parts;
  const { previous, repeatIntervalMs } = told;
  const expiresAtMs = logExpiry(timestampMs, { retentionMs, repeatIntervalMs });
  return {
    key: parts.key,
    groupKey: parts.groupKey,
    receiver: parts.receiver,
    integration: parts.integration,
    index: parts.index,
    firing: stillFiring(told, parts.version.by),
    resolved: toldEnds(data, told, parts.groupId),
    timestampMs,
    tickMs: parts.tickMs,
    receiverData: parts.receiverData,
    versionUs: parts.version.us,
    versionBy: parts.version.by,
    keepUntilMs: Math.max(expiresAtMs, previous?.keepUntilMs ?? 0),
  };
}

/**
 * What fires as told now, and what the owner that told before called firing and this one had not heard of
 * at all when it decided: the grant may have come from one that had not either. Its end is still owed. Once
 * is enough, for the alert comes with the state of who told it; so what nobody holds any more is not carried
 * for ever.
 */
function stillFiring({ previous, firing, unheard }: Told, by: InstanceId): readonly string[] {
  if (unheard.length === 0 || previous?.versionBy === by) return firing;
  return firing.concat(unheard).toSorted();
}

/**
 * Ends told now and before. One is kept until its alert fires again or is forgotten here: an owner that
 * still has the alert in the group must find in the log that its end was told (A21). Whether its routes
 * still lead here is not asked: what was told stays true.
 */
function toldEnds(data: TenantData, told: Told, groupId: string): readonly string[] {
  const earlier = withoutHashes(told.previous?.resolved ?? [], told.resolved);
  const perhaps = withoutHashes(earlier, told.firing);
  if (perhaps.length === 0) return told.resolved;
  const left = new Set(perhaps);
  for (const { logHash } of data.groups.get(groupId)?.members ?? []) left.delete(logHash);
  const kept = perhaps.filter(
    (hash) => !left.has(hash) || data.alerts.findLeft(hash) !== undefined,
  );
  return told.resolved.concat(kept).toSorted();
}
