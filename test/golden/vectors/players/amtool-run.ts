import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "@tocsin/amtool/program";
import { systemClock } from "@tocsin/clock-system";
import { readTemplateFiles } from "@tocsin/template-files";

export interface AmtoolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AmtoolWorld {
  /** Texts by path in the working folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** Runs amtool in this process, in a working folder of its own. `home/` in it is the home folder. */
export async function runAmtool(
  argv: readonly string[],
  { files, stdin }: AmtoolWorld,
): Promise<AmtoolResult> {
  const folder = mkdtempSync(join(tmpdir(), "amtool-"));
  const inFolder = (path: string): string => join(folder, path);
  let stdout = "";
  let stderr = "";
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(inFolder(path)), { recursive: true });
      writeFileSync(inFolder(path), text);
    }
    const exitCode = await run(argv, {
      clock: systemClock,
      homePath: "home",
      userName: "nobody",
      readFile: (path) =>
        path === "/dev/stdin" ? Buffer.from(stdin) : readFileSync(inFolder(path)),
      lookAtPath(path) {
        const stats = statSync(inFolder(path), { throwIfNoEntry: false });
        if (stats === undefined) return "nothing";
        return stats.isDirectory() ? "folder" : "file";
      },
      readTemplates: (patterns) => readTemplateFiles(patterns.map(inFolder)),
      isInputTerminal: false,
      writeOut(text) {
        stdout += text;
      },
      writeError(text) {
        stderr += text;
      },
    });
    return { exitCode, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
