/** Processes under measurement: started, watched through `/proc`, and ended whatever happens. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const TICKS_PER_SECOND = 100;
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_KEPT_CHARS = 4_000;
const LISTENING = /msg="Listening on" .*?address=127\.0\.0\.1:(\d+)/;
/** Less than two ticks of CPU time in this span counts as rest: 3 % of a core. */
const REST_SPAN_MS = 300;
const REST_TIMEOUT_MS = 8_000;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** A program that listens on a port of loopback that it chose itself. */
export class MeasuredProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #onExit = (): void => void this.#child.kill("SIGKILL");

  private constructor(child: ChildProcess, started: { port: number; exited: Promise<unknown> }) {
    this.#child = child;
    this.port = started.port;
    this.#exited = started.exited;
    process.once("exit", this.#onExit);
  }

  /** Resolves when the program has said where it listens; rejects with the end of its output. */
  static async start(command: Command): Promise<MeasuredProcess> {
    const child = spawn(command.program, command.args, { stdio: ["ignore", "ignore", "pipe"] });
    const exited = once(child, "exit");
    exited.catch(() => {}); // a program that cannot be spawned is told below
    const { promise: port, resolve, reject } = Promise.withResolvers<number>();
    let output = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_KEPT_CHARS);
      const listening = LISTENING.exec(output);
      if (listening !== null) resolve(Number(listening[1]));
    });
    const fail = (why: string): void =>
      reject(new Error(`Cannot start "${command.program}": ${why}\n${output}`));
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with ${code}`));
    const late = setTimeout(() => fail("it does not listen"), START_TIMEOUT_MS);
    try {
      return new MeasuredProcess(child, { port: await port, exited });
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** User and system time of all its threads so far, in seconds, to a hundredth. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, "utf8");
    // Fields are counted from behind the name, which may contain anything: 14 and 15 of all.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Waits until it computes no more and returns its CPU time: work put off counts where it was caused. */
  async untilRest(): Promise<number> {
    const giveUpAtMs = performance.now() + REST_TIMEOUT_MS;
    for (let before = this.cpuSeconds; ;) {
      await delay(REST_SPAN_MS);
      const now = this.cpuSeconds;
      if (now - before < 2 / TICKS_PER_SECOND - 1e-9 || performance.now() > giveUpAtMs) return now;
      before = now;
    }
  }

  /** The smallest resident set in a while: collectors give memory back late. */
  async residentBytesAtRest(spanMs: number): Promise<number> {
    await this.untilRest();
    let smallest = this.residentBytes;
    for (const untilMs = performance.now() + spanMs; performance.now() < untilMs;) {
      await delay(200);
      smallest = Math.min(smallest, this.residentBytes);
    }
    return smallest;
  }

  /** Ends it, politely first. Idempotent. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.#exited.catch(() => {});
    clearTimeout(late);
    process.off("exit", this.#onExit);
  }

  get #pid(): number {
    return this.#child.pid as number; // It has spoken, so it was spawned.
  }
}
