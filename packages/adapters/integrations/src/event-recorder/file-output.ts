import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { withDeadline, type Clock } from "@tocsin/foundation";
import type { Output } from "./output.ts";

/** As upstream makes it: everybody may read it. */
const MODE = 0o644;
/** Opening a pipe must not wait for its reader, nor writing to it: neither could be ended. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** A reader may be busy for so long. */
const FULL_WAIT_MS = 1_000;
const FULL_POLL_MS = 20;
/** A disk may be busy for so long; the other outputs wait meanwhile. */
const DISK_WAIT_MS = 5_000;

/** What is used of the disk. */
export interface Disk {
  readonly open: typeof open;
  readonly stat: typeof stat;
}

export interface FileOutputDeps {
  readonly clock: Clock;
  /** Default: the system's. */
  readonly disk?: Disk;
}

/**
 * Lines appended to a file. It may be renamed or removed at any time, as log rotation does: before each
 * write it is looked whether the name still stands for the open file, and if not, it is opened anew.
 *
 * It may be a pipe, also by the name `/dev/stdout`: one that nobody reads is refused, and what does not fit
 * into it within a second is given up, then at once until there is room again.
 *
 * On a disk that hangs, lines are given up after five seconds, and then at once until it goes on. What is
 * given up may stand in the file all the same.
 */
export class FileOutput implements Output {
  readonly name: string;
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #path: string;
  #file: FileHandle | undefined;
  /** While something is done with the disk; resolves when that is over, also if it was given up. */
  #busy: Promise<void> | undefined;
  /** The last line was written in part. */
  #isCut = false;
  #isFull = false;

  private constructor(path: string, { clock, disk = { open, stat } }: FileOutputDeps) {
    this.name = `file:${path}`;
    this.#clock = clock;
    this.#disk = disk;
    this.#path = path;
  }

  /** Opens the file, made if it is not there. Rejects if that fails, or the disk hangs. */
  static async open(path: string, deps: FileOutputDeps): Promise<FileOutput> {
    const output = new FileOutput(path, deps);
    try {
      await output.#inTime(async () => void (await output.#current()));
      return output;
    } catch (error) {
      await output.close().catch(() => {});
      throw error;
    }
  }

  send(lines: readonly string[]): Promise<void> {
    return this.#inTime(async (signal) => {
      const file = await this.#current();
      signal.throwIfAborted();
      const text = lines.map((line) => `${line}\n`).join("");
      await this.#append(file, Buffer.from(this.#isCut ? `\n${text}` : text));
    });
  }

  async close(): Promise<void> {
    const close = async (): Promise<void> => {
      const file = this.#file;
      this.#file = undefined;
      await file?.close();
    };
    // What was given up has the file still.
    void this.#busy?.then(close).catch(() => {});
    await this.#inTime(close);
  }

  /** One thing at a time: while something hangs, nothing is begun. */
  async #inTime(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#busy !== undefined) throw new Error(HANGS);
    const deadline = { clock: this.#clock, delayMs: DISK_WAIT_MS, what: "The disk" };
    const over = Promise.withResolvers<void>();
    this.#busy = over.promise;
    await withDeadline(deadline, new AbortController().signal, (signal) =>
      work(signal).finally(() => {
        this.#busy = undefined;
        over.resolve();
      }),
    );
  }

  async #append(file: FileHandle, bytes: Buffer): Promise<void> {
    const { signal } = new AbortController();
    const untilMs = this.#clock.monotonicMs() + (this.#isFull ? 0 : FULL_WAIT_MS);
    for (let at = 0; at < bytes.length;) {
      try {
        at += (await file.write(bytes, at)).bytesWritten;
        this.#isCut = at < bytes.length;
        this.#isFull = false;
      } catch (error) {
        this.#isFull = codeOf(error) === "EAGAIN";
        if (!this.#isFull) throw error;
        if (this.#clock.monotonicMs() >= untilMs) throw new Error(FULL, { cause: error });
        await this.#clock.sleep(FULL_POLL_MS, signal);
      }
    }
  }

  async #current(): Promise<FileHandle> {
    const known = this.#file;
    if (known !== undefined) {
      const mine = await known.stat();
      const named = await this.#named();
      if (named !== undefined && named.ino === mine.ino && named.dev === mine.dev) return known;
      this.#file = undefined;
      await known.close();
    }
    this.#file = await this.#opened();
    this.#isCut = false;
    return this.#file;
  }

  async #opened(): Promise<FileHandle> {
    try {
      return await this.#disk.open(this.#path, FLAGS, MODE);
    } catch (error) {
      if (codeOf(error) !== "ENXIO") throw error;
      const why = "it is a pipe that nobody reads, or a socket; a file is wanted";
      throw new Error(`open ${this.#path}: ${why}`, { cause: error });
    }
  }

  async #named(): Promise<{ readonly ino: number; readonly dev: number } | undefined> {
    try {
      return await this.#disk.stat(this.#path);
    } catch {
      return undefined;
    }
  }
}

const HANGS = "the disk still hangs";
const FULL = "the pipe is full: its reader does not keep up";

/** Every error of Node's file functions has a code. */
function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
