// Bundles each service into one file, services/<name>/dist/main.cjs, straight from the TypeScript sources.
// One small CommonJS file starts fastest (half the time of loose modules). Dynamic imports stay lazy:
// esbuild wraps their modules in functions that run at the first import.
import { build } from "esbuild";
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

// One character beyond Latin 1 and the runtime keeps the text of the whole program in two bytes each, which
// is 5 MB of every process. Literals are escaped by esbuild, regular expressions are not.
async function checkAscii(path) {
  const text = await readFile(path, "utf8");
  const at = text.search(/[^\0-\x7f]/);
  if (at >= 0) throw new Error(`Not ASCII, escape it: ${text.slice(at - 60, at + 20)}`);
}

async function bundle(name) {
  const folder = join(root, "services", name);
  const entry = join(folder, "src", "main.ts");
  if (!(await exists(entry))) {
    console.log(`services/${name} has no src/main.ts, not built`);
    return;
  }
  // A running program must never see half a file: write aside, then rename. The name stays the same,
  // because the source map is found by it.
  const next = join(folder, "dist", "next");
  await rm(next, { recursive: true, force: true });
  const result = await build({
    entryPoints: [entry],
    outfile: join(next, "main.cjs"),
    absWorkingDir: root,
    bundle: true,
    // Names stay as they are: kept beside minified ones they would be set anew for every function made.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    format: "cjs",
    platform: "node",
    target: "node24",
    conditions: ["tocsin-source"],
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  await checkAscii(join(next, "main.cjs"));
  await rename(join(next, "main.cjs.map"), join(folder, "dist", "main.cjs.map"));
  await rename(join(next, "main.cjs"), join(folder, "dist", "main.cjs"));
  if (await exists(join(root, "proto"))) {
    await rm(join(folder, "dist", "proto"), { recursive: true, force: true });
    await cp(join(root, "proto"), join(folder, "dist", "proto"), { recursive: true });
  }
  await rm(next, { recursive: true, force: true });
  await mkdir(join(root, ".build"), { recursive: true });
  await writeFile(join(root, ".build", `${name}.meta.json`), JSON.stringify(result.metafile));
  console.log(`services/${name}/dist/main.cjs`);
}

const names = await readdir(join(root, "services"));
const results = await Promise.allSettled(names.map(bundle));
for (const { reason } of results.filter((result) => result.status === "rejected")) {
  // What esbuild refuses it has printed already, with the line in question.
  if (reason.errors === undefined) console.error(reason);
  process.exitCode = 1;
}
