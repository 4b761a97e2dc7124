import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Clock } from "@tocsin/foundation";
import type { Output } from "./output.ts";

/** As upstream makes it: everybody may read it. */
const MODE = 0o644;
/** Opening a pipe must not wait for its reader, nor writing to it: neither could be ended. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** A reader may be busy for so long. */
const FULL_WAIT_MS = 1_000;
const FULL_POLL_MS = 20;

/**
 * Lines appended to a file. It may be renamed or removed at any time, as log rotation does: before each
 * write it is looked whether the name still stands for the open file, and if not, it is opened anew.
 *
 * It may be a pipe, also by the name `/dev/stdout`: one that nobody reads is refused, and what does not fit
 * into it within a second is given up, then at once until there is room again.
 */
export class FileOutput implements Output {
  readonly name: string;
  readonly #clock: Clock;
  readonly #path: string;
  #file: FileHandle | undefined;
  /** The last line was written in part. */
  #isCut = false;
  #isFull = false;

  private constructor(clock: Clock, path: string, file: FileHandle) {
    this.name = `file:${path}`;
    this.#clock = clock;
    this.#path = path;
    this.#file = file;
  }

  /** Opens the file, made if it is not there. Rejects if that fails. */
  static async open(path: string, deps: { readonly clock: Clock }): Promise<FileOutput> {
    return new FileOutput(deps.clock, path, await opened(path));
  }

  async send(lines: readonly string[]): Promise<void> {
    const file = await this.#current();
    const text = lines.map((line) => `${line}\n`).join("");
    await this.#append(file, Buffer.from(this.#isCut ? `\n${text}` : text));
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
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
      const [mine, named] = await Promise.all([known.stat(), statOrNone(this.#path)]);
      if (named !== undefined && named.ino === mine.ino && named.dev === mine.dev) return known;
      this.#file = undefined;
      await known.close();
    }
    this.#file = await opened(this.#path);
    this.#isCut = false;
    return this.#file;
  }
}

const FULL = "the pipe is full: its reader does not keep up";

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, FLAGS, MODE);
  } catch (error) {
    if (codeOf(error) !== "ENXIO") throw error;
    const why = "it is a pipe that nobody reads, or a socket; a file is wanted";
    throw new Error(`open ${path}: ${why}`, { cause: error });
  }
}

/** Every error of Node's file functions has a code. */
function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

async function statOrNone(path: string): Promise<{ ino: number; dev: number } | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
