/**
 * The alerts of one tenant by fingerprint, with their digest.
 *
 * A tenant with few alerts is a plain list that is scanned; above that an index in a typed array is
 * made. Alerts leave only in bulk, when garbage is collected, so the index never deletes. The order by
 * fingerprint, which readers and digests want, is made when asked for and kept until an alert comes or
 * goes: a new version of a known alert does not touch it.
 */
import type { FingerprintHalves } from "@tocsin/domain/alert";
import type { AlertRecord } from "@tocsin/domain/model";
import { AlertEntry } from "./alert-entry.ts";
import type { Digest } from "../peer/index.ts";
import { sortedByFingerprint } from "./fingerprint-order.ts";
import { FingerprintIndex } from "./fingerprint-index.ts";
import { appended } from "./lists.ts";

const SCAN_SIZE_MAX = 32;

export class AlertStore {
  #entries: AlertEntry[] = [];
  #index: FingerprintIndex | undefined;
  #sorted: readonly AlertEntry[] | undefined;
  /** By the hash of the log; made with the first: few tenants have many that ended a while ago. */
  #left: Map<string, AlertEntry> | undefined;
  /** Digest halves as signed integers, which need no box. */
  #digestHi = 0;
  #digestLo = 0;

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

  /** All entries, in no order that means anything. Not to be kept. */
  get entries(): readonly AlertEntry[] {
    return this.#entries;
  }

  /** All entries by fingerprint. The list is never changed: a reader may keep it. */
  get sorted(): readonly AlertEntry[] {
    this.#sorted ??= sortedByFingerprint(this.#entries);
    return this.#sorted;
  }

  get(fingerprint: FingerprintHalves): AlertEntry | undefined {
    if (this.#index !== undefined) {
      const place = this.#index.find(fingerprint);
      return place < 0 ? undefined : this.#entries[place];
    }
    for (const entry of this.#entries) {
      const { fpHi, fpLo } = entry.record;
      if (fpLo === fingerprint.lo && fpHi === fingerprint.hi) return entry;
    }
    return undefined;
  }

  /** Adds an alert that is not there yet. */
  add(record: AlertRecord): AlertEntry {
    const entry = new AlertEntry(record);
    this.#entries = appended(this.#entries, entry);
    this.#sorted = undefined;
    this.#count(entry, 1);
    if (this.#index !== undefined) this.#index.add(this.#entries.length - 1);
    else if (this.#entries.length > SCAN_SIZE_MAX) this.#makeIndex();
    return entry;
  }

  replace(entry: AlertEntry, record: AlertRecord): void {
    this.#count(entry, -1);
    entry.replace(record);
    this.#count(entry, 1);
  }

  /** Those that a group has let go. */
  get left(): Iterable<AlertEntry> {
    return this.#left?.values() ?? [];
  }

  /** The one of those with this hash of the log. */
  findLeft(logHash: string): AlertEntry | undefined {
    return this.#left?.get(logHash);
  }

  /** Says whether a group has let it go. */
  setLeft(entry: AlertEntry, hasLeft: boolean): void {
    if (entry.hasLeft === hasLeft) return;
    entry.hasLeft = hasLeft;
    if (hasLeft) (this.#left ??= new Map()).set(entry.logHash, entry);
    else this.#left?.delete(entry.logHash);
  }

  /** Drops these entries. */
  remove(gone: ReadonlySet<AlertEntry>): void {
    if (gone.size === 0) return;
    for (const entry of gone) {
      this.#count(entry, -1);
      this.setLeft(entry, false);
    }
    this.#entries = this.#entries.filter((entry) => !gone.has(entry));
    this.#sorted = undefined;
    this.#index = undefined;
    if (this.#entries.length > SCAN_SIZE_MAX) this.#makeIndex();
  }

  #makeIndex(): void {
    this.#index = new FingerprintIndex(
      this.#entries.length,
      // Places in the index are places in the list.
      (place) => (this.#entries[place] as AlertEntry).record,
    );
  }

  #count(entry: AlertEntry, sign: 1 | -1): void {
    this.#digestHi = (this.#digestHi + sign * entry.hashHi) | 0;
    this.#digestLo = (this.#digestLo + sign * entry.hashLo) | 0;
  }
}
