/**
 * Keeps a second process out of a folder: a Unix socket in it, on which the holder listens. The kernel
 * stops the listening when the process dies, however it dies, so a dead holder is known at once: nobody
 * answers. A file with a process number knows that neither across containers, where numbers are the same
 * everywhere, nor after a number was used again.
 */
import { AppError, type Logger } from "@tocsin/foundation";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";

const SOCKET_NAME = "lock";
/** More than one is needed only if another process starts or ends at this very moment. */
const ATTEMPTS_MAX = 5;
/** Some network and user-space file systems have no sockets. */
const NO_SOCKETS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** A socket is a file, too. */
const NO_ROOM: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** A folder that this process works in. */
export class FolderLock {
  readonly #folder: string;
  readonly #handle: FileHandle;
  readonly #logger: Logger;
  #server: Server | undefined;
  /** Set: there was no room to lock it, which is tried again. */
  #lacksRoom = false;

  private constructor(folder: string, handle: FileHandle, logger: Logger) {
    this.#folder = folder;
    this.#handle = handle;
    this.#logger = logger;
  }

  /** Takes the folder. Rejects with `conflict` if a living process holds it. */
  static async take(folder: string, logger: Logger): Promise<FolderLock> {
    const lock = new FolderLock(folder, await open(folder, "r"), logger);
    try {
      await lock.#listen();
    } catch (error) {
      const why = unlockable(codeOf(error));
      if (why === undefined) {
        await lock.#handle.close();
        throw error;
      }
      lock.#lacksRoom = NO_ROOM.has(codeOf(error));
      logger.log("warn", `Folder cannot be locked, ${why}`, { folder });
    }
    return lock;
  }

  /** Locks it after all when there is room again; for a process that has found none on its start. */
  async retake(): Promise<void> {
    if (!this.#lacksRoom) return;
    try {
      await this.#listen();
      this.#lacksRoom = false;
      this.#logger.log("info", "Folder is locked", { folder: this.#folder });
    } catch (error) {
      if (NO_ROOM.has(codeOf(error))) return;
      this.#lacksRoom = false;
      const err = AppError.from(error).message;
      this.#logger.log("error", "Folder cannot be locked", { folder: this.#folder, err });
    }
  }

  /** Lets it go. */
  async release(): Promise<void> {
    const server = this.#server;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
    await this.#handle.close();
  }

  async #listen(): Promise<void> {
    this.#server = await listenAlone(this.#folder, socketPath(this.#folder, this.#handle));
  }
}

function unlockable(code: string): string | undefined {
  if (NO_SOCKETS.has(code)) return "its file system has no sockets";
  return NO_ROOM.has(code) ? "its disk is full" : undefined;
}

/** A socket's path has at most 107 bytes; through the open folder any depth is short. */
function socketPath(folder: string, handle: FileHandle): string {
  if (process.platform !== "linux") return join(folder, SOCKET_NAME);
  return `/proc/self/fd/${handle.fd}/${SOCKET_NAME}`;
}

async function listenAlone(folder: string, path: string): Promise<Server> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      return await listen(path);
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE") throw error;
    }
    if (await isAnswered(path)) break;
    await removeStale(path);
  }
  throw new AppError("conflict", `Cannot use folder "${folder}": another process holds it`);
}

/**
 * Moves the dead socket aside before it is removed: if another process was quicker and listens already,
 * it is its living socket that was moved, which shows now, and goes back.
 */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (await isAnswered(aside)) await rename(aside, path);
  else await rm(aside, { force: true });
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

/** True when a process listens there, even a stopped one. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true));
    // Refused, or gone: nobody listens. A full queue of callers (EAGAIN) has somebody behind it.
    socket.once("error", (error) => end(codeOf(error) === "EAGAIN"));
  });
}

function codeOf(error: unknown): string {
  // Every error of Node's own has a code.
  return String((error as NodeJS.ErrnoException).code);
}
