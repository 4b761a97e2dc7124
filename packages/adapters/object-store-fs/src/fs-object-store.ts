/**
 * Objects as files of a folder, for one machine or a file system that several share.
 *
 * A body is written to a file of its own in `.tmp`, synced, and renamed to its place; then the folder
 * is synced. So a reader finds the old or the new body, and a yes survives the loss of power.
 *
 * A file system has no conditional rename. A conditional write therefore holds a lock file, made
 * exclusively, while it compares and renames. Whoever dies between the two leaves its lock behind; after
 * `LOCK_AGE_MAX_MS` by the file system's own clock the next writer takes it away. A process that is
 * stopped exactly there for longer than that can overwrite a newer object when it wakes: the price of
 * needing nothing but a folder. An object store on the network does not have this gap.
 *
 * Two things are done at once, the others wait for as long as their callers do: a file system that hangs
 * must not take all threads from the other files of the process.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { AppError, uuid, withDeadline, type Clock, type Random } from "@tocsin/foundation";
import {
  OBJECT_SIZE_MAX_BYTES,
  type ConditionalWrite,
  type ObjectListing,
  type ObjectStore,
  type ObjectVersion,
  type ObjectWrite,
  type StoredObject,
  type WriteCondition,
} from "@tocsin/engine/ports";
import { checkKey, checkPrefix } from "./key.ts";
import { errorCode, failed } from "./failure.ts";
import { Places } from "./places.ts";

export interface FsObjectStoreOptions {
  /** Made when it is not there. */
  readonly folder: string;
}

const TEMPORARY_FOLDER = ".tmp";
const LOCK_AGE_MAX_MS = 5_000;
const LOCK_RETRY_MS = 5;
const LOCK_WAIT_MAX_MS = 10_000;
/** Of what hangs each holds a thread of the few that all files of the process share. */
const UNDER_WAY_MAX = 2;
/** A folder can vanish between its making and its use, because the last object in it was deleted. */
const PLACE_ATTEMPTS = 20;
const NO_ROOM: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

export class FsObjectStore implements ObjectStore {
  readonly name: string;
  readonly #root: string;
  readonly #temporary: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #places = new Places(UNDER_WAY_MAX);

  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    options: FsObjectStoreOptions,
  ) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#root = options.folder;
    this.#temporary = join(options.folder, TEMPORARY_FOLDER);
    this.name = `folder "${options.folder}"`;
  }

  async get(key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const path = this.#pathOf(key);
    return this.#places.use(signal, () => this.#get(key, path));
  }

  async put(write: ObjectWrite, signal: AbortSignal): Promise<ConditionalWrite> {
    const path = this.#pathOf(write.key);
    return this.#places.use(signal, () => this.#put(write, path, signal));
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    const path = this.#pathOf(key);
    await this.#places.use(signal, () => this.#delete(key, path));
  }

  async list(prefix: string, signal: AbortSignal): Promise<ObjectListing> {
    checkPrefix(prefix);
    return this.#places.use(signal, () => this.#list(prefix));
  }

  /**
   * Removes what writers that were killed left in `.tmp`. For the start of a process, not for later:
   * files of a write that takes longer than `olderThanMs` would go too. Resolves with false when there is no
   * room for the file whose time says how late it is: then nothing is removed.
   */
  async clean(olderThanMs: number): Promise<boolean> {
    try {
      const probe = await this.#writeTemporary(new Uint8Array());
      const { mtimeMs: nowMs } = await stat(probe);
      await unlink(probe);
      for (const name of await readdir(this.#temporary)) {
        const path = join(this.#temporary, name);
        const found = await stat(path).catch(ignoreMissing);
        if (found !== undefined && nowMs - found.mtimeMs > olderThanMs) {
          await unlink(path).catch(ignoreMissing);
        }
      }
      return true;
    } catch (error) {
      if (NO_ROOM.has(errorCode(error) ?? "")) return false;
      throw failed(`Cannot clean ${this.name}`, error);
    }
  }

  async #get(key: string, path: string): Promise<StoredObject | undefined> {
    try {
      const { size } = await stat(path);
      if (size > OBJECT_SIZE_MAX_BYTES) throw tooLarge(key, size);
      const body = await readFile(path);
      return { body, version: versionOf(body) };
    } catch (error) {
      if (isMissing(error) && (await this.#isFolder(error))) return undefined;
      throw failed(`Cannot read object "${key}" in ${this.name}`, error);
    }
  }

  async #put(write: ObjectWrite, path: string, signal: AbortSignal): Promise<ConditionalWrite> {
    try {
      const temporary = await this.#writeTemporary(write.body);
      try {
        const placed = await this.#place({ temporary, path }, write, signal);
        if (!placed) return { kind: "conflict" };
        // After the lock is given back: a slow disk must not make it look abandoned.
        await syncFolder(dirname(path)).catch(ignoreMissing);
      } finally {
        await unlink(temporary).catch(ignoreMissing);
      }
      return { kind: "written", version: versionOf(write.body) };
    } catch (error) {
      signal.throwIfAborted();
      throw failed(`Cannot write object "${write.key}" in ${this.name}`, error);
    }
  }

  async #delete(key: string, path: string): Promise<void> {
    try {
      await unlink(path);
      await syncFolder(dirname(path));
      await this.#removeEmptyFolders(dirname(path));
    } catch (error) {
      if (!isMissing(error)) throw failed(`Cannot delete object "${key}" in ${this.name}`, error);
    }
  }

  async #list(prefix: string): Promise<ObjectListing> {
    try {
      const entries = await readdir(join(this.#root, prefix), { withFileTypes: true });
      const ours = entries.filter((entry) => !entry.name.startsWith("."));
      return {
        keys: ours
          .filter((entry) => entry.isFile())
          .map((entry) => prefix + entry.name)
          .sort(),
        folders: ours
          .filter((entry) => entry.isDirectory())
          .map((entry) => `${prefix}${entry.name}/`)
          .sort(),
      };
    } catch (error) {
      if (isMissing(error) && (await this.#isFolder(error))) return { keys: [], folders: [] };
      throw failed(`Cannot list "${prefix}" in ${this.name}`, error);
    }
  }

  async #place(
    files: { readonly temporary: string; readonly path: string },
    write: ObjectWrite,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (write.condition.kind === "none") {
      await this.#moveInto(files);
      return true;
    }
    const lock = await this.#lock(write.key, files.temporary, signal);
    try {
      if (!(await holds(write.condition, files.path))) return false;
      await this.#moveInto(files);
      return true;
    } finally {
      await unlink(lock).catch(ignoreMissing);
    }
  }

  async #moveInto(files: { readonly temporary: string; readonly path: string }): Promise<void> {
    const folder = dirname(files.path);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#makeFolder(folder);
        return await rename(files.temporary, files.path);
      } catch (error) {
        if (attempt === PLACE_ATTEMPTS || !isMissing(error)) throw error;
      }
    }
  }

  async #writeTemporary(body: Uint8Array): Promise<string> {
    await this.#makeFolder(this.#temporary);
    for (;;) {
      // Drawn: several instances, each with process number 1, may share the folder.
      const path = join(this.#temporary, uuid(this.#random));
      const file = await open(path, "wx").catch(ignoreExisting);
      if (file === undefined) continue; // Another store of this process, or another machine's.
      try {
        await file.writeFile(body);
        await file.datasync();
      } catch (error) {
        // A full disk has taken a part of it.
        await unlink(path).catch(ignoreMissing);
        throw error;
      } finally {
        await file.close();
      }
      return path;
    }
  }

  /** Returns the path of the lock, once it is held. The age of a stale one is read off `newest`. */
  async #lock(key: string, newest: string, signal: AbortSignal): Promise<string> {
    const name = createHash("sha256").update(key).digest("hex");
    const path = join(this.#temporary, `lock-${name}`);
    const { mtimeMs: nowMs } = await stat(newest);
    const deadline = { clock: this.#clock, delayMs: LOCK_WAIT_MAX_MS, what: "the lock" };
    await withDeadline(deadline, signal, async (limited) => {
      while (!(await tryLock(path, nowMs))) await this.#clock.sleep(LOCK_RETRY_MS, limited);
    });
    return path;
  }

  /** New folders are synced upwards, so that the way to a synced file is as durable as the file. */
  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let at = folder; at.length >= first.length; at = dirname(at))
      await syncFolder(dirname(at));
  }

  /** Whether something can be missing: a file in the place of the folder holds nothing, and tells nothing. */
  async #isFolder(error: unknown): Promise<boolean> {
    if (errorCode(error) !== "ENOTDIR") return true;
    const root = await stat(this.#root).catch(ignoreMissing);
    return root?.isDirectory() === true;
  }

  async #removeEmptyFolders(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(this.#root + sep); at = dirname(at)) {
      try {
        await rmdir(at);
      } catch {
        return; // Not empty, or gone already: both end the way up.
      }
    }
  }

  #pathOf(key: string): string {
    checkKey(key);
    return join(this.#root, key);
  }
}

async function holds(condition: WriteCondition, path: string): Promise<boolean> {
  const body = await readFile(path).catch(ignoreMissing);
  const version = body === undefined ? undefined : versionOf(body);
  return version === (condition.kind === "version" ? condition.version : undefined);
}

async function tryLock(path: string, nowMs: number): Promise<boolean> {
  const file = await open(path, "wx").catch(ignoreExisting);
  if (file !== undefined) {
    await file.close();
    return true;
  }
  const held = await stat(path).catch(ignoreMissing);
  if (held !== undefined && nowMs - held.mtimeMs > LOCK_AGE_MAX_MS) {
    await unlink(path).catch(ignoreMissing);
  }
  return false;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Equal bodies have equal versions: to write the same again is no change that anybody must notice. */
function versionOf(body: Uint8Array): ObjectVersion {
  return createHash("sha256").update(body).digest("hex");
}

/** A part of the key that is an object where a folder is wanted (ENOTDIR) means: no such object. */
function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function ignoreExisting(error: unknown): undefined {
  if (errorCode(error) !== "EEXIST") throw error;
}

function tooLarge(key: string, sizeBytes: number): AppError {
  const sizes = `${sizeBytes} bytes, at most ${OBJECT_SIZE_MAX_BYTES} wanted`;
  return new AppError("data-loss", `Cannot read object "${key}": ${sizes}`);
}
