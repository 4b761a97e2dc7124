import { fstatSync, readFileSync, statSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { systemClock } from "@tocsin/clock-system";
import { readTemplateFiles } from "@tocsin/template-files";
import { run, type Surroundings } from "./program/index.ts";

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

const surroundings: Surroundings = {
  clock: systemClock,
  homePath: process.env["HOME"],
  userName: userName(),
  readFile: (path) => readFileSync(path === "/dev/stdin" ? STANDARD_INPUT : path),
  lookAtPath,
  readTemplates: readTemplateFiles,
  isInputTerminal: isInputDevice(),
  writeOut: (text) => write(STANDARD_OUTPUT, text),
  writeError: (text) => write(STANDARD_ERROR, text),
};

/** Users without an entry in the user database have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}

/** A terminal, or what stands for none such as `/dev/null`; also a standard input that is closed. */
function isInputDevice(): boolean {
  try {
    return fstatSync(STANDARD_INPUT).isCharacterDevice();
  } catch {
    return true;
  }
}

function lookAtPath(path: string): ReturnType<Surroundings["lookAtPath"]> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "nothing";
  return stats.isDirectory() ? "folder" : "file";
}

/** Writes all of it at once, so that nothing is lost at the end. A reader that has gone wants no more. */
function write(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") process.exit(1);
      if (code !== "EAGAIN") throw error; // A pipe that is full: again, until its reader has read.
    }
  }
}

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), surroundings);
}

void main();
