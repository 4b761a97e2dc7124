import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { call, eventually, TocsinProcess } from "../servers/index.ts";
import { makeFolder, removeFolder } from "../servers/process.ts";
import { Placeholders } from "../transcripts/placeholders.ts";
import { parseLogLine, type LogLine } from "./log-lines.ts";

export interface WantedLine {
  readonly level: string;
  readonly msg: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface Wanted {
  readonly exit: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly log?: readonly WantedLine[];
  readonly files?: readonly string[];
}

interface ProcessStep {
  readonly request?: { readonly method: string; readonly path: string; readonly json?: unknown };
  readonly status?: number;
  readonly capture?: Readonly<Record<string, string>>;
  readonly write?: Readonly<Record<string, string>>;
  readonly signal?: string;
  readonly wait_log?: string;
  readonly sleep_ms?: number;
}

export interface ServerCase {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly port_taken?: boolean;
  readonly run?: readonly { readonly argv: readonly string[]; readonly expect: Wanted }[];
  readonly config?: string;
  readonly flags?: readonly string[];
  readonly stop?: string;
  readonly process?: readonly ProcessStep[];
  readonly expect?: Wanted;
}

const CONFIG = "route:\n  receiver: default\nreceivers:\n- name: default\n";

/** Plays a case in a folder of its own. The first difference, or undefined. */
export async function playCase(server: ServerCase): Promise<string | undefined> {
  const folder = await makeFolder("command-line");
  try {
    const files = { ...server.files };
    if (server.process !== undefined) files["alertmanager.yml"] = server.config ?? CONFIG;
    await writeFiles(folder, files);
    return server.process === undefined
      ? await playRuns(server, folder)
      : await playProcess(server, folder);
  } finally {
    await removeFolder(folder);
  }
}

async function playRuns(server: ServerCase, folder: string): Promise<string | undefined> {
  const taken = createServer();
  if (server.port_taken === true) {
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
  }
  const port = (taken.address() as AddressInfo | null)?.port ?? 0; // It listens on TCP.
  const places = new Placeholders({ DIR: folder, HOST: `127.0.0.1:${port}` });
  try {
    for (const { argv, expect } of server.run ?? []) {
      const run = new TocsinProcess(
        argv.map((word) => places.fill(word)),
        {},
        folder,
      );
      const difference = await compareEnd(run, expect, { places, folder });
      if (difference !== undefined) return `${argv.join(" ")}: ${difference}`;
    }
    return undefined;
  } finally {
    taken.close();
  }
}

async function playProcess(server: ServerCase, folder: string): Promise<string | undefined> {
  const flags = [
    `--config.file=${join(folder, "alertmanager.yml")}`,
    `--storage.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
    ...(server.flags ?? []),
  ];
  const run = new TocsinProcess(flags, {}, folder);
  try {
    await eventually(
      () => `it listens; its log:\n${run.log}`,
      () => run.log.includes("TLS is disabled."),
    );
    const host = /Listening on"?.*?(127\.0\.0\.1:\d+)/.exec(run.log)?.[1] ?? "";
    const places = new Placeholders({ DIR: folder, HOST: host });
    for (const step of server.process ?? []) {
      const difference = await playStep(step, { run, places, folder, host });
      if (difference !== undefined) return difference;
    }
    run.signal(server.stop === "INT" ? "SIGINT" : "SIGTERM");
    return await compareEnd(run, server.expect ?? { exit: 0 }, { places, folder });
  } finally {
    await run.kill();
  }
}

interface Played {
  readonly run: TocsinProcess;
  readonly places: Placeholders;
  readonly folder: string;
  readonly host: string;
}

async function playStep(step: ProcessStep, played: Played): Promise<string | undefined> {
  const { run, places, folder, host } = played;
  if (step.write !== undefined) await writeFiles(folder, step.write);
  if (step.signal !== undefined) run.signal(step.signal === "HUP" ? "SIGHUP" : "SIGTERM");
  if (step.sleep_ms !== undefined) await sleep(step.sleep_ms);
  const { wait_log: wanted, request } = step;
  if (wanted !== undefined) {
    await eventually(
      () => `"${wanted}" in the log:\n${run.log}`,
      () => run.log.includes(wanted),
    );
  }
  if (request === undefined) return undefined;
  const { method, path, json } = request;
  const answer = await call(`http://${host}${places.fill(path)}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(json !== undefined && { body: places.fill(JSON.stringify(json)) }),
  });
  if (answer.status !== (step.status ?? 200)) return `${path}: ${answer.status}, ${answer.text}`;
  for (const [name, key] of Object.entries(step.capture ?? {})) {
    places.keep(name, answer.json<Record<string, string>>()[key] ?? "");
  }
  return undefined;
}

async function compareEnd(
  run: TocsinProcess,
  wanted: Wanted,
  { places, folder }: { readonly places: Placeholders; readonly folder: string },
): Promise<string | undefined> {
  const { code } = await run.ended;
  if (code !== wanted.exit) return `exit status ${code}, not ${wanted.exit}:\n${run.log}`;
  const outputs = [
    ["stdout", wanted.stdout, run.stdout],
    ["stderr", wanted.stderr, run.log],
  ] as const;
  for (const [what, want, got] of outputs) {
    const difference = want === undefined ? undefined : places.findDifference(want, got);
    if (difference !== undefined) return `${what}: ${difference}`;
  }
  const missing = (wanted.files ?? []).find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) return `there is no file "${missing}"`;
  return findMissingLine(wanted.log ?? [], { log: run.log, places });
}

/** The first line that is wanted and does not come behind those before it. */
function findMissingLine(
  wanted: readonly WantedLine[],
  { log, places }: { readonly log: string; readonly places: Placeholders },
): string | undefined {
  const left = log.split("\n").flatMap((line) => parseLogLine(line) ?? []);
  for (const line of wanted) {
    const at = left.findIndex((candidate) => isLine(line, candidate, places));
    if (at < 0) return `no line ${JSON.stringify(line)} in\n${log}`;
    left.splice(0, at + 1);
  }
  return undefined;
}

function isLine(wanted: WantedLine, line: LogLine, places: Placeholders): boolean {
  const fields = { level: wanted.level, msg: wanted.msg, ...wanted.fields };
  return Object.entries(fields).every(([name, want]) => {
    const got = line.get(name);
    return got !== undefined && places.findDifference(want, got) === undefined;
  });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
