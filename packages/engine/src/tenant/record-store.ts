/**
 * A small map of records that merge, with its digest: silences and log entries of one tenant. Up to a
 * dozen are a list that is scanned; above that a `Map` to their entries is made.
 */
import { isForgettable, type RecordHash } from "@tocsin/domain/records";
import type { Digest } from "../peer/index.ts";
import { appended } from "./lists.ts";

/** How records of one kind are named, hashed and merged. */
export interface RecordKind<R> {
  readonly keyOf: (record: R) => string;
  readonly hashOf: (record: R) => RecordHash;
  readonly merge: (known: R, received: R) => R;
}

interface Entry<R> {
  record: R;
  /** As signed integers, which need no box. */
  hashHi: number;
  hashLo: number;
}

const SCAN_SIZE_MAX = 12;

export class RecordStore<R extends { readonly keepUntilMs: number }> {
  readonly #kind: RecordKind<R>;
  #entries: Entry<R>[] = [];
  #byKey: Map<string, Entry<R>> | undefined;
  #digestHi = 0;
  #digestLo = 0;

  constructor(kind: RecordKind<R>) {
    this.#kind = kind;
  }

  get size(): number {
    return this.#entries.length;
  }

  get digest(): Digest {
    return {
      hi: this.#digestHi >>> 0,
      lo: this.#digestLo >>> 0,
      count: this.#entries.length,
    };
  }

  get(key: string): R | undefined {
    return this.#find(key)?.record;
  }

  /** The hash of the record under this key. */
  hash(key: string): RecordHash | undefined {
    const entry = this.#find(key);
    return entry && { hi: entry.hashHi >>> 0, lo: entry.hashLo >>> 0 };
  }

  *records(): Generator<R> {
    for (const entry of this.#entries) yield entry.record;
  }

  /** Merges a record in. Returns what stands now, undefined if nothing changed. */
  merge(received: R): R | undefined {
    const known = this.#find(this.#kind.keyOf(received));
    if (known === undefined) {
      this.#add(received);
      return received;
    }
    const merged = this.#kind.merge(known.record, received);
    if (merged === known.record) return undefined;
    this.#replace(known, merged);
    return merged;
  }

  /** Puts a record in the place of the one of the same key without merging. */
  rewrite(record: R): void {
    const known = this.#find(this.#kind.keyOf(record));
    if (known !== undefined && known.record !== record) this.#replace(known, record);
  }

  /** Drops what need not be kept any longer; returns the dropped. */
  forget(nowMs: number): readonly R[] {
    const gone = this.#entries.filter((entry) => isForgettable(entry.record, nowMs));
    if (gone.length === 0) return [];
    for (const entry of gone) this.#count(entry, -1);
    this.#entries = this.#entries.filter((entry) => !isForgettable(entry.record, nowMs));
    this.#byKey = undefined;
    return gone.map((entry) => entry.record);
  }

  #add(record: R): void {
    const { hi, lo } = this.#kind.hashOf(record);
    const entry: Entry<R> = { record, hashHi: hi | 0, hashLo: lo | 0 };
    this.#entries = appended(this.#entries, entry);
    this.#byKey?.set(this.#kind.keyOf(record), entry);
    this.#count(entry, 1);
  }

  #replace(entry: Entry<R>, record: R): void {
    this.#count(entry, -1);
    const { hi, lo } = this.#kind.hashOf(record);
    entry.record = record;
    entry.hashHi = hi | 0;
    entry.hashLo = lo | 0;
    this.#count(entry, 1);
  }

  #find(key: string): Entry<R> | undefined {
    const { keyOf } = this.#kind;
    if (this.#entries.length <= SCAN_SIZE_MAX) {
      return this.#entries.find((entry) => keyOf(entry.record) === key);
    }
    this.#byKey ??= new Map(this.#entries.map((entry) => [keyOf(entry.record), entry]));
    return this.#byKey.get(key);
  }

  #count(entry: Entry<R>, sign: 1 | -1): void {
    this.#digestHi = (this.#digestHi + sign * entry.hashHi) | 0;
    this.#digestLo = (this.#digestLo + sign * entry.hashLo) | 0;
  }
}
