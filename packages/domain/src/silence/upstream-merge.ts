import type { SilenceRecord } from "../model/index.ts";

/**
 * True if a silence from a peer replaces the local one by upstream's rule (S-66), for the gossip shape: the
 * later change wins, a tie keeps the local one, and what has expired is ignored. `keepUntilMs` of the
 * incoming record is the `expires_at` of the wire.
 */
export function replacesSilence(
  local: SilenceRecord | undefined,
  incoming: SilenceRecord,
  nowMs: number,
): boolean {
  if (incoming.keepUntilMs < nowMs) return false;
  return local === undefined || local.updatedAtMs < incoming.updatedAtMs;
}

/**
 * What of a peer's message is taken. Of several records with one ID in a message the last counts, even if
 * it is older, as upstream reads a message into a map first.
 */
export function takeSilences(
  local: ReadonlyMap<string, SilenceRecord>,
  incoming: readonly SilenceRecord[],
  nowMs: number,
): SilenceRecord[] {
  const byId = new Map(incoming.map((record) => [record.id, record]));
  return [...byId.values()].filter((record) =>
    replacesSilence(local.get(record.id), record, nowMs),
  );
}
