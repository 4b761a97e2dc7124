/** The small facts that outlive the process, as JSON text that people can read and mend. */
import type { InstanceMeta, Listening } from "@tocsin/engine/ports";
import { AppError } from "@tocsin/foundation";
import { readFile } from "node:fs/promises";
import { replaceFile } from "./disk.ts";

/** Reads them; undefined if they were never written. Rejects with `data-loss` if they are no such thing. */
export async function readInstanceMeta(path: string): Promise<InstanceMeta | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const meta = parsed(text);
  if (meta === undefined) {
    throw new AppError("data-loss", `Cannot read "${path}": it holds no incarnation and view`);
  }
  return meta;
}

/** Replaces them whole, synced. Rejects with `data-loss` when the disk fails. */
export async function writeInstanceMeta(path: string, meta: InstanceMeta): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(meta)}\n`);
  } catch (error) {
    throw new AppError("data-loss", `Cannot write "${path}"`, { cause: error });
  }
}

/** The content of a small file; undefined if there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // Every error of Node's file functions has a code.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("data-loss", `Cannot read "${path}"`, { cause: error });
  }
}

function parsed(text: string): InstanceMeta | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { incarnation, view, hasCaughtUp, listening } = value as Readonly<Record<string, unknown>>;
  if (typeof incarnation !== "number" || !Number.isSafeInteger(incarnation)) return undefined;
  if (view !== undefined && typeof view !== "string") return undefined;
  const known = listeningOf(listening);
  return {
    incarnation,
    view,
    hasCaughtUp: hasCaughtUp === true,
    ...(known && { listening: known }),
  };
}

function listeningOf(value: unknown): Listening | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { startedAtMs, creditMs } = value as Readonly<Record<string, unknown>>;
  if (typeof startedAtMs !== "number" || typeof creditMs !== "number") return undefined;
  return { startedAtMs, creditMs };
}
