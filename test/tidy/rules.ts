/** House rules that a compiler or linter does not know, each as a search in the text of a file. */
import { isTest } from "./sources.ts";

export interface TidyRule {
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
  applies(path: string): boolean;
  /** `free`: files that no door of a package reaches, which only tests import, may do it. */
  readonly ofTests?: "free";
  /** The offending lines, numbered from 1. Comments and strings are blanked in `code`, not in `text`. */
  find(file: { readonly text: string; readonly code: string; readonly path: string }): number[];
  /** A text that breaks the rule and one that keeps it: a rule that cannot fail proves nothing. */
  readonly broken: string;
  readonly kept: string;
  /** Where the samples pretend to be. */
  readonly path: string;
}

const LINES_MAX = 500;
/** The formatter breaks code at 100; what it leaves as it is, comments and texts, may stand out a little. */
const COLUMNS_MAX = 110;

const everywhere = (): boolean => true;
const inPackages = (path: string): boolean => /^(packages|services)\//.test(path) && !isTest(path);
const inPureLayers = (path: string): boolean =>
  /^packages\/(foundation|domain|engine)\//.test(path) && !isTest(path);

function matching(pattern: RegExp): TidyRule["find"] {
  return ({ code }) => code.split("\n").flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

function matchingText(pattern: RegExp): TidyRule["find"] {
  return ({ text }) => text.split("\n").flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

export const TIDY_RULES: readonly TidyRule[] = [
  {
    name: "no clock",
    ofTests: "free",
    instead: "take a Clock, or nowMs in the domain",
    applies: (path) => inPackages(path) && !path.startsWith("packages/adapters/clock-system/"),
    find: matching(
      /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.(hrtime|uptime)\b/,
    ),
    broken: "const nowMs = Date.now();",
    kept: "const text = new Date(nowMs).toISOString();",
    path: "packages/adapters/http-api/src/a.ts",
  },
  {
    name: "no randomness",
    ofTests: "free",
    instead: "take a Random",
    applies: (path) => inPackages(path) && !path.startsWith("packages/adapters/clock-system/"),
    find: matching(/\bMath\.random\b|\brandom(UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b/),
    broken: "const id = crypto.randomUUID();",
    kept: "const id = uuid(random);",
    path: "packages/engine/src/a.ts",
  },
  {
    name: "no timer",
    instead: "use Clock.sleep",
    applies: inPureLayers,
    find: matching(/\b(set(Timeout|Interval|Immediate)|nextTick)\b|\bAbortSignal\.timeout\b/),
    broken: "setTimeout(() => {}, 10);",
    kept: "await clock.sleep(10, signal);",
    path: "packages/engine/src/a.ts",
  },
  {
    name: "no machine",
    instead: "let an adapter or a service hand it in",
    applies: inPureLayers,
    find: matching(/\b(process|console)\.|\bfetch\(|\btoLocale\w+\(|\blocaleCompare\(/),
    broken: "const home = process.env.HOME;",
    kept: "logger.log('info', 'Started');",
    path: "packages/domain/src/a.ts",
  },
  {
    name: "no environment",
    ofTests: "free",
    instead: "read it in the flags of a service",
    applies: (path) => path.startsWith("packages/") && !isTest(path),
    find: matching(/\bprocess\.(env|argv)\b/),
    broken: "const home = process.env.HOME;",
    kept: "const home = options.homePath;",
    path: "packages/adapters/http-api/src/a.ts",
  },
  {
    name: "unit in the name",
    instead: "end the name in Ms, AtMs, Bytes, Count, …",
    applies: inPackages,
    // Parameters and fields; a `size()` method and the private field behind it mirror those of Map.
    find: matching(/(?<![#\w])(timeout|delay|interval|duration|ttl|size)\??: number\b/),
    broken: "readonly timeout: number;",
    kept: "readonly timeoutMs: number;",
    path: "packages/engine/src/a.ts",
  },
  {
    name: "heavy adapters are loaded late",
    instead: "import them dynamically, or their types with import type",
    applies: (path) => path.startsWith("services/") && !isTest(path),
    find: ({ text }) =>
      [
        ...text.matchAll(
          /^import(?! type\b)[^;]*?"@tocsin\/(object-store-s3|ring-redis|rpc-grpc)"/gm,
        ),
      ].map(({ index }) => text.slice(0, index).split("\n").length),
    broken: 'import {\n  S3ObjectStore,\n} from "@tocsin/object-store-s3";',
    kept: 'const { S3ObjectStore } = await import("@tocsin/object-store-s3");',
    path: "services/alertmanager/src/stores.ts",
  },
  {
    name: "no export *",
    instead: "write the list of exports by hand",
    applies: everywhere,
    find: matching(/\bexport \*/),
    broken: 'export * from "./a.ts";',
    kept: 'export { a } from "./a.ts";',
    path: "packages/domain/src/a/index.ts",
  },
  {
    name: "no any",
    instead: "use unknown and narrow it",
    applies: everywhere,
    find: matching(/(: |<|\bas |\| )any\b|, any>/),
    broken: "function read(value: any): void {}",
    kept: "function read(value: unknown): void {}",
    path: "services/alertmanager/src/a.ts",
  },
  {
    name: "to-do with issue",
    instead: "name the issue, as in TODO(#12), or do it",
    applies: everywhere,
    find: matchingText(/\b(TODO(?!\(#\d+\))|FIXME|XXX)\b/),
    broken: "// TODO: later",
    kept: "// TODO(#12): when the peers speak it too",
    path: "packages/engine/src/a.ts",
  },
  {
    name: "suppression with reason",
    instead: "write the reason behind --",
    applies: everywhere,
    find: matchingText(
      /(oxlint|eslint)-disable(?!.* -- \S)|@ts-(ignore|nocheck|expect-error)(?! \S)/,
    ),
    broken: "// oxlint-disable-next-line no-console",
    kept: "// oxlint-disable-next-line no-console -- the closing line goes to standard output",
    path: "packages/engine/src/a.ts",
  },
  {
    name: "file length",
    instead: `split it: ${LINES_MAX} lines are the limit`,
    applies: everywhere,
    find: ({ text }) => (text.trimEnd().split("\n").length > LINES_MAX ? [LINES_MAX + 1] : []),
    broken: "a;\n".repeat(LINES_MAX + 1),
    kept: "a;\n".repeat(LINES_MAX),
    path: "packages/engine/src/a.ts",
  },
  {
    name: "line length",
    instead: `break it: ${COLUMNS_MAX} columns are the limit`,
    applies: everywhere,
    // A text that must be found by searching for it, or a pattern, is not broken.
    find: ({ text }) =>
      text.split("\n").flatMap((line, at) => {
        const isLong =
          line.length > COLUMNS_MAX && !/^\s*\S*["'`/].*["'`/][gimsuy]*[,;)]*$/.test(line);
        return isLong ? [at + 1] : [];
      }),
    broken: `const a = 1; // ${"x".repeat(COLUMNS_MAX)}`,
    kept: `  "${"x".repeat(COLUMNS_MAX)}",`,
    path: "packages/engine/src/a.ts",
  },
  {
    name: "folder with a meaning",
    instead: "name what is in it",
    applies: everywhere,
    find: ({ path }) =>
      /(^|\/)(utils?|helpers?|common|shared|misc)(\/|\.ts$)/.test(path) ? [1] : [],
    broken: "",
    kept: "",
    path: "packages/engine/src/utils/a.ts",
  },
];

/** Blanks comments and the insides of strings, keeping lines: so a rule speaks of code only. */
export function codeOf(text: string): string {
  const parts = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  return text.replace(parts, (part) => part.replace(/[^\n"']/g, " "));
}
