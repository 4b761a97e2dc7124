import { compileFilePattern } from "./file-pattern.ts";
import type { TemplateSource } from "./template-set.ts";

export type FileSelection =
  | { readonly ok: true; readonly sources: readonly TemplateSource[] }
  /** `at`: which of the patterns. */
  | { readonly ok: false; readonly at: number; readonly problem: string };

/**
 * Chooses among the template files that came with a configuration: what its `templates:` name, pattern
 * by pattern, sorted within one. A file that nothing names is not used, and a pattern may match none.
 * A name with a path in it is refused in Cortex's words: nothing outside of `files` can be meant.
 */
export function selectTemplateFiles(
  patterns: readonly string[],
  files: Readonly<Record<string, string>>,
): FileSelection {
  const names = Object.keys(files).sort();
  const sources: TemplateSource[] = [];
  for (const [at, pattern] of patterns.entries()) {
    if (pattern === "" || pattern.includes("/")) {
      const quoted = JSON.stringify(pattern);
      return {
        ok: false,
        at,
        problem: `invalid template name ${quoted}: the template name cannot contain any path`,
      };
    }
    const compiled = compileFilePattern(pattern);
    if (compiled === undefined) {
      const quoted = JSON.stringify(pattern);
      return { ok: false, at, problem: `invalid template name ${quoted}: syntax error in pattern` };
    }
    for (const name of names) {
      if (compiled.matches(name)) sources.push({ name, text: files[name] ?? "" });
    }
  }
  return { ok: true, sources };
}
