import { globSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** The checkout. */
export const ROOT: string = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file that people wrote, sorted by path. */
export function sourceFiles(): readonly SourceFile[] {
  const paths = globSync(["packages/**/*.ts", "services/**/*.ts", "test/**/*.ts", "*.ts"], {
    cwd: ROOT,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  });
  return paths
    .filter((path) => !/(^|\/)(node_modules|dist|generated)\//.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** Where a file belongs: its package or service, or `test`. Undefined for files of the root. */
export function packageOf(path: string): string | undefined {
  return /^(packages\/adapters\/[^/]+|packages\/[^/]+|services\/[^/]+|test)\//.exec(path)?.[1];
}

const IMPORT =
  /^\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** What a text imports, types and dynamic imports included, in order. */
export function importsOf(text: string): readonly string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** Whether a file is for tests only, by its place or name. */
export function isTest(path: string): boolean {
  return path.startsWith("test/") || path.endsWith(".test.ts");
}

/** The files that a package's doors (`index.ts`, `main.ts`) reach: all others are for tests only. */
export function shippedFiles(files: readonly SourceFile[]): ReadonlySet<string> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const waiting = files.map(({ path }) => path).filter((path) => /\/(index|main)\.ts$/.test(path));
  const reached = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const specifier of importsOf(texts.get(path) ?? "")) {
      const target = normalize(join(path, "..", specifier));
      if (!specifier.startsWith(".") || reached.has(target) || !texts.has(target)) continue;
      reached.add(target);
      waiting.push(target);
    }
  }
  return reached;
}
