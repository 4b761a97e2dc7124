/**
 * What a lone process knows of the listening of those before it.
 *
 * An alert that ran out is believed to have ended once nothing was heard of it for as long as it was valid
 * (PROTOCOL 7.4). A process that is restarted before that would hold the end back for ever, so the time in
 * which its predecessors listened counts too, less the time in which nobody did: whoever is up more than
 * half of the time gets there. One that ran for long leaves nothing: all that had run out was told, and of
 * the rest nobody has heard since.
 */
import type { Listening } from "../ports/index.ts";

/** Longer than any alert has to be listened for. */
const LONG_RUN_MS = 5 * 60_000;

/** `lastAliveMs` is the last sign of life of the process that wrote `last`; wall clock, as `nowMs`. */
export function listeningAfter(
  last: Listening | undefined,
  { lastAliveMs, nowMs }: { readonly lastAliveMs: number; readonly nowMs: number },
): Listening {
  const ranMs = lastAliveMs - (last?.startedAtMs ?? Infinity);
  const goneMs = nowMs - lastAliveMs;
  // A clock that went back says nothing.
  const counts = ranMs >= 0 && ranMs < LONG_RUN_MS && goneMs >= 0;
  const creditMs = counts ? Math.max(0, (last?.creditMs ?? 0) + ranMs - goneMs) : 0;
  return { startedAtMs: nowMs, creditMs };
}
