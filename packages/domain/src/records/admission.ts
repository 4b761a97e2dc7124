import type { AlertRecord } from "../model/index.ts";

/** An unknown alert that ended longer ago is not taken from another owner (PROTOCOL 5). */
const STRANGE_END_AGE_MAX_MS = 15 * 60_000;

/**
 * Tells whether a record is past the time until which it must be kept. Received ones are then ignored:
 * the sender has merely not collected it yet.
 */
export function isForgettable(record: { readonly keepUntilMs: number }, nowMs: number): boolean {
  return record.keepUntilMs <= nowMs;
}

/**
 * Tells whether a record that this owner does not know ended too long ago to be taken. Its group has
 * told or waived it since, and taking it would open the group again for nothing.
 */
export function isStrangeEnd(record: AlertRecord, nowMs: number): boolean {
  return record.endsAtMs <= nowMs - STRANGE_END_AGE_MAX_MS;
}
