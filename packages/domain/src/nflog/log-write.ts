import type { LogRecord } from "../model/index.ts";
import type { NotifyReason } from "./decide.ts";

/** When an entry written now expires (S-46): twice the repeat interval later, at most the retention. */
export function logExpiry(
  nowMs: number,
  { retentionMs, repeatIntervalMs }: { retentionMs: number; repeatIntervalMs: number },
): number {
  const wantedMs = 2 * repeatIntervalMs;
  return nowMs + (wantedMs > 0 ? Math.min(wantedMs, retentionMs) : retentionMs);
}

/** One for all: most log entries have none, and they are kept by the million. */
export const NO_RECEIVER_DATA: LogRecord["receiverData"] = Object.freeze({});

/** The receiver data that a notification starts from (S-47): a first one has none. */
export function receiverDataFor(
  reason: NotifyReason,
  entry: LogRecord | undefined,
): LogRecord["receiverData"] {
  return reason === "first notification" || entry === undefined
    ? NO_RECEIVER_DATA
    : entry.receiverData;
}

/** What upstream does with an entry of its own. `ignored`: the stored one is from the future. */
export type LogWrite = "stored" | "only-broadcast" | "ignored";

/** Upstream's rule for local writes, for the gossip shape: at the same instant the stored entry stays. */
export function planLogWrite(stored: LogRecord | undefined, entry: LogRecord): LogWrite {
  if (stored !== undefined && stored.timestampMs > entry.timestampMs) return "ignored";
  return stored?.timestampMs === entry.timestampMs ? "only-broadcast" : "stored";
}

/**
 * True if an entry from a peer replaces the local one by upstream's rule (S-46), for the gossip shape: the
 * later one wins, a tie keeps the local one, and what has expired is ignored. `keepUntilMs` of the
 * incoming record is the `expires_at` of the wire.
 */
export function replacesLog(
  local: LogRecord | undefined,
  incoming: LogRecord,
  nowMs: number,
): boolean {
  if (incoming.keepUntilMs < nowMs) return false;
  return local === undefined || local.timestampMs < incoming.timestampMs;
}

/**
 * What of a peer's message is taken. Of several entries with one key in a message the last counts, even if
 * it is older, as upstream reads a message into a map first.
 */
export function takeLogs(
  local: ReadonlyMap<string, LogRecord>,
  incoming: readonly LogRecord[],
  nowMs: number,
): LogRecord[] {
  const byKey = new Map<string, LogRecord>(incoming.map((record) => [record.key, record]));
  return [...byKey.values()].filter((record) => replacesLog(local.get(record.key), record, nowMs));
}
