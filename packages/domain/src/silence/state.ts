import type { SilenceRecord } from "../model/index.ts";

/** `pending`: it has not begun. `active`: it mutes. `expired`: it has ended. */
export type SilenceState = "pending" | "active" | "expired";

type Span = Pick<SilenceRecord, "startsAtMs" | "endsAtMs" | "updatedAtMs">;

/** The state by which alerts are muted (S-61): at the very instant of its end a silence still mutes. */
export function silenceState(silence: Span, nowMs: number): SilenceState {
  if (nowMs < silence.startsAtMs) return "pending";
  return nowMs > silence.endsAtMs ? "expired" : "active";
}

/**
 * The instant at which to judge a silence: now, but not before its last change, so that what was
 * acknowledged as active or ended is so on an instance whose clock is behind too.
 */
export function judgedAtMs(silence: Span, nowMs: number): number {
  return Math.max(nowMs, silence.updatedAtMs);
}

/** The state that the API shows: at the very instant of its end a silence is expired. */
export function shownSilenceState(silence: Span, nowMs: number): SilenceState {
  const atMs = judgedAtMs(silence, nowMs);
  return atMs === silence.endsAtMs ? "expired" : silenceState(silence, atMs);
}

/** When upstream forgets a silence: what is written as `expires_at` on its wire. */
export function silenceExpiresAtMs(silence: Span, retentionMs: number): number {
  return silence.endsAtMs + retentionMs;
}
