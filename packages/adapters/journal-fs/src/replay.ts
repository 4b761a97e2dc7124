/** Reads the segments that a former process left. */
import { decodeJournalRecord, StringPool, type JournalRecord } from "@tocsin/codec";
import type { Journal } from "@tocsin/engine/ports";
import type { AlertRecord } from "@tocsin/domain/model";
import { readFile, truncate } from "node:fs/promises";
import { partsOf } from "./segment.ts";
import type { SegmentFile } from "./segment-files.ts";
import type { Slices } from "./slices.ts";
import { TouchBook } from "./touch-book.ts";
import { SEGMENT_ADVICE, unreadable } from "./unreadable.ts";

/** What takes the entries; undefined: it is done. */
export type TakeEntry = Parameters<Journal["replay"]>[0];

/** What was found, over all segments. */
export interface Found {
  entries: number;
  damaged: boolean;
  /** Wall clock of the newest sign of life, 0 for none. */
  lastAliveMs: number;
  /** Bytes of a last record that was not written whole. */
  tornBytes: number;
}

/** Gives every entry that can be read to `take`, oldest first. Cuts off a torn tail of the last segment. */
export async function readSegments(
  segments: readonly SegmentFile[],
  slices: Slices,
  take: TakeEntry,
): Promise<Found> {
  const found: Found = { entries: 0, damaged: false, lastAliveMs: 0, tornBytes: 0 };
  const pool = new StringPool();
  for (const segment of segments) {
    const tornAt = await readSegment({ segment, pool, found }, slices, take);
    if (tornAt === undefined) continue;
    // Only a process that was killed while it wrote leaves a cut frame, and it wrote to the last one.
    if (segment !== segments.at(-1)) found.damaged = true;
    else {
      found.tornBytes = segment.sizeBytes - tornAt;
      await truncate(segment.path, tornAt);
    }
  }
  return found;
}

async function readSegment(
  reading: { readonly segment: SegmentFile; readonly pool: StringPool; readonly found: Found },
  slices: Slices,
  take: TakeEntry,
): Promise<number | undefined> {
  const { found } = reading;
  const book = new TouchBook();
  const { path } = reading.segment;
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error, SEGMENT_ADVICE);
  });
  for (const part of partsOf(bytes)) {
    if (part.kind === "torn") return part.at;
    const record = part.kind === "record" ? decoded(part.payload, reading.pool) : undefined;
    if (record === undefined) found.damaged = true;
    else {
      const taking = takeRecord({ record, book, found }, take);
      if (taking !== undefined) await taking;
    }
    if (slices.isOver) await slices.turn();
  }
  return undefined;
}

/** The checksum was right, so what cannot be decoded was written by another version or by a bug. */
function decoded(payload: Uint8Array, pool: StringPool): JournalRecord | undefined {
  try {
    return decodeJournalRecord(payload, pool);
  } catch {
    return undefined;
  }
}

function takeRecord(
  read: { readonly record: JournalRecord; readonly book: TouchBook; readonly found: Found },
  take: TakeEntry,
): Promise<void> | undefined {
  const { record, book, found } = read;
  // The last and not the highest: the clock may have been set back.
  if (record.aliveMs > 0) found.lastAliveMs = record.aliveMs;
  if (record.tenant === "") return undefined;
  const state = record.state ?? {};
  for (const alert of state.alerts ?? []) book.learn(record.tenant, alert);
  const again: AlertRecord[] = [];
  for (const touch of record.touches) {
    const alert = book.expand(record.tenant, touch);
    if (alert === undefined) found.damaged = true;
    else again.push(alert);
  }
  found.entries += 1;
  const alerts = again.length === 0 ? state.alerts : [...(state.alerts ?? []), ...again];
  return take({
    tenant: record.tenant,
    state: alerts === undefined ? state : { ...state, alerts },
  });
}
