/** Time stamps as tools read and show them: RFC 3339 in, any layout of Go's out. */
import { GoError } from "../values/types.ts";
import { parseTime } from "./parse.ts";
import { timeFromRfc3339 } from "./time.ts";

const RFC3339 = "2006-01-02T15:04:05Z07:00";
const NS_PER_MS = 1_000_000n;

export type TimestampParse =
  /** Milliseconds since 1970. */
  | { readonly ok: true; readonly atMs: number }
  /** In the words of Go's `time.Parse`. */
  | { readonly ok: false; readonly problem: string };

/** Reads an RFC 3339 time, cut to whole milliseconds. */
export function parseTimestamp(text: string): TimestampParse {
  try {
    return { ok: true, atMs: Number(parseTime(RFC3339, text).ns / NS_PER_MS) };
  } catch (error) {
    if (error instanceof GoError) return { ok: false, problem: error.message };
    throw error;
  }
}

/** Shows an RFC 3339 time by one of Go's layouts, in the zone that it carries; unreadable ones as they are. */
export function formatTimestamp(text: string, layout: string): string {
  return timeFromRfc3339(text)?.format(layout) ?? text;
}
