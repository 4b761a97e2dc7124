import { readFileSync } from "node:fs";
import { systemClock } from "@tocsin/clock-system";
import { AppError, type Logger } from "@tocsin/foundation";
import { createLogger } from "@tocsin/telemetry";
import { parseCommandLine, VERSION, type Options } from "./flags/index.ts";
import { startProgram, type RunningProgram } from "./program.ts";

const readTextFile = (path: string): string => readFileSync(path, "utf8");

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2), process.env, readTextFile);
  if (line.kind === "print") {
    (line.exitCode === 0 ? process.stdout : process.stderr).write(line.text);
    process.exitCode = line.exitCode;
    return;
  }
  const logger = createLogger(
    { clock: systemClock, write: (text) => process.stderr.write(text) },
    line.options.log,
  );
  if (line.kind === "refuse") {
    logger.log("error", line.message, { err: line.problem });
    process.exitCode = 1;
    return;
  }
  for (const warning of line.warnings) logger.log("warn", warning);
  await run(line.options, logger);
}

async function run(options: Options, logger: Logger): Promise<void> {
  logger.log("info", "Starting Tocsin", { version: VERSION, runtime: process.version });
  const life = new Life(logger);
  try {
    const program = await startProgram(options, logger, (error) => life.end(1, error));
    life.started(program);
  } catch (thrown) {
    logger.log("error", "Cannot start", { err: AppError.from(thrown).message });
    process.exit(1);
  }
}

/** Signals, and the end of the process. A second signal does not cut the leaving short: it is bounded. */
class Life {
  readonly #logger: Logger;
  #program: RunningProgram | undefined;
  #isEnding = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    process.on("SIGTERM", () => this.end(0));
    process.on("SIGINT", () => this.end(0));
    process.on("SIGHUP", () => this.#reload());
  }

  started(program: RunningProgram): void {
    this.#program = program;
    if (this.#isEnding) void this.#stop(program, 0);
  }

  end(exitCode: number, error?: AppError): void {
    if (error !== undefined) this.#logger.log("error", "Ending", { err: error.message });
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (error === undefined)
      this.#logger.log("info", "Received a signal to end, leaving gracefully");
    if (this.#program === undefined) process.exit(exitCode);
    void this.#stop(this.#program, exitCode);
  }

  async #stop(program: RunningProgram, exitCode: number): Promise<void> {
    try {
      await program.stop();
      this.#logger.log("info", "Stopped, all state is flushed");
      process.exit(exitCode);
    } catch (thrown) {
      this.#logger.log("error", "Stopping failed", { err: AppError.from(thrown).message });
      process.exit(1);
    }
  }

  #reload(): void {
    // What is wrong with the file was logged where it was read; the old one keeps running.
    this.#program?.reload().catch(() => {});
  }
}
void main();
