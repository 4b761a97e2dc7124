import { globSync, readFileSync } from "node:fs";
import { run } from "./run.ts";

process.exitCode = run(process.argv.slice(2), {
  // What `now` is in a template that is tried out: when this program was started.
  nowMs: performance.timeOrigin,
  readFile: (path) => readFileSync(path, "utf8"),
  // Braces and double stars mean nothing in the patterns of configurations.
  findFiles: (pattern) => globSync(pattern.replace(/[{}]/g, "[$&]").replace(/\*\*+/g, "*")).sort(),
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
});
