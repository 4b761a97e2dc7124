import type { SilenceRecord } from "../model/index.ts";

/** `pending`: it has not begun. `active`: it mutes. `expired`: it has ended. */
export type SilenceState = "pending" | "active" | "expired";

type Span = Pick<SilenceRecord, "startsAtMs" | "endsAtMs" | "updatedAtMs">;

/**
 * The state by which alerts are muted (S-61): at the very instant of its end a silence still mutes. It is
 * never judged at an instant before its last change, so what was acknowledged as active is active on an
 * instance whose clock is behind too.
 */
export function silenceState(silence: Span, nowMs: number): SilenceState {
  const atMs = Math.max(nowMs, silence.updatedAtMs);
  if (atMs < silence.startsAtMs) return "pending";
  return atMs > silence.endsAtMs ? "expired" : "active";
}

/** The state that the API shows: at the very instant of its end a silence is expired. */
export function shownSilenceState(silence: Span, nowMs: number): SilenceState {
  const state = silenceState(silence, nowMs);
  return Math.max(nowMs, silence.updatedAtMs) === silence.endsAtMs ? "expired" : state;
}

/** When upstream forgets a silence: what is written as `expires_at` on its wire. */
export function silenceExpiresAtMs(silence: Span, retentionMs: number): number {
  return silence.endsAtMs + retentionMs;
}
