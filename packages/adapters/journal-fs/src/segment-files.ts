/**
 * Names of segments. `00000007.log` is written by appends; `00000006-0000.base`, `-0001.base` … are what a
 * checkpoint wrote. Replay goes by number and part, and a checkpoint makes everything of lower numbers
 * superfluous.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SEGMENT_ADVICE, unreadable } from "./unreadable.ts";

export interface SegmentFile {
  readonly path: string;
  readonly number: number;
  readonly part: number;
  readonly isBase: boolean;
  readonly sizeBytes: number;
}

const LOG_NAME = /^(\d{8,})\.log$/;
const BASE_NAME = /^(\d{8,})-(\d{4,})\.base$/;
const UNFINISHED_NAME = /\.tmp$/;

export function logPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, "0")}.log`);
}

export function basePath(
  folder: string,
  at: { readonly number: number; readonly part: number },
): string {
  const name = `${String(at.number).padStart(8, "0")}-${String(at.part).padStart(4, "0")}.base`;
  return join(folder, name);
}

/** All segments of a folder in the order of replay. Rejects with `data-loss` if one of them is no file. */
export async function listSegments(folder: string): Promise<readonly SegmentFile[]> {
  const files: SegmentFile[] = [];
  for (const name of await readdir(folder)) {
    const log = LOG_NAME.exec(name);
    const base = BASE_NAME.exec(name);
    const match = log ?? base;
    if (match === null) continue;
    const path = join(folder, name);
    const sizeBytes = await sizeOf(path);
    const part = base === null ? 0 : Number(base[2]);
    files.push({ path, number: Number(match[1]), part, isBase: base !== null, sizeBytes });
  }
  return files.sort((a, b) => a.number - b.number || a.part - b.part);
}

/** Reading anything but a file may wait for ever. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error, SEGMENT_ADVICE);
  });
  if (found.isFile()) return found.size;
  throw unreadable(path, found.isDirectory() ? "it is a folder" : "it is no file", SEGMENT_ADVICE);
}

/** Files that a checkpoint or a replacement did not finish. */
export async function listUnfinished(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => UNFINISHED_NAME.test(name)).map((name) => join(folder, name));
}
