import type { TimeIntervalConfig } from "../config/types.ts";
import { contains } from "./contains.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

export type TimeIntervals = ReadonlyMap<string, readonly TimeIntervalConfig[]>;

export type ContainingResult =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly error: string };

/** What a route's time intervals say about an instant. `names` are shown as what muted the group. */
export type TimeMute =
  | { readonly muted: false }
  | { readonly muted: true; readonly by: "active" | "mute"; readonly names: readonly string[] }
  | { readonly muted: "unknown"; readonly error: string };

export interface TimeMuteNames {
  readonly activeTimeIntervals: readonly string[];
  readonly muteTimeIntervals: readonly string[];
}

export interface TimeMuteOptions {
  readonly intervals: TimeIntervals;
  readonly zones: ZoneOffsets;
  /** The flush's tick. */
  readonly nowMs: number;
}

/** Those of the named intervals that contain the instant, in the order given, each name once. */
export function findContaining(
  names: readonly string[],
  { intervals, zones, nowMs }: TimeMuteOptions,
): ContainingResult {
  const containing = new Set<string>();
  for (const name of names) {
    const entries = intervals.get(name);
    if (entries === undefined) {
      return {
        ok: false,
        error: `Cannot check time interval ${JSON.stringify(name)}: not defined`,
      };
    }
    if (entries.some((entry) => contains(entry, nowMs, zones))) containing.add(name);
  }
  return { ok: true, names: [...containing] };
}

/**
 * Decides whether a route is muted by time (S-50): first unless one of its active intervals contains
 * the instant, if it has any, then if one of its mute intervals does. Mirrors `notify/mute.go` of
 * Alertmanager 0.34, which reports all active names when none contains the instant.
 */
export function decideTimeMute(names: TimeMuteNames, options: TimeMuteOptions): TimeMute {
  if (names.activeTimeIntervals.length > 0) {
    const active = findContaining(names.activeTimeIntervals, options);
    if (!active.ok) return { muted: "unknown", error: active.error };
    if (active.names.length === 0) {
      return { muted: true, by: "active", names: names.activeTimeIntervals };
    }
  }
  if (names.muteTimeIntervals.length === 0) return { muted: false };
  const mute = findContaining(names.muteTimeIntervals, options);
  if (!mute.ok) return { muted: "unknown", error: mute.error };
  return mute.names.length > 0 ? { muted: true, by: "mute", names: mute.names } : { muted: false };
}
