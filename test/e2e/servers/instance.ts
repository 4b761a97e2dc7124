import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersOk, freePort, makeFolder } from "./process.ts";
import { eventually } from "./eventually.ts";

const LAUNCHER = join(import.meta.dirname, "../../../bin/tocsin");
const STOP_TIMEOUT_MS = 45_000;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of `bin/tocsin`, from spawn to exit. */
export class TocsinProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  /** @param folder the working directory; by default that of the tests */
  constructor(
    flags: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    folder?: string,
  ) {
    this.#child = spawn(LAUNCHER, flags, {
      ...(folder !== undefined && { cwd: folder }),
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    // A run of tests that dies must not leave processes behind.
    const onExit = (): void => void this.#child.kill("SIGKILL");
    process.once("exit", onExit);
    this.#ended = once(this.#child, "close").then(() => {
      process.off("exit", onExit);
      return { code: this.#child.exitCode, signal: this.#child.signalCode };
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Its log lines. */
  get log(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid as number; // The launcher is a file of this repository.
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it has ended and all its output is here. */
  get ended(): Promise<Ended> {
    return this.#ended;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and SIGKILL if that takes far too long. */
  async stop(): Promise<Ended> {
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), STOP_TIMEOUT_MS);
    return this.#ended.finally(() => clearTimeout(timer));
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#ended;
  }
}

export interface InstancePlan {
  /** Text of the file behind `--config.file`; without it the flag is not given. */
  readonly config?: string;
  /** Beside addresses and folders, which are chosen here. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `--rpc.listen-address` on a port of its own. */
  readonly rpc?: boolean;
}

/** An instance with its own folder and ports, which stay the same however often it is started. */
export class Instance {
  readonly endpoint: string;
  readonly folder: string;
  readonly #flags: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #process: TocsinProcess | undefined;

  private constructor(
    place: { readonly endpoint: string; readonly folder: string },
    flags: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.endpoint = place.endpoint;
    this.folder = place.folder;
    this.#flags = flags;
    this.#environment = environment;
  }

  /** Chooses folder and ports; nothing runs yet. */
  static async prepare(plan: InstancePlan): Promise<Instance> {
    const folder = await makeFolder("instance");
    const http = `127.0.0.1:${await freePort()}`;
    const flags = [`--storage.path=${join(folder, "data")}`, `--web.listen-address=${http}`];
    if (plan.config !== undefined) {
      await writeFile(join(folder, "alertmanager.yml"), plan.config);
      flags.push(`--config.file=${join(folder, "alertmanager.yml")}`);
    }
    if (plan.rpc === true) {
      const rpc = `127.0.0.1:${await freePort()}`;
      flags.push(`--rpc.listen-address=${rpc}`, `--rpc.advertise-address=${rpc}`);
    }
    const place = { endpoint: `http://${http}`, folder };
    return new Instance(place, [...flags, ...(plan.flags ?? [])], plan.environment ?? {});
  }

  /** `prepare` and `start`. */
  static async start(plan: InstancePlan): Promise<Instance> {
    const instance = await Instance.prepare(plan);
    await instance.start();
    return instance;
  }

  /** The run that was started last. */
  get process(): TocsinProcess {
    if (this.#process === undefined) throw new Error("not started");
    return this.#process;
  }

  get isRunning(): boolean {
    return this.#process?.isRunning === true;
  }

  /** Starts a process and returns at once. */
  launch(): TocsinProcess {
    this.#process = new TocsinProcess(this.#flags, this.#environment);
    return this.#process;
  }

  /** Starts a process and waits until `/-/ready` says yes. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Throws with the log when the process ends instead, or takes too long. */
  async ready(): Promise<void> {
    const { process } = this;
    const isReady = async (): Promise<boolean> =>
      !process.isRunning || (await answersOk(`${this.endpoint}/-/ready`));
    await eventually(() => `"${this.endpoint}" is ready; its log:\n${process.log}`, isReady);
    if (!process.isRunning) throw new Error(`Tocsin ended instead of starting:\n${process.log}`);
  }

  async writeConfig(text: string): Promise<void> {
    await writeFile(join(this.folder, "alertmanager.yml"), text);
  }

  /** Ends what runs and takes the folder away. */
  async remove(): Promise<void> {
    if (this.isRunning) await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** SIGKILL to what runs. */
  async kill(): Promise<void> {
    if (this.isRunning) await this.process.kill();
  }
}
