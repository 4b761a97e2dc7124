/** Writes a state anew, in segments that begin the log. */
import { encodeJournalRecord } from "@tocsin/codec";
import type { JournalEntry } from "@tocsin/engine/ports";
import { rename, rm } from "node:fs/promises";
import { syncFolder, type Disk, type DiskFile } from "./disk.ts";
import { frameOf, SEGMENT_HEADER } from "./segment.ts";
import { basePath } from "./segment-files.ts";
import type { Slices } from "./slices.ts";

/** Written at once; large enough that calls to the system do not count. */
const CHUNK_SIZE_BYTES = 1024 * 1024;

export interface BaseTarget {
  readonly disk: Disk;
  readonly folder: string;
  readonly number: number;
  readonly segmentSizeMaxBytes: number;
}

/**
 * Writes `entries` as the segments `<number>-0000.base` and on, synced. They get their names only when
 * all are complete; if anything fails before, none of them stays. Returns their size in bytes.
 */
export async function writeBase(
  target: BaseTarget,
  entries: Iterable<JournalEntry>,
  slices: Slices,
): Promise<number> {
  const writer = new BaseWriter(target);
  try {
    for (const { tenant, state } of entries) {
      const record = { tenant, state, touches: [], aliveMs: 0 };
      writer.add(encodeJournalRecord(record, frameOf));
      if (writer.isFull) await writer.flush();
      if (slices.isOver) await slices.turn();
    }
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

class BaseWriter {
  readonly #target: BaseTarget;
  readonly #unfinished: string[] = [];
  #file: DiskFile | undefined;
  #fileBytes = 0;
  #totalBytes = 0;
  #frames: Buffer[] = [];
  #framesBytes = 0;

  constructor(target: BaseTarget) {
    this.#target = target;
  }

  get isFull(): boolean {
    return this.#framesBytes >= CHUNK_SIZE_BYTES;
  }

  add(frame: Buffer): void {
    this.#frames.push(frame);
    this.#framesBytes += frame.length;
  }

  async flush(): Promise<void> {
    if (this.#fileBytes >= this.#target.segmentSizeMaxBytes) await this.#closeFile();
    if (this.#file === undefined) await this.#openNext();
    const bytes = Buffer.concat(this.#frames);
    this.#frames = [];
    this.#framesBytes = 0;
    await this.#file?.append(bytes);
    this.#fileBytes += bytes.length;
    this.#totalBytes += bytes.length;
  }

  async finish(): Promise<number> {
    await this.flush();
    await this.#closeFile();
    const { folder, number } = this.#target;
    for (const [part, path] of this.#unfinished.entries()) {
      await rename(path, basePath(folder, { number, part }));
    }
    await syncFolder(folder);
    return this.#totalBytes;
  }

  /** Removes what was written. Failing at that is harmless: the next start removes it. */
  async discard(): Promise<void> {
    await this.#file?.close().catch(() => {});
    for (const path of this.#unfinished) await rm(path, { force: true }).catch(() => {});
  }

  async #openNext(): Promise<void> {
    const { disk, folder, number } = this.#target;
    const path = `${basePath(folder, { number, part: this.#unfinished.length })}.tmp`;
    this.#unfinished.push(path);
    this.#file = await disk.create(path);
    await this.#file.append(SEGMENT_HEADER);
    this.#fileBytes = SEGMENT_HEADER.length;
  }

  async #closeFile(): Promise<void> {
    await this.#file?.sync();
    await this.#file?.close();
    this.#file = undefined;
  }
}
