import { systemClock } from "@tocsin/clock-system";
import { AppError, type Logger } from "@tocsin/foundation";
import { wordsOf } from "./config-fault.ts";
import { endProcess } from "./end-process.ts";
import type { RunningProgram } from "./program.ts";
import type { ServiceManager } from "./service-manager.ts";

/** Signals, and the end of the process. A second signal cuts short what is waited for, not what is written. */
export class Life {
  readonly #logger: Logger;
  readonly #manager: ServiceManager;
  #program: RunningProgram | undefined;
  #isEnding = false;

  constructor(logger: Logger, manager: ServiceManager) {
    this.#logger = logger;
    this.#manager = manager;
    process.on("SIGTERM", () => this.end(0));
    process.on("SIGINT", () => this.end(0));
    process.on("SIGHUP", () => void this.#reload());
    process.on("SIGQUIT", () => void this.#quit());
    // As in Go they mean nothing; else the first opens a debugger, and the others end the process.
    for (const signal of ["SIGUSR1", "SIGUSR2", "SIGALRM"] as const) process.on(signal, () => {});
  }

  started(program: RunningProgram): void {
    this.#program = program;
    if (this.#isEnding) {
      void this.#stop(program, 0);
      return;
    }
    this.#manager.ready();
  }

  end(exitCode: number, error?: AppError): void {
    if (error !== undefined) this.failed(error);
    if (this.#isEnding) {
      this.#program?.hurry();
      return;
    }
    this.#isEnding = true;
    if (error === undefined) this.#logger.log("info", "Shutting down gracefully");
    this.#manager.stopping();
    if (this.#program === undefined) void this.exit(exitCode);
    else void this.#stop(this.#program, exitCode);
  }

  /** The last line of a process that ends by itself, as upstream words it. */
  failed(error: AppError): void {
    this.#logger.log("error", "alertmanager exited with error", {
      err: error.message,
      ...error.details,
    });
  }

  /** Ends the process, whatever hangs. */
  exit(exitCode: number): Promise<void> {
    return endProcess({ clock: systemClock, logger: this.#logger }, exitCode);
  }

  async #stop(program: RunningProgram, exitCode: number): Promise<void> {
    try {
      await program.stop();
      await this.#manager.settled();
      if (exitCode === 0) {
        this.#logger.log("info", "Received shutdown signal, exiting gracefully...");
      }
      await this.exit(exitCode);
    } catch (thrown) {
      this.failed(AppError.from(thrown));
      await this.exit(1);
    }
  }

  /** As Go: ends at once, and shows what was going on. What was acknowledged is on the disk. */
  #quit(): Promise<void> {
    const state = this.#program?.describe() ?? {};
    this.#logger.log("info", "Quits at once; this is what was going on", state);
    return this.exit(2);
  }

  async #reload(): Promise<void> {
    this.#manager.reloading();
    try {
      await this.#program?.reload();
    } catch (thrown) {
      // The old configuration stays in force.
      this.#logger.log("error", "configuration reload failed", { err: wordsOf(thrown) });
    }
    if (this.#program !== undefined && !this.#isEnding) this.#manager.ready();
  }
}
