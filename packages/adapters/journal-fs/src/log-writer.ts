/**
 * Appends frames to segments and brings them to the disk.
 *
 * ```text
 *   add ──▶ queue ──(one write per turn)──▶ page cache ──(one fdatasync for all waiting)──▶ disk
 * ```
 *
 * Each frame has a place in one endless sequence; `written` and `synced` are places in it, and whoever
 * waits, waits for a place. When the disk fails, everything queued is lost and its waiters are told so;
 * for a second nothing is tried, then the next frame opens a new segment. What was lost stays lost until
 * a checkpoint writes the state anew.
 */
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import { rm } from "node:fs/promises";
import { syncFolder, type Disk, type DiskFile } from "./disk.ts";
import type { JournalMetrics } from "./journal-metrics.ts";
import { SEGMENT_HEADER } from "./segment.ts";
import { logPath } from "./segment-files.ts";

export interface LogWriterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: JournalMetrics;
  readonly disk: Disk;
  /** Draws a number for a segment, higher than all before. */
  readonly nextNumber: () => number;
  /** Called when frames were lost. */
  readonly onLoss: () => void;
}

/** All who ask for a sync within this time share one. */
const SYNC_WINDOW_MS = 2;
/** A broken disk is not tried more often. */
const RETRY_DELAY_MS = 1_000;
/** A disk that falls this far behind counts as broken: memory is needed for other things. */
const QUEUE_SIZE_MAX_BYTES = 256 * 1024 * 1024;

type Queued =
  | { readonly kind: "frame"; readonly frame: Buffer }
  /** What follows goes to a new segment; `done` gets a number between the old one's and its. */
  | { readonly kind: "rotate"; readonly done: (number: number) => void };

interface OpenSegment {
  readonly path: string;
  readonly file: DiskFile;
  /** Of what was appended whole. */
  sizeBytes: number;
  /** What is being appended. */
  appending: Promise<void>;
}

interface Waiter {
  readonly place: number;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

export class LogWriter {
  readonly #deps: LogWriterDeps;
  readonly #folder: string;
  readonly #closing = new AbortController();
  #queue: Queued[] = [];
  #queuedBytes = 0;
  #segment: OpenSegment | undefined;
  #added = 0;
  #written = 0;
  #synced = 0;
  /** Up to this place nothing counts any more as written or synced; -1 as long as nothing was lost. */
  #lost = -1;
  #writeWaiters: Waiter[] = [];
  #draining: Promise<void> | undefined;
  #sharedSync: Promise<void> | undefined;
  #runningSync: Promise<void> = Promise.resolve();
  #broken: { readonly retryAtMs: number } | undefined;
  #lastError: AppError = new AppError("data-loss", "Cannot write to the journal");

  /** The first segment is made when there is something to write. */
  constructor(deps: LogWriterDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  /** True when something is written that is not synced. */
  get isDirty(): boolean {
    return this.#synced < this.#written;
  }

  /** True from when a write or sync failed until one has succeeded again. */
  get isFailing(): boolean {
    return this.#broken !== undefined;
  }

  add(frame: Buffer): void {
    this.#added += 1;
    if (this.#isResting) {
      this.#lose();
      return;
    }
    this.#queue.push({ kind: "frame", frame });
    this.#queuedBytes += frame.length;
    if (this.#queuedBytes > QUEUE_SIZE_MAX_BYTES) {
      this.#fail(new Error(`${this.#queuedBytes} bytes wait to be written`));
      return;
    }
    this.#draining ??= this.#drainNextTurn();
  }

  /** Sends everything added from now on to a new segment. Resolves with a number that lies in between. */
  rotate(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#queue.push({ kind: "rotate", done: resolve });
    this.#draining ??= this.#drainNextTurn();
    return promise;
  }

  /** Resolves when all that was added so far is written; rejects with `data-loss`. */
  written(): Promise<void> {
    const place = this.#added;
    if (place <= this.#lost) return Promise.reject(this.#lastError);
    if (place <= this.#written) return Promise.resolve();
    return new Promise((resolve, reject) => this.#writeWaiters.push({ place, resolve, reject }));
  }

  /** Resolves when all that was added so far is on the disk; rejects with `data-loss`. */
  async synced(): Promise<void> {
    const place = this.#added;
    await this.written();
    if (place > this.#synced) {
      this.#sharedSync ??= this.#syncAfterWindow();
      await this.#sharedSync;
    }
    if (place <= this.#lost) throw this.#lastError;
  }

  /** Writes and syncs what is there, and closes the segment. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#draining;
    await this.#closeSegment();
  }

  /** True while the disk is known to fail and is not to be tried again yet. */
  get #isResting(): boolean {
    if (this.#broken === undefined) return false;
    return this.#deps.clock.monotonicMs() < this.#broken.retryAtMs;
  }

  async #drainNextTurn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        if (batch.kind === "frames") await this.#write(batch.frames);
        else {
          await this.#closeSegment();
          batch.done(this.#deps.nextNumber());
        }
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#draining = undefined;
  }

  /** All frames up to the next change of the segment, or that change. */
  #takeBatch():
    | Extract<Queued, { readonly kind: "rotate" }>
    | { readonly kind: "frames"; readonly frames: readonly Buffer[] } {
    const frames: Buffer[] = [];
    for (const item of this.#queue) {
      if (item.kind === "frame") frames.push(item.frame);
      else if (frames.length === 0) {
        this.#queue.shift();
        return item;
      } else break;
    }
    this.#queue = this.#queue.slice(frames.length);
    return { kind: "frames", frames };
  }

  async #write(frames: readonly Buffer[]): Promise<void> {
    const [first] = frames;
    const bytes = frames.length === 1 && first !== undefined ? first : Buffer.concat(frames);
    this.#queuedBytes -= bytes.length;
    const place = this.#written + frames.length;
    const lostBefore = this.#lost;
    this.#segment ??= await this.#create();
    const segment = this.#segment;
    segment.appending = segment.file.append(bytes);
    await segment.appending;
    segment.sizeBytes += bytes.length;
    // The disk may have failed meanwhile in a sync: then these frames' waiters have had their answer.
    if (this.#lost !== lostBefore) return;
    this.#recovered();
    this.#written = place;
    this.#deps.metrics.writtenBytes.inc(bytes.length);
    const waiters = this.#writeWaiters;
    this.#writeWaiters = waiters.filter((waiter) => waiter.place > place);
    for (const waiter of waiters) if (waiter.place <= place) waiter.resolve();
  }

  async #create(): Promise<OpenSegment> {
    const path = logPath(this.#folder, this.#deps.nextNumber());
    const file = await this.#deps.disk.create(path);
    try {
      await file.append(SEGMENT_HEADER);
      await syncFolder(this.#folder);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    return { path, file, sizeBytes: SEGMENT_HEADER.length, appending: Promise.resolve() };
  }

  /** Syncs and closes the segment. If the disk fails at that, what is not synced is lost. */
  async #closeSegment(): Promise<void> {
    try {
      await this.#syncNow();
      const segment = this.#segment;
      this.#segment = undefined;
      // A sync for those who waited may still run on it.
      await this.#runningSync;
      await segment?.file.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #syncAfterWindow(): Promise<void> {
    // Closing shortens the wait.
    await this.#deps.clock.sleep(SYNC_WINDOW_MS, this.#closing.signal).catch(() => {});
    await this.#runningSync;
    this.#sharedSync = undefined;
    try {
      await this.#syncNow();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #syncNow(): Promise<void> {
    const place = this.#written;
    const segment = this.#segment;
    if (segment === undefined || place <= this.#synced) return;
    const lostBefore = this.#lost;
    const running = segment.file.sync();
    this.#runningSync = running.catch(() => {});
    await running;
    this.#deps.metrics.syncs.inc();
    if (this.#lost === lostBefore) this.#synced = Math.max(this.#synced, place);
  }

  #fail(cause: unknown): void {
    const { clock, logger, metrics } = this.#deps;
    const reason = AppError.from(cause).message;
    if (this.#broken === undefined) {
      logger.log("error", "Journal cannot be written", { folder: this.#folder, err: reason });
    }
    this.#lastError = new AppError("data-loss", `Cannot write to the journal: ${reason}`, {
      cause,
    });
    this.#broken = { retryAtMs: clock.monotonicMs() + RETRY_DELAY_MS };
    metrics.failures.inc();
    metrics.broken.set(1);
    this.#queue = this.#queue.filter((item) => item.kind === "rotate");
    this.#queuedBytes = 0;
    void this.#abandonSegment();
    this.#lose();
  }

  /**
   * What comes next goes to a new segment: nobody knows what of the failed write is in this one. It is cut
   * off, or the next start would take it for damage.
   */
  async #abandonSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment === undefined) return;
    const { path, file, appending } = segment;
    // Errors on the way say nothing new: the failure that led here has been reported.
    await appending.catch(() => {});
    await file.cut(segment.sizeBytes).catch(() => {});
    await file.close().catch(() => {});
    const isBare = segment.sizeBytes === SEGMENT_HEADER.length;
    if (isBare) await rm(path, { force: true }).catch(() => {});
  }

  /** Gives up all that is not written. */
  #lose(): void {
    this.#lost = this.#added;
    this.#written = this.#added;
    this.#synced = this.#added;
    const waiters = this.#writeWaiters;
    this.#writeWaiters = [];
    for (const waiter of waiters) waiter.reject(this.#lastError);
    this.#deps.onLoss();
  }

  #recovered(): void {
    if (this.#broken === undefined) return;
    this.#broken = undefined;
    this.#deps.metrics.broken.set(0);
    this.#deps.logger.log("info", "Journal can be written again", { folder: this.#folder });
  }
}
