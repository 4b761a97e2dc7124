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

export interface NotifyQuestion {
  /** Alert hashes of the group now. */
  readonly firing: ReadonlySet<string> | readonly string[];
  readonly resolved: ReadonlySet<string> | readonly string[];
  readonly sendResolved: boolean;
  readonly repeatIntervalMs: number;
  /** The flush's tick, not the clock. */
  readonly nowMs: number;
}

/**
 * Decides whether an integration is told about a group, given what it was told last (S-42). A set that
 * only shrinks is not told. That all are resolved passes even without `send_resolved`: nothing is sent
 * then, but the log must forget the firing alerts. Mirrors needsUpdate of Alertmanager 0.34
 * `notify/dedup_stage.go`.
 */
export function decideNotification(
  entry: Pick<LogRecord, "firing" | "resolved" | "timestampMs"> | undefined,
  question: NotifyQuestion,
): NotifyDecision {
  const reason = findReason(entry, question);
  return { send: reason !== "none", reason };
}

function findReason(
  entry: Pick<LogRecord, "firing" | "resolved" | "timestampMs"> | undefined,
  question: NotifyQuestion,
): NotifyReason {
  const firing = [...question.firing];
  if (entry === undefined) return firing.length > 0 ? "first notification" : "none";
  const toldFiring = entry.firing.length > 0;
  if (!isSubset(firing, entry.firing)) {
    return toldFiring ? "new alerts added" : "first notification";
  }
  if (firing.length === 0) return toldFiring ? "all alerts resolved" : "none";
  if (question.sendResolved && !isSubset([...question.resolved], entry.resolved)) {
    return "some alerts resolved";
  }
  const isDue = entry.timestampMs < question.nowMs - question.repeatIntervalMs;
  return isDue ? "repeat interval elapsed" : "none";
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length === 0) return true;
  const known = new Set(whole);
  return part.every((hash) => known.has(hash));
}
