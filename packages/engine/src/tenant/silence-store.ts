import type { RegexCache } from "@tocsin/domain/matcher";
import type { LabelSet, SilenceRecord } from "@tocsin/domain/model";
import {
  hashSilenceRecord,
  isTombstone,
  newerSilence,
  type RecordHash,
  shrinkSilence,
  silenceSetBack,
} from "@tocsin/domain/records";
import type { Steps } from "@tocsin/foundation";
import { SilenceIndex, type KnownMatching } from "@tocsin/domain/silence";
import type { Digest } from "../peer/index.ts";
import { RecordStore, type RecordKind } from "./record-store.ts";

const KIND: RecordKind<SilenceRecord> = {
  keyOf: (record) => record.id,
  hashOf: hashSilenceRecord,
  merge: newerSilence,
};
const NONE: readonly string[] = [];

/** Measures how silences are looked for. */
export interface SilenceQueries {
  /** Called at the beginning; what it returns is handed to `ended`. */
  readonly begun: () => number;
  /** `scanned` silences were asked whether they match, `skipped` need not be asked. */
  readonly ended: (begun: number, scanned: number, skipped: number) => void;
}

/** The silences of one tenant, with an index over their matchers that is made with the first. */
export class SilenceStore {
  readonly #store = new RecordStore(KIND);
  readonly #regexes: RegexCache | undefined;
  readonly #queries: SilenceQueries | undefined;
  #index: SilenceIndex | undefined;
  /** That of the index that the next one follows: answers are kept for longer than an index is. */
  #lastVersion = 0;

  constructor(regexes: RegexCache | undefined, queries?: SilenceQueries) {
    this.#regexes = regexes;
    this.#queries = queries;
  }

  get size(): number {
    return this.#store.size;
  }

  get digest(): Digest {
    return this.#store.digest;
  }

  /** Changes when `matching` may answer differently. */
  get version(): number {
    return this.#index?.version ?? this.#lastVersion;
  }

  /** What `matchingSince` may take for an answer of this version, see `SilenceIndex.workSince`. */
  workSince(version: number, labels: LabelSet): number {
    return this.#index?.workSince(version, labels) ?? 0;
  }

  get(id: string): SilenceRecord | undefined {
    return this.#store.get(id);
  }

  hash(id: string): RecordHash | undefined {
    return this.#store.hash(id);
  }

  /** All records, tombstones too. */
  records(): Iterable<SilenceRecord> {
    return this.#store.records();
  }

  /** Merges a record in. Returns what stands now, undefined if nothing changed. */
  merge(received: SilenceRecord): SilenceRecord | undefined {
    const changed = this.#store.merge(received);
    if (changed !== undefined) this.#file(changed);
    return changed;
  }

  /** The IDs of all silences that match, in whatever state. Valid while `version` stays. */
  matching(labels: LabelSet): readonly string[] {
    return this.#ask((index) => index.matching(labels));
  }

  /** The same for labels of which an earlier answer is known. */
  matchingSince(labels: LabelSet, known: KnownMatching): readonly string[] {
    return this.#ask((index) => index.matchingSince(labels, known));
  }

  /** The same in steps: what is true of the version of now. */
  *matchingSinceSteps(labels: LabelSet, known: KnownMatching): Steps<readonly string[]> {
    const index = this.#index;
    if (index === undefined) return NONE;
    const noteEnd = this.#begin(index);
    const ids = yield* index.matchingSinceSteps(labels, known);
    noteEnd();
    return ids;
  }

  #ask(question: (index: SilenceIndex) => readonly string[]): readonly string[] {
    const index = this.#index;
    if (index === undefined) return NONE;
    if (this.#queries === undefined) return question(index);
    const noteEnd = this.#begin(index);
    const ids = question(index);
    noteEnd();
    return ids;
  }

  /** Returns what is to be called at the end of a look. */
  #begin(index: SilenceIndex): () => void {
    const queries = this.#queries;
    if (queries === undefined) return () => {};
    const begun = queries.begun();
    const before = index.triedCount;
    return () => {
      const scanned = index.triedCount - before;
      queries.ended(begun, scanned, Math.max(0, index.size - scanned));
    };
  }

  /** Tells whether any silence mutes the labels at this instant. */
  mutes(labels: LabelSet, nowMs: number): boolean {
    return this.active(this.matching(labels), nowMs).length > 0;
  }

  /** Those of the IDs that mute at this instant. */
  active(ids: readonly string[], nowMs: number): readonly string[] {
    if (ids.length === 0) return ids;
    return this.#index?.active(ids, nowMs) ?? NONE;
  }

  /** Forgets what need not be kept and shrinks what is past retention. Returns how many changed. */
  collectGarbage(nowMs: number, retentionMs: number): number {
    const gone = this.#store.forget(nowMs);
    for (const { id } of gone) this.#index?.delete(id);
    const old = [...this.#store.records()].filter(
      (record) => !isTombstone(record) && record.endsAtMs + retentionMs <= nowMs,
    );
    for (const record of old) {
      const tombstone = shrinkSilence(record);
      this.#store.rewrite(tombstone);
      this.#file(tombstone);
    }
    if (this.#index?.size === 0) {
      this.#lastVersion = this.#index.version;
      this.#index = undefined;
    }
    return gone.length + old.length;
  }

  /** The wall clock was set back. */
  setBack(nowMs: number): void {
    for (const record of this.#store.records()) {
      const then = silenceSetBack(record, nowMs);
      if (then === record) continue;
      this.#store.rewrite(then);
      this.#file(then);
    }
  }

  #file(record: SilenceRecord): void {
    if (isTombstone(record)) {
      this.#index?.delete(record.id);
      return;
    }
    this.#index ??= new SilenceIndex(this.#regexes, this.#lastVersion);
    this.#index.set(record);
  }
}
