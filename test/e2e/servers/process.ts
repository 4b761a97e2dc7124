import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { accessSync, constants } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A real program that a test has started on loopback. */
export interface RunningServer {
  readonly kind: "running";
  readonly pid: number;
  /** Its own folder; gone after `stop`. */
  readonly folder: string;
  /** Sends a signal: SIGSTOP and SIGCONT make it a stopped server. */
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** The end of what it wrote to both outputs. */
  output(): string;
  /** Ends it and takes its folder away. Idempotent. */
  stop(): Promise<void>;
}

/** The program is not on this machine: tests skip, and say `reason`. */
export interface MissingServer {
  readonly kind: "missing";
  readonly reason: string;
}

export interface ServerPlan {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Resolves true once it answers. */
  readonly ready: () => Promise<boolean>;
  /** SIGTERM unless the program takes too long with it. */
  readonly stopSignal?: NodeJS.Signals;
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 30;
const STOP_TIMEOUT_MS = 5_000;

/** Starts a program and waits until it is ready. Throws with the end of its output when it is not. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const child = spawn(plan.program, plan.args, {
    cwd: plan.folder,
    env: { ...process.env, ...plan.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = tailOf(child);
  // A run that dies must not leave servers behind.
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  const exited = once(child, "close").finally(() => process.off("exit", onExit));
  exited.catch(() => {});
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= end(child, exited, plan));
  try {
    await untilReady(child, plan);
  } catch (error) {
    await stop();
    throw new Error(`Cannot start "${plan.name}": ${String(error)}\n${output()}`, { cause: error });
  }
  return {
    kind: "running",
    pid: child.pid as number, // It has answered, so it was spawned.
    folder: plan.folder,
    signal: (name) => void child.kill(name),
    ended: exited.then(() => {}),
    output,
    stop,
  };
}

/** The full path of a program on PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function makeFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `tocsin-${name}-`));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Free ports of loopback, all different. `pairedBy` also asks for port + that number, as some programs
 * take a second one by themselves. Another process may take one before it is used: start again then.
 */
export async function freePorts(count: number, pairedBy?: number): Promise<number[]> {
  const held = new Map<number, Array<() => Promise<void>>>();
  while (held.size < count) {
    const first = await holdPort(0);
    if (first === undefined) continue;
    const second = pairedBy === undefined ? first : await holdPort(first.port + pairedBy);
    if (second === undefined) await first.release();
    else held.set(first.port, [first.release, second.release]);
  }
  for (const releases of held.values()) for (const release of releases) await release();
  return [...held.keys()];
}

/** One free port of loopback. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number; // One was asked for.
}

/** Tells whether a URL answers 200 within a second. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function holdPort(
  wanted: number,
): Promise<{ readonly port: number; readonly release: () => Promise<void> } | undefined> {
  if (wanted > 65_535) return undefined;
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(wanted, "127.0.0.1");
  try {
    await listening;
  } catch {
    return undefined;
  }
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const release = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  return { port, release };
}

async function untilReady(child: ChildProcess, plan: ServerPlan): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  const giveUpAtMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < giveUpAtMs) {
    if (await plan.ready()) return;
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    await delay(READY_POLL_MS);
  }
  throw new Error(`it was not ready after ${READY_TIMEOUT_MS} ms`);
}

async function end(child: ChildProcess, exited: Promise<unknown>, plan: ServerPlan): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill("SIGCONT");
    child.kill(plan.stopSignal ?? "SIGTERM");
    const late = delay(STOP_TIMEOUT_MS, "late", { ref: false });
    if ((await Promise.race([exited, late])) === "late") child.kill("SIGKILL");
    await exited;
  }
  await rm(plan.folder, { recursive: true, force: true });
}

function tailOf(child: ChildProcess): () => string {
  const OUTPUT_SIZE_MAX = 4_000;
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => (text = (text + chunk).slice(-OUTPUT_SIZE_MAX)));
  }
  return () => text;
}
