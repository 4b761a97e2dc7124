import type { TenantId } from "@tocsin/domain/model";
import type { PartialState } from "../peer/state.ts";

/** One line of the write-ahead log: records of one tenant, merged again on replay in any order. */
export interface JournalEntry {
  readonly tenant: TenantId;
  readonly state: PartialState;
}

/** What the log was found to be on start; decides how much the own copy counts (PROTOCOL 6). */
export interface ReplayReport {
  /** Nothing was there: a new or wiped disk. */
  readonly empty: boolean;
  /** False: a record in the middle was damaged, or the log says that its disk had failed. */
  readonly intact: boolean;
  /** False: the machine was started since, so that the unsynced tail may be gone. */
  readonly sameBoot: boolean;
  readonly entries: number;
  /** Wall clock of the last sign of life in the log, 0 if none. */
  readonly lastAliveMs: number;
}

/**
 * The write-ahead log of an instance (PROTOCOL 9). `append` only queues: one write per turn of the loop
 * takes all that is queued, and all who wait for `synced` share one fdatasync. When the disk fails,
 * `written` and `synced` reject with `data-loss`, and the log counts as not intact from then on.
 */
export interface Journal {
  /** `take` may take a while for one entry; undefined: it is done. */
  replay(
    take: (entry: JournalEntry) => Promise<void> | undefined,
    signal: AbortSignal,
  ): Promise<ReplayReport>;
  append(entry: JournalEntry): void;
  /** Resolves when all that was appended so far has been handed to the operating system. */
  written(): Promise<void>;
  /** Resolves when all that was appended so far is on the disk. */
  synced(): Promise<void>;
  /**
   * True when the closed segments outweigh what a checkpoint would take; or when the log lacks something, as
   * after its disk was full, and can be written. After a checkpoint that failed it says no for a while.
   */
  checkpointDue(): boolean;
  /**
   * Writes `entries` as the new beginning, then drops the segments before it. Worked off in slices. The log
   * counts as intact from then on, so they must be all that this instance has ever acknowledged.
   */
  checkpoint(entries: Iterable<JournalEntry>, signal: AbortSignal): Promise<void>;
  /** Small facts that outlive the process: the last view and incarnation. Replaced whole, synced. */
  readMeta(): Promise<InstanceMeta | undefined>;
  writeMeta(meta: InstanceMeta): Promise<void>;
  /**
   * What is stored counts as `isOutdated` until `writeMeta` succeeds again. Needs no room, so that it works
   * where `writeMeta` fails because the disk is full.
   */
  outdateMeta(): Promise<void>;
  close(): Promise<void>;
}

export interface InstanceMeta {
  readonly incarnation: number;
  /** True: later processes ran that could not write theirs, so higher ones may have been used. */
  readonly isOutdated?: boolean;
  /** The last ring document as JSON text. */
  readonly view: string | undefined;
  /** The log has once held all that was acknowledged before it began. A new disk has not. */
  readonly hasCaughtUp: boolean;
  /** Undefined: written by a version that did not know it. */
  readonly listening?: Listening;
}

/** For how long the processes of this disk have been listening, while none of them ran for long. */
export interface Listening {
  /** Wall clock: when the process began that wrote this. */
  readonly startedAtMs: number;
  /** For how long those before it listened, less the time in between. */
  readonly creditMs: number;
}
