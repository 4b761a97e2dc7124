import { AppError } from "@tocsin/foundation";
import type { InstanceMeta, Journal, JournalEntry, ReplayReport } from "@tocsin/engine/ports";
import type { Draw } from "./events.ts";
import type { SimProcess } from "./sim-process.ts";

/** What survives a process: the folder of one instance. */
export class SimDisk {
  /** Handed to the operating system, and when. */
  entries: JournalEntry[] = [];
  writtenAtMs: number[] = [];
  /** So many from the beginning outlive the machine. */
  synced = 0;
  meta: InstanceMeta | undefined;
  isFailing = false;
  /** False once a write was lost, until a new beginning was written. */
  isWhole = true;
  /** True from a loss of power until a new beginning was written. */
  wasRebooted = false;
  lastAliveMs = 0;

  wipe(): void {
    this.entries = [];
    this.writtenAtMs = [];
    this.synced = 0;
    this.meta = undefined;
    this.isWhole = true;
    this.wasRebooted = false;
  }

  /** Power loss: what was not synced is gone. Everything is synced once a second (PROTOCOL 9). */
  reboot(nowMs: number): void {
    while (this.synced < this.entries.length) {
      if ((this.writtenAtMs[this.synced] ?? 0) + SYNC_INTERVAL_MS > nowMs) break;
      this.synced += 1;
    }
    this.entries.length = this.synced;
    this.writtenAtMs.length = this.synced;
    this.wasRebooted = true;
  }
}

const SYNC_INTERVAL_MS = 1_000;
const ENTRY_COUNT_MAX = 5_000;

/** The journal of one process on its disk: writes and syncs take a moment, and a kill in between loses them. */
export class SimJournal implements Journal {
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #draw: Draw;
  readonly #nowMs: () => number;
  #queued: JournalEntry[] = [];
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #isCheckpointing = false;

  constructor(disk: SimDisk, process: SimProcess, options: { draw: Draw; nowMs: () => number }) {
    this.#disk = disk;
    this.#process = process;
    this.#draw = options.draw;
    this.#nowMs = options.nowMs;
  }

  async replay(take: (entry: JournalEntry) => Promise<void> | undefined): Promise<ReplayReport> {
    const { entries, wasRebooted, lastAliveMs } = this.#disk;
    for (const entry of entries) {
      const taking = take(entry);
      if (taking !== undefined) await taking;
    }
    return {
      empty: entries.length === 0 && this.#disk.meta === undefined,
      intact: this.#disk.isWhole,
      sameBoot: !wasRebooted,
      entries: entries.length,
      lastAliveMs,
    };
  }

  append(entry: JournalEntry): void {
    this.#queued.push(entry);
  }

  written(): Promise<void> {
    this.#writing ??= this.#moment(0.05, 0.5).then(() => {
      this.#writing = undefined;
      const queued = this.#queued.splice(0);
      if (this.#disk.isFailing && queued.length > 0) this.#disk.isWhole = false;
      this.#assertWorks();
      this.#disk.entries.push(...queued);
      this.#disk.writtenAtMs.push(...queued.map(() => this.#nowMs()));
      this.#disk.lastAliveMs = this.#process.clock.wallMs();
    });
    return this.#writing;
  }

  synced(): Promise<void> {
    this.#syncing ??= this.#moment(1, 4).then(async () => {
      this.#syncing = undefined;
      await this.written();
      this.#disk.synced = this.#disk.entries.length;
    });
    return this.#syncing;
  }

  checkpointDue(): boolean {
    const { isWhole, wasRebooted, entries } = this.#disk;
    if (this.#isCheckpointing) return false;
    return !isWhole || wasRebooted || entries.length > ENTRY_COUNT_MAX;
  }

  async checkpoint(entries: Iterable<JournalEntry>): Promise<void> {
    this.#isCheckpointing = true;
    try {
      await this.#checkpoint(entries);
    } finally {
      this.#isCheckpointing = false;
    }
  }

  async #checkpoint(entries: Iterable<JournalEntry>): Promise<void> {
    await this.written();
    const before = this.#disk.entries.length;
    const begun = [...entries];
    await this.#moment(5, 50);
    this.#assertWorks();
    const sinceMs = this.#disk.writtenAtMs.slice(before);
    this.#disk.entries = [...begun, ...this.#disk.entries.slice(before)];
    this.#disk.writtenAtMs = [...begun.map(() => this.#nowMs()), ...sinceMs];
    this.#disk.synced = begun.length;
    this.#disk.isWhole = true;
    this.#disk.wasRebooted = false;
  }

  readMeta(): Promise<InstanceMeta | undefined> {
    return Promise.resolve(this.#disk.meta);
  }

  async writeMeta(meta: InstanceMeta): Promise<void> {
    await this.#moment(0.5, 3);
    this.#assertWorks();
    this.#disk.meta = meta;
  }

  /** Works on a full disk, too. */
  outdateMeta(): Promise<void> {
    const { meta } = this.#disk;
    if (meta !== undefined) this.#disk.meta = { ...meta, isOutdated: true };
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.synced();
  }

  #assertWorks(): void {
    if (this.#disk.isFailing) throw new AppError("data-loss", "Disk does not take writes");
  }

  #moment(minMs: number, maxMs: number): Promise<void> {
    return new Promise((resolve) => this.#process.after(this.#draw.between(minMs, maxMs), resolve));
  }
}
