import { AppError } from "@tocsin/foundation";
import type { InstanceMeta, Journal, JournalEntry, ReplayReport } from "@tocsin/engine/ports";
import type { Draw } from "./events.ts";
import type { SimProcess } from "./sim-process.ts";

/** What survives a process: the folder of one instance. */
export class SimDisk {
  /** Handed to the operating system; of these the first `synced` outlive the machine. */
  entries: JournalEntry[] = [];
  synced = 0;
  meta: InstanceMeta | undefined;
  isFailing = false;
  wasRebooted = false;
  lastAliveMs = 0;

  wipe(): void {
    this.entries = [];
    this.synced = 0;
    this.meta = undefined;
  }

  /** Power loss: the unsynced tail is gone. */
  reboot(): void {
    this.entries.length = this.synced;
    this.wasRebooted = true;
  }
}

/** The journal of one process on its disk: writes and syncs take a moment, and a kill in between loses them. */
export class SimJournal implements Journal {
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #draw: Draw;
  #queued: JournalEntry[] = [];
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;

  constructor(disk: SimDisk, process: SimProcess, draw: Draw) {
    this.#disk = disk;
    this.#process = process;
    this.#draw = draw;
  }

  replay(take: (entry: JournalEntry) => void): Promise<ReplayReport> {
    const { entries, wasRebooted, lastAliveMs } = this.#disk;
    for (const entry of entries) take(entry);
    this.#disk.wasRebooted = false;
    return Promise.resolve({
      empty: entries.length === 0 && this.#disk.meta === undefined,
      intact: true,
      sameBoot: !wasRebooted,
      entries: entries.length,
      lastAliveMs,
    });
  }

  append(entry: JournalEntry): void {
    this.#queued.push(entry);
  }

  written(): Promise<void> {
    this.#writing ??= this.#moment(0.05, 0.5).then(() => {
      this.#writing = undefined;
      this.#assertWorks();
      this.#disk.entries.push(...this.#queued.splice(0));
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
    return this.#disk.entries.length > 5_000;
  }

  async checkpoint(entries: Iterable<JournalEntry>): Promise<void> {
    await this.written();
    const before = this.#disk.entries.length;
    const begun = [...entries];
    await this.#moment(5, 50);
    this.#disk.entries = [...begun, ...this.#disk.entries.slice(before)];
    this.#disk.synced = begun.length;
  }

  readMeta(): Promise<InstanceMeta | undefined> {
    return Promise.resolve(this.#disk.meta);
  }

  async writeMeta(meta: InstanceMeta): Promise<void> {
    await this.#moment(0.5, 3);
    this.#assertWorks();
    this.#disk.meta = meta;
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
