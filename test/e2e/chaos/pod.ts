import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersOk } from "../servers/process.ts";
import { eventually } from "../servers/index.ts";
import type { Network, Place } from "./network/index.ts";

export interface PodPlan {
  readonly name: string;
  readonly ordinal: number;
  readonly place: Place;
  readonly network: Pick<Network, "wrap" | "runs">;
  /** Its own: the volume, its configuration and its log are in it. */
  readonly folder: string;
  readonly config: string;
  readonly command: (files: {
    readonly configFile: string;
    readonly folder: string;
  }) => readonly string[];
}

/** Longer than any drain should take. */
const READY_TIMEOUT_MS = 60_000;
const GRACE_PERIOD_MS = 60_000;

/** What came of a SIGTERM. */
export interface Termination {
  readonly tookMs: number;
  /** `null`: a signal ended it, such as the SIGKILL when the grace period was over. */
  readonly exitCode: number | null;
}

/** One instance with its name, address and volume, which outlive its process. */
export class Pod {
  readonly name: string;
  readonly ordinal: number;
  readonly endpoint: string;
  readonly #plan: PodPlan;
  #child: ChildProcess | undefined;
  #isStopped = false;
  /** Of all its processes, the last one at the end. */
  readonly terminations: Termination[] = [];

  constructor(plan: PodPlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.ordinal = plan.ordinal;
    this.endpoint = `http://${plan.place.host}:${plan.place.webPort}`;
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Its process has been stopped by SIGSTOP and not let go on. */
  get isStopped(): boolean {
    return this.isRunning && this.#isStopped;
  }

  /** Starts a process and returns at once. */
  async launch(): Promise<void> {
    if (this.isRunning) throw new Error(`"${this.name}" runs already`);
    const { network, ordinal, folder } = this.#plan;
    await mkdir(this.#volume, { recursive: true });
    const configFile = join(folder, "alertmanager.yml");
    await writeFile(configFile, this.#plan.config);
    const words = network.wrap(ordinal, this.#plan.command({ configFile, folder: this.#volume }));
    const log = openSync(this.#logFile, "a");
    const child = spawn(words[0] ?? "", words.slice(1), { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#child = child;
    this.#isStopped = false;
    // A run that dies must not leave processes behind.
    const onExit = (): void => void child.kill("SIGKILL");
    process.once("exit", onExit);
    child.once("close", () => process.off("exit", onExit));
    if (child.pid !== undefined) network.runs(ordinal, child.pid);
  }

  /** Resolves when the process that runs now has ended. */
  async ended(): Promise<void> {
    if (this.#child !== undefined && this.isRunning) await once(this.#child, "close");
  }

  async isReady(): Promise<boolean> {
    return this.isRunning && !this.#isStopped && answersOk(`${this.endpoint}/-/ready`);
  }

  /** Throws with the end of its log when it is not ready in time. */
  async ready(): Promise<void> {
    try {
      await eventually(`"${this.name}" is ready`, () => this.isReady(), READY_TIMEOUT_MS);
    } catch (error) {
      const LOG_SIZE_MAX = 4_000;
      const log = (await this.log()).slice(-LOG_SIZE_MAX);
      throw new Error(`${String(error)}\n${log}`, { cause: error });
    }
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.ended();
  }

  /** SIGTERM; SIGKILL when the grace period is over. */
  async terminate(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const fromMs = performance.now();
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_PERIOD_MS);
    await this.ended().finally(() => clearTimeout(timer));
    this.terminations.push({ tookMs: performance.now() - fromMs, exitCode: child.exitCode });
  }

  stop(): void {
    this.#child?.kill("SIGSTOP");
    this.#isStopped = true;
  }

  goOn(): void {
    this.#child?.kill("SIGCONT");
    this.#isStopped = false;
  }

  /** Takes what it has stored; it must not run. */
  async wipe(): Promise<void> {
    await rm(this.#volume, { recursive: true, force: true });
  }

  /** What all its processes wrote. */
  async log(): Promise<string> {
    return readFile(this.#logFile, "utf8").catch(() => "");
  }

  get #volume(): string {
    return join(this.#plan.folder, "volume");
  }

  get #logFile(): string {
    return join(this.#plan.folder, "log");
  }
}
