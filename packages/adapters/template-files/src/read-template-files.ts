import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { TemplateSource } from "@tocsin/domain/template";

import { glob, type Look } from "./glob.ts";

/** The disk of a process that has other things to do. Rejects with the system's error, or why it gave up. */
export interface TemplateFiles {
  /** The text of a file. */
  readonly read: (path: string) => Promise<string>;
  /** What is in a folder. */
  readonly names: (folder: string) => Promise<readonly string[]>;
  /** Rejects when there is nothing by this name, be it a link to nothing. */
  readonly find: (path: string) => Promise<void>;
}

/**
 * Reads the template files that match, pattern by pattern: later ones replace definitions of earlier
 * ones. A pattern without a match is no error, because the files may come later. Throws if a file cannot
 * be read or a pattern is not well-formed.
 */
export function readTemplateFiles(patterns: readonly string[]): readonly TemplateSource[] {
  return patterns.flatMap(pathsNow).map((path) => ({ name: basename(path), text: readText(path) }));
}

/** Like `readTemplateFiles`, but waits for the disk. Rejects also when that gives up a folder. */
export async function loadTemplateFiles(
  patterns: readonly string[],
  files: TemplateFiles,
): Promise<readonly TemplateSource[]> {
  const sources: TemplateSource[] = [];
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern, files)) {
      const text = await files.read(path).catch((error: unknown) => {
        throw unreadable(path, error);
      });
      sources.push({ name: basename(path), text });
    }
  }
  return sources;
}

function pathsNow(pattern: string): readonly string[] {
  const looks = glob(pattern);
  let step = looks.next();
  while (step.done !== true) step = looks.next(lookNow(step.value));
  return step.value;
}

/** Folders that cannot be read hold nothing. */
function lookNow({ kind, path }: Look): readonly string[] {
  try {
    if (kind === "folder") return readdirSync(path);
    lstatSync(path);
    return [path];
  } catch {
    return [];
  }
}

async function pathsOf(pattern: string, files: TemplateFiles): Promise<readonly string[]> {
  const looks = glob(pattern);
  let step = looks.next();
  while (step.done !== true) step = looks.next(await lookIn(files, step.value));
  return step.value;
}

async function lookIn(files: TemplateFiles, { kind, path }: Look): Promise<readonly string[]> {
  try {
    if (kind === "folder") return await files.names(path);
    await files.find(path);
    return [path];
  } catch (error) {
    // What the system says means that nothing is there; what was given up nobody knows.
    if (error instanceof Error && "syscall" in error) return [];
    throw unreadable(path, error);
  }
}

/** What Node says of a folder does not name it. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`cannot read "${path}": ${why}`, { cause: error });
}
