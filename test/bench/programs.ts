/** The programs that are compared, each started afresh for every measurement. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../e2e/servers/process.ts";
import { MeasuredProcess } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Program {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  /** What it needs besides the flags that both take. */
  readonly flags: readonly string[];
}

/** Ours: many tenants, one instance, everything embedded. */
export function tocsin(path: string = join(ROOT, "bin/tocsin")): Program {
  return { name: "tocsin", version: versionOf(path), path, flags: ["--tenancy.enabled"] };
}

/** The real one as the distribution packages it; undefined when it is not installed. */
export function peer(): Program | undefined {
  const path = findProgram("prometheus-alertmanager") ?? findProgram("alertmanager");
  if (path === undefined) return undefined;
  return { name: "alertmanager", version: versionOf(path), path, flags: [] };
}

/** Starts a program on an empty folder, hands it to `work`, and takes everything away again. */
export async function withProgram<T>(
  program: Program,
  configText: string,
  work: (running: MeasuredProcess) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-bench-"));
  const config = join(folder, "alertmanager.yml");
  writeFileSync(config, configText);
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
    ...program.flags,
  ];
  try {
    const running = await MeasuredProcess.start({ program: program.path, args });
    try {
      return await work(running);
    } finally {
      await running.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionOf(path: string): string {
  const text = execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" });
  return /version (\S+)/.exec(text)?.[1] ?? "unknown";
}
