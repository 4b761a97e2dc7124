import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { TemplateSource } from "@tocsin/domain/template";

import { glob } from "./glob.ts";

/**
 * Reads the template files that match, pattern by pattern: later ones replace definitions of earlier
 * ones. A pattern without a match is no error, because the files may come later. Throws if a file cannot
 * be read or a pattern is not well-formed.
 */
export function readTemplateFiles(patterns: readonly string[]): readonly TemplateSource[] {
  return patterns.flatMap(glob).map((path) => ({
    name: basename(path),
    text: readText(path),
  }));
}

/**
 * Like `readTemplateFiles`, for a process that has other things to do: `read` gives the text of a file,
 * and may take its time.
 */
export async function loadTemplateFiles(
  patterns: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<readonly TemplateSource[]> {
  const sources: TemplateSource[] = [];
  for (const path of patterns.flatMap(glob)) {
    const text = await read(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    sources.push({ name: basename(path), text });
  }
  return sources;
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
