/** Files by pattern as Go's `filepath.Glob` finds them: folder by folder. */
import { lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFilePattern } from "@tocsin/domain/template";

const META = /[*?[\\]/;

/** The paths that match, sorted within each folder. Folders that cannot be read hold nothing. */
export function glob(pattern: string): readonly string[] {
  if (!META.test(pattern)) return exists(pattern) ? [pattern] : [];
  const folderPattern = dirname(pattern);
  const compiled = compileFilePattern(pattern.slice(pattern.lastIndexOf("/") + 1));
  if (compiled === undefined) throw new BadPattern(pattern);
  return glob(folderPattern).flatMap((folder) => {
    const names = namesIn(folder).filter((name) => compiled.matches(name));
    return names.map((name) => (pattern.includes("/") ? join(folder, name) : name));
  });
}

/** A pattern that is not well-formed, such as `[a`. */
export class BadPattern extends Error {
  constructor(pattern: string) {
    super(`syntax error in pattern: ${JSON.stringify(pattern)} is not well-formed`);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "." : folder).sort();
  } catch {
    return [];
  }
}

/** A link to nothing exists too: reading it fails, and that is to be told. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
