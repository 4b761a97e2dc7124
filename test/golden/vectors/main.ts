/** Plays vectors: `npm run vectors -- PATH…` with files or folders; without a path, all golden ones. */
import { relative, resolve } from "node:path";
import { listVectorFiles, playFile } from "./run.ts";

const given = process.argv.slice(2);
const paths = given.length > 0 ? given : [resolve(import.meta.dirname, "..")];
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of paths.flatMap(listVectorFiles)) {
  const shown = relative(process.cwd(), file);
  const skips = new Map<string, number>();
  for (const { name, verdict } of (await playFile(file)).verdicts) {
    if (verdict.kind === "pass") passed += 1;
    if (verdict.kind === "skip") skips.set(verdict.reason, (skips.get(verdict.reason) ?? 0) + 1);
    if (verdict.kind !== "fail") continue;
    failed += 1;
    console.log(`FAIL ${shown} ${name}: ${verdict.difference}`);
  }
  for (const [reason, count] of skips) {
    skipped += count;
    console.log(`SKIP ${shown}: ${count} cases, ${reason}`);
  }
}
const tail = skipped > 0 ? `, ${skipped} skipped` : "";
console.log(`${passed} passed, ${failed} failed${tail}`);
process.exitCode = failed > 0 ? 1 : 0;
