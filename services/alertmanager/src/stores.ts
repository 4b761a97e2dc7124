import type { RingStore, StateStore } from "@tocsin/engine/ports";
import { MemoryRingStore } from "@tocsin/engine/ring-memory";
import {
  AppError,
  type Clock,
  type Logger,
  type MetricRegistry,
  type Random,
} from "@tocsin/foundation";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Options, RingStoreAddress } from "./flags/index.ts";

interface StoreDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

/** No write takes this long: what is older was left by a process that died over it. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Makes `--storage.path`. Refused in the words of Alertmanager, which name what the system says. */
export function makeStorageFolder(path: string): void {
  try {
    makeFolders(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException; // As of all of Node's file functions.
    const why = FOLDER_WORDS.get(code) ?? message;
    throw new AppError("unavailable", `unable to create data directory: mkdir ${path}: ${why}`, {
      cause: error,
    });
  }
}

/**
 * Not Node's own way with parents, which goes on for ever where a parent is there and nothing can be made in
 * it, as in /proc.
 */
function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // As of all of Node's file functions.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (code !== "ENOENT" || existsSync(dirname(path))) throw error;
    makeFolders(dirname(path));
    mkdirSync(path);
  }
}

const FOLDER_WORDS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EEXIST", "not a directory"],
  ["ENOENT", "no such file or directory"],
  ["ENOTDIR", "not a directory"],
  ["EROFS", "read-only file system"],
  ["ENOSPC", "no space left on device"],
]);

/** Clients of outside systems are loaded only when they are used: each costs memory and start time. */
export async function openRingStore(
  deps: StoreDeps,
  address: RingStoreAddress,
): Promise<RingStore> {
  if (address.kind === "memory") return new MemoryRingStore(deps);
  const { parseRedisUrl, RedisRingStore } = await import("@tocsin/ring-redis");
  return new RedisRingStore(deps, parseRedisUrl(address.url));
}

/**
 * A folder that cannot be used ends the start of a process that is alone. A member of a ring has its state
 * from the others, and goes on, as with a bucket that cannot be reached.
 */
export async function openStateStore(
  deps: StoreDeps,
  { state, ring }: Pick<Options, "state" | "ring">,
): Promise<StateStore> {
  const address = state.store;
  const { ObjectStateStore } = await import("@tocsin/state-store");
  if (address.kind === "file") {
    const { FsObjectStore } = await import("@tocsin/object-store-fs");
    const folder = address.folderPath;
    const objects = new FsObjectStore(deps, { folder });
    const isClean = await objects.clean(ABANDONED_AFTER_MS).catch((thrown: unknown) => {
      if (ring.store.kind === "memory") throw thrown;
      const err = AppError.from(thrown).message;
      deps.logger.log("error", "State folder cannot be used: nothing can be stored in it", { err });
      return true;
    });
    if (!isClean) {
      deps.logger.log(
        "error",
        "State folder is full: nothing can be stored in it until there is room",
        { folder },
      );
    }
    return new ObjectStateStore({ ...deps, objects });
  }
  const { parseS3Url, S3ObjectStore } = await import("@tocsin/object-store-s3");
  const objects = new S3ObjectStore(deps, parseS3Url(address.url));
  return new ObjectStateStore({ ...deps, objects });
}
