/** The small facts that outlive the process, as JSON text that people can read and mend. */
import type { InstanceMeta, Listening } from "@tocsin/engine/ports";
import { AppError } from "@tocsin/foundation";
import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { replaceFile, syncFolder } from "./disk.ts";
import { SMALL_FILE_ADVICE, unreadable } from "./unreadable.ts";

/**
 * Reads them; undefined if they were never written. Rejects with `data-loss` if they are no such thing, which
 * a disk or a person must have brought about: the file is only ever replaced whole.
 */
export async function readInstanceMeta(path: string): Promise<InstanceMeta | undefined> {
  const meta = await readMetaFile(path);
  if (meta !== undefined) return meta;
  const outdated = await readMetaFile(outdatedPath(path));
  return outdated && { ...outdated, isOutdated: true };
}

async function readMetaFile(path: string): Promise<InstanceMeta | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const meta = parsed(text);
  if (typeof meta === "string") {
    throw unreadable(path, meta, SMALL_FILE_ADVICE);
  }
  return meta;
}

/** Replaces them whole, synced. Rejects with `data-loss` when the disk fails. */
export async function writeInstanceMeta(path: string, meta: InstanceMeta): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(meta)}\n`);
    await rm(outdatedPath(path), { force: true });
  } catch (error) {
    const message = `Cannot write "${path}": ${AppError.from(error).message}`;
    throw new AppError("data-loss", message, { cause: error });
  }
}

/** Makes what is there outdated, by a name of its own: renaming works on a full disk, writing does not. */
export async function outdateInstanceMeta(path: string): Promise<void> {
  try {
    await rename(path, outdatedPath(path));
    await syncFolder(dirname(path));
  } catch (error) {
    // None was ever written, or it is outdated already. Every error of Node's file functions has a code.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    const message = `Cannot rename "${path}": ${AppError.from(error).message}`;
    throw new AppError("data-loss", message, { cause: error });
  }
}

function outdatedPath(path: string): string {
  return `${path}.outdated`;
}

/** The content of a small file; undefined if there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // Every error of Node's file functions has a code.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error, SMALL_FILE_ADVICE);
  }
}

/** A text says what is wrong. */
function parsed(text: string): InstanceMeta | string {
  if (text.trim() === "") return "it is empty";
  const value = objectOf(text);
  if (value === undefined) return "it is no JSON object";
  const { incarnation, view, hasCaughtUp, listening } = value;
  if (typeof incarnation !== "number" || !Number.isSafeInteger(incarnation)) {
    return '"incarnation" is no whole number';
  }
  if (view !== undefined && (typeof view !== "string" || !isRingDocument(objectOf(view)))) {
    return '"view" is no ring document';
  }
  const known = listeningOf(listening);
  return {
    incarnation,
    view,
    hasCaughtUp: hasCaughtUp === true,
    ...(known && { listening: known }),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null;
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined; // Keys are strings.
  } catch {
    return undefined;
  }
}

/** Looks only so deep that a damaged one does not end in a crash elsewhere. */
function isRingDocument(view: Readonly<Record<string, unknown>> | undefined): boolean {
  return [view?.["settled"], view?.["target"], view?.["members"]].every(Array.isArray);
}

function listeningOf(value: unknown): Listening | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { startedAtMs, creditMs } = value as Readonly<Record<string, unknown>>;
  if (typeof startedAtMs !== "number" || typeof creditMs !== "number") return undefined;
  return { startedAtMs, creditMs };
}
