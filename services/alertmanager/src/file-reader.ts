/**
 * Reads files that an operator has named, without ever holding up the event loop: a file may lie on a network
 * disk that hangs, or be a pipe that nobody writes to.
 *
 * Pipes are opened so that neither opening nor reading waits in the system. So no thread of Node's pool is
 * held by one, which would also keep the process from ending. A disk that hangs does hold its thread; so as
 * long as one read hangs, no other is begun.
 */
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
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

export class FileReader {
  readonly #clock: Clock;
  readonly #options: FileReaderOptions;
  /** What is being read although its time is over. */
  readonly #hanging = new Set<string>();

  constructor(deps: { readonly clock: Clock }, options: FileReaderOptions) {
    this.#clock = deps.clock;
    this.#options = options;
  }

  /**
   * All of a file. A pipe is read until its writer closes it; one that nobody has opened is waited for.
   * Rejects with the system's own error, or with `deadline-exceeded`.
   */
  async read(path: string): Promise<Buffer> {
    const [hanging] = this.#hanging;
    if (hanging !== undefined) {
      throw new AppError("unavailable", `Cannot read "${path}": reading "${hanging}" still hangs`);
    }
    const { delayMs } = this.#options;
    const deadline = { clock: this.#clock, delayMs, what: `Reading "${path}"` };
    let isOver = false;
    const signal = new AbortController().signal;
    try {
      return await withDeadline(deadline, signal, async (inner) => {
        const whole = this.#whole(path, inner).finally(() => {
          isOver = true;
          this.#hanging.delete(path);
        });
        return whole;
      });
    } finally {
      if (!isOver) this.#hanging.add(path);
    }
  }

  async #whole(path: string, signal: AbortSignal): Promise<Buffer> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await this.#content(path, handle, signal);
    } finally {
      await handle.close();
    }
  }

  async #content(path: string, handle: FileHandle, signal: AbortSignal): Promise<Buffer> {
    const { sizeMaxBytes, refusesPipes = false } = this.#options;
    const isPipe = (await handle.stat()).isFIFO();
    if (isPipe && refusesPipes) {
      const why = "it is a pipe, a file is wanted";
      throw new AppError("invalid-argument", `Cannot read "${path}": ${why}`);
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
        const wanted = `it has more than ${sizeMaxBytes} bytes`;
        throw new AppError("invalid-argument", `Cannot read "${path}": ${wanted}`);
      }
      chunks.push(chunk);
    }
  }
}

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
