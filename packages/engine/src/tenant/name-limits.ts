import { LimitBucket } from "@tocsin/domain/alert";
import { labelValue, type AlertRecord } from "@tocsin/domain/model";

/** The limit on alerts of one name that holds for all tenants (`--alerts.per-alertname-limit`). */
export interface NameLimit {
  /** At least 1. */
  readonly countMax: number;
  /** Called for each posted alert that is not stored. */
  readonly onLimited: (alertname: string) => void;
}

/**
 * How many alerts of each name one tenant holds (S-10). Judged when a client posts: what other owners,
 * the journal and snapshots bring is counted and stored, or owners would never be equal.
 */
export class NameLimits {
  readonly #limit: NameLimit;
  readonly #buckets = new Map<string, LimitBucket>();

  constructor(limit: NameLimit) {
    this.#limit = limit;
  }

  /** Whether a posted version may be stored. An alert that still fires always passes. */
  admits(known: AlertRecord | undefined, posted: AlertRecord, nowMs: number): boolean {
    if (known !== undefined && known.endsAtMs >= nowMs) return true;
    const name = labelValue(posted, "alertname");
    if (this.#bucket(name).upsert(idOf(posted), posted.endsAtMs, nowMs)) return true;
    this.#limit.onLimited(name ?? "");
    return false;
  }

  /** Counts a version that is stored, if there is room for it. */
  note(record: AlertRecord, nowMs: number): void {
    this.#bucket(labelValue(record, "alertname")).upsert(idOf(record), record.endsAtMs, nowMs);
  }

  /** Forgets names of which nothing is running any more. */
  collectGarbage(nowMs: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (bucket.isStale(nowMs)) this.#buckets.delete(name);
    }
  }

  #bucket(name = ""): LimitBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = new LimitBucket(this.#limit.countMax);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

function idOf({ fpHi, fpLo }: AlertRecord): string {
  return `${fpHi}:${fpLo}`;
}
