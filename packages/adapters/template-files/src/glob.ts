/**
 * File name patterns as Go's `filepath.Glob` reads them on Unix: `*` and `?` within one name, `[a-c]`,
 * `[^a]`, and `\` before a character that is meant. Node's own patterns also have braces and `**`, which
 * are plain characters here.
 */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const META = /[*?[\\]/;

/** The paths that match, sorted within each folder. Folders that cannot be read hold nothing. */
export function glob(pattern: string): readonly string[] {
  if (!META.test(pattern)) return exists(pattern) ? [pattern] : [];
  const folderPattern = dirname(pattern);
  const namePattern = pattern.slice(pattern.lastIndexOf("/") + 1);
  const test = compileName(namePattern);
  if (test === undefined) throw new BadPattern(pattern);
  return glob(folderPattern).flatMap((folder) => {
    const names = namesIn(folder).filter((name) => test.test(name));
    return names.map((name) => (pattern.includes("/") ? join(folder, name) : name));
  });
}

/** A pattern that is not well-formed, such as `[a`. */
export class BadPattern extends Error {
  constructor(pattern: string) {
    super(`syntax error in pattern: ${JSON.stringify(pattern)} is not well-formed`);
  }
}

/** One name's pattern as a regular expression; undefined if it is not well-formed. */
function compileName(pattern: string): RegExp | undefined {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (char === "\\") {
      at += 1;
      if (at >= pattern.length) return undefined;
      source += RegExp.escape(pattern.charAt(at));
    } else if (char === "[") {
      const end = pattern.indexOf("]", at + 2);
      if (end === -1) return undefined;
      source += compileClass(pattern.slice(at + 1, end));
      at = end;
    } else source += RegExp.escape(char);
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return undefined; // A range that runs backwards.
  }
}

function compileClass(inner: string): string {
  const isNegated = inner.startsWith("^");
  const members = isNegated ? inner.slice(1) : inner;
  return `[${isNegated ? "^" : ""}${members.replaceAll(/[\\\][^]/g, "\\$&")}]`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "." : folder).sort();
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
