import { readFileSync } from "node:fs";
import { systemClock } from "@tocsin/clock-system";
import { readTemplateFiles } from "@tocsin/template-files";
import { run } from "./run.ts";

process.exitCode = run(process.argv.slice(2), {
  nowMs: systemClock.wallMs(),
  readFile: (path) => readFileSync(path, "utf8"),
  readTemplates: readTemplateFiles,
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
});
