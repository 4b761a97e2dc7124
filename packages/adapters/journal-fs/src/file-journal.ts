/**
 * The write-ahead log of an instance in a folder (PROTOCOL 9):
 *
 * ```text
 *   <storage.path>/tocsin/journal/
 *     lock                 the socket by which a second process is kept out
 *     meta.json            incarnation and last view; `meta.json.outdated` while the disk was full since
 *     whole                boot ID; there as long as nothing was lost
 *     00000006-0000.base   what the last checkpoint wrote
 *     00000007.log         what came since
 * ```
 *
 * `whole` is written when the log is new and by every checkpoint, and removed as soon as anything fails:
 * removing works on a full disk, writing would not. So "damaged" and "the machine was started since" stay
 * true over any number of restarts, until a checkpoint has written a state of which the caller knows that
 * it is complete. Every start opens a new segment; a former one is never appended to.
 */
import { encodeJournalRecord } from "@tocsin/codec";
import type { InstanceMeta, Journal, JournalEntry, ReplayReport } from "@tocsin/engine/ports";
import { AppError, assert, type Clock, type Logger, type MetricRegistry } from "@tocsin/foundation";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeBase } from "./checkpoint.ts";
import { replaceFile, syncFolder, SYSTEM_DISK, type Disk } from "./disk.ts";
import { FolderLock } from "./folder-lock.ts";
import {
  outdateInstanceMeta,
  readIfThere,
  readInstanceMeta,
  writeInstanceMeta,
} from "./instance-meta.ts";
import { journalMetrics } from "./journal-metrics.ts";
import { LogWriter } from "./log-writer.ts";
import { readSegments, type TakeEntry } from "./replay.ts";
import { frameOf } from "./segment.ts";
import { listSegments, listUnfinished } from "./segment-files.ts";
import { Slices } from "./slices.ts";
import { TouchBook } from "./touch-book.ts";

export interface FileJournalDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

export interface FileJournalOptions {
  /** `--storage.path`; the log lies in `tocsin/journal` below it. */
  readonly storagePath: string;
  /** A segment is closed when it is larger; 64 MiB by default. */
  readonly segmentSizeMaxBytes?: number;
  /** Names the running of the machine since it was started; the kernel's own by default. */
  readonly bootId?: string;
  /** Where bytes go; a test hands in one that fails. */
  readonly disk?: Disk;
}

const SEGMENT_SIZE_MAX_BYTES = 64 * 1024 * 1024;
const BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id";
/** What is written without anybody waiting for a sync is synced at this pace (PROTOCOL 9). */
const SYNC_INTERVAL_MS = 1_000;
/** Entries carry the time at most this often; the log's last sign of life is that exact. */
const ALIVE_INTERVAL_MS = 1_000;
/** A checkpoint that failed is tried again after this, and each time after twice as long … */
const CHECKPOINT_RETRY_MS = 2_000;
/** … but not longer than this. */
const CHECKPOINT_RETRY_MAX_MS = 60_000;
/** Without entries the sign of life is written alone, and seldom … */
const IDLE_ALIVE_INTERVAL_MS = 60_000;
/** … but not while the process is so young that who comes after it asks for how long it ran. */
const YOUNG_MS = 5 * 60_000;

/** The process or the machine stopped as it wrote; who waits for that record was told nothing yet. */
const TORN = "Journal ends within a record, which is left out: nobody was told that it is stored";

export class FileJournal implements Journal {
  readonly #deps: FileJournalDeps;
  readonly #folder: string;
  readonly #segmentSizeMaxBytes: number;
  readonly #bootId: string;
  readonly #disk: Disk;
  readonly #lock: FolderLock;
  readonly #writer: LogWriter;
  readonly #book = new TouchBook();
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isReplayed = false;
  #isCheckpointing = false;
  /** 0: the last checkpoint succeeded. */
  #checkpointRetryMs = 0;
  /** Monotonic. */
  #checkpointFromMs = Number.NEGATIVE_INFINITY;
  /** False: the log lacks something, and says so by the missing `whole`. */
  #isWhole = true;
  /** False: begun before the machine was last started; a checkpoint takes that doubt away. */
  #isOfThisBoot = true;
  #lossCount = 0;
  #lastNumber = 0;
  #segmentBytes = 0;
  /** Of segments that a checkpoint would do away with, the bases aside. */
  #closedBytes = 0;
  #baseBytes = 0;
  #aliveAtMonotonicMs = Number.NEGATIVE_INFINITY;

  private constructor(
    deps: FileJournalDeps,
    options: FileJournalOptions,
    opened: { folder: string; bootId: string; lock: FolderLock },
  ) {
    this.#deps = deps;
    this.#folder = opened.folder;
    this.#bootId = opened.bootId;
    this.#lock = opened.lock;
    this.#segmentSizeMaxBytes = options.segmentSizeMaxBytes ?? SEGMENT_SIZE_MAX_BYTES;
    this.#disk = options.disk ?? SYSTEM_DISK;
    const { clock, logger } = deps;
    const metrics = journalMetrics(deps.metrics);
    const nextNumber = (): number => (this.#lastNumber += 1);
    const onLoss = (): void => this.#onLoss();
    const writerDeps = { clock, logger, metrics, disk: this.#disk, nextNumber, onLoss };
    this.#writer = new LogWriter(writerDeps, this.#folder);
  }

  /**
   * Takes the folder for this process. Rejects with `conflict` if another one holds it, and with
   * `data-loss` if it cannot be used at all. `replay` must come next.
   */
  static async open(deps: FileJournalDeps, options: FileJournalOptions): Promise<FileJournal> {
    const folder = join(options.storagePath, "tocsin", "journal");
    try {
      await mkdir(folder, { recursive: true });
      const bootId = options.bootId ?? (await readFile(BOOT_ID_FILE, "utf8")).trim();
      const lock = await FolderLock.take(folder, deps.logger);
      return new FileJournal(deps, options, { folder, bootId, lock });
    } catch (error) {
      if (error instanceof AppError) throw error;
      const reason = AppError.from(error).message;
      const message = `Cannot use journal folder "${folder}": ${reason}`;
      throw new AppError("data-loss", message, { cause: error });
    }
  }

  async replay(take: TakeEntry, signal: AbortSignal): Promise<ReplayReport> {
    assert(!this.#isReplayed, "a journal is replayed once");
    for (const path of await listUnfinished(this.#folder)) await rm(path, { force: true });
    const segments = await listSegments(this.#folder);
    const wholeSince = (await readIfThere(this.#wholePath))?.trim();
    const found = await readSegments(segments, new Slices(this.#deps.clock, signal), take);
    this.#lastNumber = segments.at(-1)?.number ?? 0;
    for (const { path, isBase, sizeBytes } of segments) {
      if (sizeBytes === 0) this.#warnOfEmpty(path);
      if (isBase) this.#baseBytes += sizeBytes;
      else this.#closedBytes += sizeBytes;
    }
    if (found.damaged) {
      const message =
        "Journal is damaged: what cannot be read is left out, unless others still have it";
      this.#deps.logger.log("error", message, { folder: this.#folder });
    }
    const empty = segments.length === 0;
    const file = segments.at(-1)?.path;
    if (found.tornBytes > 0) this.#deps.logger.log("warn", TORN, { file, bytes: found.tornBytes });
    const intact = !found.damaged && (empty || wholeSince !== undefined);
    if (!intact) await this.#markLoss();
    else if (empty) await this.#markWhole();
    this.#isReplayed = true;
    this.#running = this.#keepAlive(this.#closing.signal);
    this.#isOfThisBoot = empty || wholeSince === this.#bootId;
    const { entries, lastAliveMs } = found;
    return { empty, intact, sameBoot: this.#isOfThisBoot, entries, lastAliveMs };
  }

  append(entry: JournalEntry): void {
    assert(this.#isReplayed, "a journal is replayed before anything is appended");
    assert(!this.#closing.signal.aborted, "nothing is appended to a closed journal");
    if (this.#segmentBytes >= this.#segmentSizeMaxBytes) void this.#rotate();
    const { alerts = [], ...rest } = entry.state;
    const [first, ...more] = this.#book.shorten(entry.tenant, alerts);
    // Even if no alerts are there, the other maps are.
    const { full, touches } = first ?? { full: [], touches: [] };
    const state = full.length === 0 ? rest : { alerts: full, ...rest };
    this.#add({ tenant: entry.tenant, state, touches });
    for (const part of more) {
      this.#add({ tenant: entry.tenant, state: { alerts: part.full }, touches: part.touches });
    }
  }

  written(): Promise<void> {
    return this.#writer.written();
  }

  synced(): Promise<void> {
    return this.#writer.synced();
  }

  checkpointDue(): boolean {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#isCheckpointing || nowMs < this.#checkpointFromMs) return false;
    if (!this.#isWhole || !this.#isOfThisBoot) return !this.#writer.isFailing;
    return this.#closedBytes > Math.max(this.#baseBytes, this.#segmentSizeMaxBytes);
  }

  /**
   * As the port says. When it has succeeded, the log counts as whole again, whatever was lost before: so
   * `entries` must be a state that is complete, not one that is still being gathered from the peers.
   */
  async checkpoint(entries: Iterable<JournalEntry>, signal: AbortSignal): Promise<void> {
    assert(!this.#isCheckpointing, "one checkpoint at a time");
    this.#isCheckpointing = true;
    try {
      const number = await this.#rotate();
      const lossCount = this.#lossCount;
      const target = {
        disk: this.#disk,
        folder: this.#folder,
        number,
        segmentSizeMaxBytes: this.#segmentSizeMaxBytes,
      };
      const baseBytes = await writeBase(target, entries, new Slices(this.#deps.clock, signal));
      await this.#adoptBase({ number, baseBytes, isWhole: lossCount === this.#lossCount });
      this.#checkpointRetryMs = 0;
    } catch (error) {
      if (signal.aborted) throw error;
      const doubledMs = Math.max(CHECKPOINT_RETRY_MS, 2 * this.#checkpointRetryMs);
      this.#checkpointRetryMs = Math.min(doubledMs, CHECKPOINT_RETRY_MAX_MS);
      this.#checkpointFromMs = this.#deps.clock.monotonicMs() + this.#checkpointRetryMs;
      const message = `Cannot write checkpoint: ${AppError.from(error).message}`;
      throw new AppError("data-loss", message, { cause: error });
    } finally {
      this.#isCheckpointing = false;
    }
  }

  readMeta(): Promise<InstanceMeta | undefined> {
    return readInstanceMeta(this.#metaPath);
  }

  writeMeta(meta: InstanceMeta): Promise<void> {
    return writeInstanceMeta(this.#metaPath, meta);
  }

  outdateMeta(): Promise<void> {
    return outdateInstanceMeta(this.#metaPath);
  }

  /** Writes and syncs what was appended, and lets the folder go. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#writer.close();
    await this.#lock.release();
  }

  get #wholePath(): string {
    return join(this.#folder, "whole");
  }

  get #metaPath(): string {
    return join(this.#folder, "meta.json");
  }

  #add(record: Omit<Parameters<typeof encodeJournalRecord>[0], "aliveMs">): void {
    const { clock } = this.#deps;
    const sinceAliveMs = clock.monotonicMs() - this.#aliveAtMonotonicMs;
    const isAliveDue = sinceAliveMs >= ALIVE_INTERVAL_MS;
    if (isAliveDue) this.#aliveAtMonotonicMs = clock.monotonicMs();
    const aliveMs = isAliveDue ? Math.trunc(clock.wallMs()) : 0;
    const frame = encodeJournalRecord({ ...record, aliveMs }, frameOf);
    this.#segmentBytes += frame.length;
    this.#writer.add(frame);
  }

  /** What follows goes to a new segment, which needs no other. */
  #rotate(): Promise<number> {
    this.#book.clear();
    this.#closedBytes += this.#segmentBytes;
    this.#segmentBytes = 0;
    return this.#writer.rotate();
  }

  /** The base is complete and synced: what came before it goes. */
  async #adoptBase(base: { number: number; baseBytes: number; isWhole: boolean }): Promise<void> {
    if (base.isWhole) {
      await replaceFile(this.#wholePath, `${this.#bootId}\n`);
      this.#isWhole = true;
      this.#isOfThisBoot = true;
    }
    this.#baseBytes = base.baseBytes;
    this.#closedBytes = 0;
    for (const { path, number, isBase, sizeBytes } of await listSegments(this.#folder)) {
      if (number < base.number) await rm(path, { force: true });
      else if (!isBase) this.#closedBytes += sizeBytes;
    }
    // The open segment is not closed, and counted apart.
    this.#closedBytes = Math.max(0, this.#closedBytes - this.#segmentBytes);
    await syncFolder(this.#folder);
  }

  /** Every segment begins with a header. Without it nothing tells how much there was, so it counts as whole. */
  #warnOfEmpty(file: string): void {
    const message =
      "Journal segment is empty: it was emptied, or the process or the machine stopped just as it was made";
    this.#deps.logger.log("warn", message, { file });
  }

  #onLoss(): void {
    this.#lossCount += 1;
    this.#book.clear();
    this.#segmentBytes = 0;
    if (this.#isWhole) void this.#markLoss();
  }

  /** From now on, and for whoever reads this log, it is not whole. */
  async #markLoss(): Promise<void> {
    this.#isWhole = false;
    try {
      await rm(this.#wholePath, { force: true });
      await syncFolder(this.#folder);
    } catch (error) {
      const err = AppError.from(error).message;
      this.#deps.logger.log("error", "Journal cannot be marked as damaged", { err });
    }
  }

  /** A new log is whole. Where that cannot be written a checkpoint does it later. */
  async #markWhole(): Promise<void> {
    try {
      await replaceFile(this.#wholePath, `${this.#bootId}\n`);
    } catch (error) {
      this.#isWhole = false;
      const err = AppError.from(error).message;
      this.#deps.logger.log("error", "Journal cannot be marked as whole", { err });
    }
  }

  async #keepAlive(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const startedAtMs = clock.monotonicMs();
    for (;;) {
      try {
        await clock.sleep(SYNC_INTERVAL_MS, signal);
      } catch {
        return; // Only closing ends a sleep early.
      }
      await this.#lock.retake();
      const nowMs = clock.monotonicMs();
      const isYoung = nowMs - startedAtMs < YOUNG_MS;
      // On a disk that fails it finds out whether it still does: nothing else need come up that would.
      const intervalMs =
        isYoung || this.#writer.isFailing ? ALIVE_INTERVAL_MS : IDLE_ALIVE_INTERVAL_MS;
      if (nowMs - this.#aliveAtMonotonicMs >= intervalMs) {
        this.#add({ tenant: "", state: undefined, touches: [] });
      }
      // A failure has been logged and counted where it came about.
      if (this.#writer.isDirty) await this.#writer.synced().catch(() => {});
    }
  }
}
