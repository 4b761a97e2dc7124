/** Files by pattern as Go's `filepath.Glob` finds them: folder by folder. */
import { dirname, join } from "node:path";
import { compileFilePattern } from "@tocsin/domain/template";

/**
 * What is asked of the disk; both are answered with names: those in a folder, or the path itself if there is
 * something by this name, be it a link to nothing: reading it fails, and that is to be told.
 */
export type Look =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "path"; readonly path: string };

export type Looks = Generator<Look, readonly string[], readonly string[]>;

const META = /[*?[\\]/;

/** The paths that match, sorted within each folder. Throws when the pattern is not well-formed, such as `[a`. */
export function* glob(pattern: string): Looks {
  if (!META.test(pattern)) return yield { kind: "path", path: pattern };
  const compiled = compileFilePattern(pattern.slice(pattern.lastIndexOf("/") + 1));
  if (compiled === undefined) {
    throw new Error(`syntax error in pattern: ${JSON.stringify(pattern)} is not well-formed`);
  }
  const found: string[] = [];
  for (const folder of yield* glob(dirname(pattern))) {
    const names = yield { kind: "folder", path: folder };
    const matching = names.filter((name) => compiled.matches(name)).toSorted();
    found.push(...matching.map((name) => (pattern.includes("/") ? join(folder, name) : name)));
  }
  return found;
}
