/**
 * Reads files that an operator has named, without ever holding up the event loop: a file may lie on a network
 * disk that hangs, or be a pipe that nobody writes to.
 *
 * Pipes are opened so that neither opening nor reading waits in the system. So no thread of Node's pool is
 * held by one, which would also keep the process from ending. A disk that hangs does hold its thread: so one
 * thing is read after the other, and as long as one hangs, no other is begun.
 */
import { constants } from "node:fs";
import { lstat, open, readdir, type FileHandle } from "node:fs/promises";
import { AppError, withDeadline, type Clock } from "@tocsin/foundation";

export interface FileReaderOptions {
  /** A larger file is refused; a device may be endless. */
  readonly sizeMaxBytes: number;
  /** What takes longer is given up. */
  readonly delayMs: number;
  /** Pipes are refused: the file is read again later, when the pipe has nothing any more. */
  readonly refusesPipes?: boolean;
}

const CHUNK_SIZE_BYTES = 64 * 1024;
/** A pipe that has nothing yet is looked at this often. */
const PIPE_POLL_MS = 20;

/**
 * Everything rejects with the system's own error, which has a `code` and a `syscall`, or with an `AppError`
 * that says why and does not name the file.
 */
export class FileReader {
  readonly #clock: Clock;
  readonly #options: FileReaderOptions;
  /** Reads that have not begun: who asks for the same file shares them. */
  readonly #waiting = new Map<string, Promise<Buffer>>();
  /** Resolves when nothing waits any more. */
  #last: Promise<unknown> = Promise.resolve();
  /** What is being read although its time is over. */
  #hanging: string | undefined;

  constructor(deps: { readonly clock: Clock }, options: FileReaderOptions) {
    this.#clock = deps.clock;
    this.#options = options;
  }

  /** All of a file. A pipe is read until its writer closes it; one that nobody has opened is waited for. */
  read(path: string): Promise<Buffer> {
    const waiting = this.#waiting.get(path);
    if (waiting !== undefined) return waiting;
    const turn = this.#inTurn(path, (signal) => this.#whole(path, signal));
    this.#waiting.set(path, turn);
    return turn;
  }

  /** What is in a folder. */
  names(folder: string): Promise<readonly string[]> {
    return this.#inTurn(folder, () => readdir(folder));
  }

  /** Whether there is something by this name, be it a link to nothing. Rejects when there is not. */
  async find(path: string): Promise<void> {
    await this.#inTurn(path, () => lstat(path));
  }

  #inTurn<T>(path: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      this.#waiting.delete(path);
      return this.#inTime(path, work);
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #inTime<T>(path: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#hanging !== undefined) {
      throw new AppError("unavailable", `reading "${this.#hanging}" still hangs`);
    }
    const { delayMs } = this.#options;
    let isOver = false;
    try {
      return await withDeadline({ clock: this.#clock, delayMs, what: "it" }, NEVER, (inner) =>
        work(inner).finally(() => {
          isOver = true;
          this.#hanging = undefined;
        }),
      );
    } finally {
      if (!isOver) this.#hanging = path;
    }
  }

  async #whole(path: string, signal: AbortSignal): Promise<Buffer> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await this.#content(handle, signal);
    } finally {
      await handle.close();
    }
  }

  async #content(handle: FileHandle, signal: AbortSignal): Promise<Buffer> {
    const { sizeMaxBytes, refusesPipes = false } = this.#options;
    const isPipe = (await handle.stat()).isFIFO();
    if (isPipe && refusesPipes) {
      throw new AppError("invalid-argument", "it is a pipe, a file is wanted");
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for (;;) {
      signal.throwIfAborted();
      const chunk = await nextOf(handle);
      const isEnd = chunk?.length === 0 && (sizeBytes > 0 || !isPipe);
      if (isEnd) return Buffer.concat(chunks);
      if (chunk === undefined || chunk.length === 0) {
        await this.#clock.sleep(PIPE_POLL_MS, signal);
        continue;
      }
      sizeBytes += chunk.length;
      if (sizeBytes > sizeMaxBytes) {
        throw new AppError("invalid-argument", `it has more than ${sizeMaxBytes} bytes`);
      }
      chunks.push(chunk);
    }
  }
}

const NEVER = new AbortController().signal;

/** What comes next: nothing at the end, undefined if there is nothing yet. */
async function nextOf(handle: FileHandle): Promise<Buffer | undefined> {
  const chunk = Buffer.allocUnsafe(CHUNK_SIZE_BYTES);
  try {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    // Every error of Node's file functions has a code.
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}
