import type { LogRecord } from "../model/index.ts";

/** Why a group is notified, in upstream's words, which metrics and events carry; `none`: it is not. */
export type NotifyReason =
  | "first notification"
  | "new alerts added"
  | "all alerts resolved"
  | "some alerts resolved"
  | "repeat interval elapsed"
  | "none";

export interface NotifyDecision {
  readonly send: boolean;
  readonly reason: NotifyReason;
}

interface NotifyTiming {
  readonly sendResolved: boolean;
  readonly repeatIntervalMs: number;
  /** The flush's tick, not the clock. */
  readonly nowMs: number;
}

export interface NotifyQuestion extends NotifyTiming {
  /** Alert hashes of the group now. */
  readonly firing: ReadonlySet<string> | readonly string[];
  readonly resolved: ReadonlySet<string> | readonly string[];
}

/** The same, with the lists compared already. */
export interface CountedQuestion extends NotifyTiming {
  readonly firingCount: number;
  /** How many of those that fire, and of those that are resolved, were not told as such last. */
  readonly newCount: { readonly firing: number; readonly resolved: number };
}

type LastWord = Pick<LogRecord, "firing" | "resolved" | "timestampMs">;

/**
 * Decides whether an integration is told about a group, given what it was told last (S-42). A set that
 * only shrinks is not told. That all are resolved passes even without `send_resolved`: nothing is sent
 * then, but the log must forget the firing alerts. Mirrors needsUpdate of Alertmanager 0.34
 * `notify/dedup_stage.go`.
 */
export function decideNotification(
  entry: LastWord | undefined,
  { firing, resolved, ...timing }: NotifyQuestion,
): NotifyDecision {
  const hashes = [...firing];
  const newCount = {
    firing: hashesNotIn(hashes, entry?.firing).length,
    resolved: hashesNotIn([...resolved], entry?.resolved).length,
  };
  return decideCounted(entry, { ...timing, firingCount: hashes.length, newCount });
}

/** The same for who has compared the lists, which takes a while with tens of thousands of alerts. */
export function decideCounted(
  entry: Pick<LastWord, "firing" | "timestampMs"> | undefined,
  question: CountedQuestion,
): NotifyDecision {
  const reason = findReason(entry, question);
  return { send: reason !== "none", reason };
}

/** Those that are not in the other list, whatever the order of both. A list that is not there has none. */
export function hashesNotIn(
  hashes: readonly string[],
  known: readonly string[] | undefined,
): readonly string[] {
  if (known === undefined || known.length === 0 || hashes.length === 0) return hashes;
  const knownSet = new Set(known);
  return hashes.filter((hash) => !knownSet.has(hash));
}

function findReason(
  entry: Pick<LastWord, "firing" | "timestampMs"> | undefined,
  { firingCount, newCount, sendResolved, nowMs, repeatIntervalMs }: CountedQuestion,
): NotifyReason {
  if (entry === undefined) return firingCount > 0 ? "first notification" : "none";
  const toldFiring = entry.firing.length > 0;
  if (newCount.firing > 0) return toldFiring ? "new alerts added" : "first notification";
  if (firingCount === 0) return toldFiring ? "all alerts resolved" : "none";
  if (sendResolved && newCount.resolved > 0) return "some alerts resolved";
  return entry.timestampMs < nowMs - repeatIntervalMs ? "repeat interval elapsed" : "none";
}
