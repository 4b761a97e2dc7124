import type { ConfigRecord } from "../model/index.ts";
import { ContentHash, type RecordHash } from "./content-hash.ts";
import { compareUnits, sortedEntries } from "./order.ts";

/**
 * The configuration that stands: the higher version. The object store hands out each version once, so
 * the content decides only where a store without conditional writes let two through.
 */
export function newerConfig(left: ConfigRecord, right: ConfigRecord): ConfigRecord {
  const order = left.version - right.version || compareUnits(contentText(left), contentText(right));
  return order >= 0 ? left : right;
}

export function hashConfigRecord(record: ConfigRecord): RecordHash {
  const hash = new ContentHash();
  hash.text(contentText(record));
  return hash.finish();
}

function contentText(record: ConfigRecord): string {
  return JSON.stringify([
    record.version,
    record.text ?? null,
    record.updatedAtMs,
    sortedEntries(record.templates),
  ]);
}
