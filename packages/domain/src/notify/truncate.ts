/** Shortens texts to what a receiver takes. */
import { byteSize, firstRunes, runeCount } from "../template/values/text.ts";

export interface Truncated {
  readonly text: string;
  readonly isTruncated: boolean;
}

const MARK = "…";
const MARK_SIZE_BYTES = 3;

/** At most `count` characters; the last one of a shortened text is `…` unless there are three or less. */
export function truncateInRunes(text: string, count: number): Truncated {
  if (runeCount(text) <= count) return { text, isTruncated: false };
  const kept = count <= 3 ? firstRunes(text, count) : firstRunes(text, count - 1) + MARK;
  return { text: kept.toWellFormed(), isTruncated: true };
}

/**
 * At most `sizeMaxBytes` bytes of UTF-8, cut between characters and ended by `…`; with no room for that,
 * dots. Upstream counts characters where it means bytes and crashes on some texts; this does not.
 */
export function truncateInBytes(text: string, sizeMaxBytes: number): Truncated {
  if (byteSize(text) <= sizeMaxBytes) return { text, isTruncated: false };
  if (sizeMaxBytes < MARK_SIZE_BYTES) {
    return { text: ".".repeat(Math.max(sizeMaxBytes, 0)), isTruncated: true };
  }
  const room = sizeMaxBytes - MARK_SIZE_BYTES;
  let kept = "";
  let size = 0;
  for (const char of text) {
    size += byteSize(char);
    if (size > room) break;
    kept += char;
  }
  return { text: kept + MARK, isTruncated: true };
}
