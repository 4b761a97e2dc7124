/**
 * The files `silences` and `nflog` of an Alertmanager, straight in the storage folder. The journal is what
 * counts; these are read on start, so that a folder of a real Alertmanager can be taken over, and written so
 * that a real one can take over from here (ADR 0014).
 */
import {
  decodeLogLines,
  decodeSilenceLines,
  encodeLogLine,
  encodeSilenceLine,
  type BrokenSilence,
} from "@tocsin/codec";
import type { LogRecord, SilenceRecord } from "@tocsin/domain/model";
import { AppError, type Clock } from "@tocsin/foundation";
import { readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder, SYSTEM_DISK, type Disk } from "./disk.ts";
import { Slices } from "./slices.ts";

export interface DataFilesDeps {
  readonly clock: Clock;
}

export interface DataFilesOptions {
  /** `--storage.path` */
  readonly storagePath: string;
  /** Where bytes go; a test hands in one that fails. */
  readonly disk?: Disk;
}

/** Bytes that are written at once. */
const CHUNK_SIZE_BYTES = 1024 * 1024;

export class DataFiles {
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #disk: Disk;

  constructor(deps: DataFilesDeps, options: DataFilesOptions) {
    this.#clock = deps.clock;
    this.#folder = options.storagePath;
    this.#disk = options.disk ?? SYSTEM_DISK;
  }

  /**
   * All silences of the file, but for those that `onBroken` is told of; none if there is no file. Rejects
   * with `data-loss` when it cannot be read.
   */
  readSilences(
    onBroken: (broken: BrokenSilence) => void,
    signal: AbortSignal,
  ): Promise<readonly SilenceRecord[]> {
    return this.#read("silences", (file) => decodeSilenceLines(file, onBroken), signal);
  }

  /** All entries of the notification log, like `readSilences`. */
  readLog(signal: AbortSignal): Promise<readonly LogRecord[]> {
    return this.#read("nflog", decodeLogLines, signal);
  }

  /** Replaces the file whole; afterwards it holds the old or the new ones. Resolves with its size in bytes. */
  writeSilences(records: Iterable<SilenceRecord>, signal: AbortSignal): Promise<number> {
    return this.#write("silences", map(records, encodeSilenceLine), signal);
  }

  /** Replaces the notification log, like `writeSilences`. */
  writeLog(records: Iterable<LogRecord>, signal: AbortSignal): Promise<number> {
    return this.#write("nflog", map(records, encodeLogLine), signal);
  }

  async #read<T>(
    name: string,
    decode: (file: Uint8Array) => Iterable<T>,
    signal: AbortSignal,
  ): Promise<readonly T[]> {
    const path = join(this.#folder, name);
    try {
      const slices = new Slices(this.#clock, signal);
      const records: T[] = [];
      for (const record of decode(await readBytes(path))) {
        records.push(record);
        if (slices.isOver) await slices.turn();
      }
      return records;
    } catch (error) {
      if (signal.aborted) throw error;
      const message =
        `Cannot read the data file "${path}": ${AppError.from(error).message}; put back a copy of ` +
        "it, or move it away to start with what Tocsin's own journal holds";
      throw new AppError("data-loss", message, { cause: error });
    }
  }

  async #write(name: string, lines: Iterable<Uint8Array>, signal: AbortSignal): Promise<number> {
    const path = join(this.#folder, name);
    const aside = `${path}.tmp`;
    try {
      await rm(aside, { force: true });
      const sizeBytes = await this.#fill(aside, lines, signal);
      await rename(aside, path);
      await syncFolder(dirname(path));
      return sizeBytes;
    } catch (error) {
      await rm(aside, { force: true }).catch(() => {});
      if (signal.aborted) throw error;
      const message = `Cannot write the data file "${path}": ${AppError.from(error).message}`;
      throw new AppError("data-loss", message, { cause: error });
    }
  }

  async #fill(path: string, lines: Iterable<Uint8Array>, signal: AbortSignal): Promise<number> {
    const slices = new Slices(this.#clock, signal);
    const file = await this.#disk.create(path);
    try {
      let sizeBytes = 0;
      for await (const chunk of chunksOf(lines, slices)) {
        await file.append(chunk);
        sizeBytes += chunk.length;
      }
      await file.sync();
      return sizeBytes;
    } finally {
      await file.close();
    }
  }
}

/** Lines put together to larger pieces, with turns of the loop in between. */
async function* chunksOf(lines: Iterable<Uint8Array>, slices: Slices): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for (const line of lines) {
    held.push(line);
    heldBytes += line.length;
    if (slices.isOver) await slices.turn();
    if (heldBytes < CHUNK_SIZE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    heldBytes = 0;
  }
  yield Buffer.concat(held);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    // Every error of Node's file functions has a code.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
    throw error;
  }
}

function* map<T, R>(values: Iterable<T>, change: (value: T) => R): Generator<R> {
  for (const value of values) yield change(value);
}
