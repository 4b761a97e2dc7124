/**
 * What systemd is told (`Type=notify`): ready, reloading, stopping, and signs of life for its watchdog.
 *
 * systemd listens on a datagram socket of the Unix family, which Node.js cannot write to. systemd's own
 * program `systemd-notify` can, and is there wherever systemd is; since another process sends, the unit
 * needs `NotifyAccess=all`. Messages go out one after another, in the order of the calls. Without
 * `NOTIFY_SOCKET` nothing happens at all.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { kernelMonotonicUs } from "@tocsin/clock-system";
import { AppError, type Clock, type Logger } from "@tocsin/foundation";

const run = promisify(execFile);
const PROGRAM = "systemd-notify";
/** It waits until systemd has read the message, or 5 s. */
const SEND_TIMEOUT_MS = 10_000;
/** An end is not put off for somebody who does not read. */
const LAST_WORDS_MS = 1_000;
const US_PER_MS = 1_000;

export type Environment = Readonly<Record<string, string | undefined>>;

export class ServiceManager {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #isThere: boolean;
  readonly #watchdogMs: number | undefined;
  #sending: Promise<void> = Promise.resolve();
  #hasFailed = false;
  /** False: whoever reads the messages does not say that they were read, as systemd would. */
  #isRead = true;
  readonly #ending = new AbortController();
  #isWatched = false;

  constructor(deps: { readonly clock: Clock; readonly logger: Logger }, environment: Environment) {
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#isThere = (environment["NOTIFY_SOCKET"] ?? "") !== "";
    this.#watchdogMs = this.#isThere ? watchdogMsOf(environment) : undefined;
  }

  /** It serves; from now on it also gives signs of life, twice as often as it must. */
  ready(): void {
    this.#send("READY=1", "STATUS=Serving");
    if (this.#watchdogMs === undefined || this.#isWatched) return;
    this.#isWatched = true;
    void this.#giveSigns(this.#watchdogMs / 2, this.#ending.signal);
  }

  /** The configuration is read anew; `ready` comes next. */
  reloading(): void {
    this.#send("RELOADING=1", `MONOTONIC_USEC=${kernelMonotonicUs()}`);
  }

  stopping(): void {
    this.#send("STOPPING=1", "STATUS=Leaving");
  }

  /**
   * Resolves when everything was said, or soon. The signs of life go on until then: leaving may take its
   * time.
   */
  async settled(): Promise<void> {
    this.#ending.abort();
    const enough = new AbortController();
    const late = this.#clock.sleep(LAST_WORDS_MS, enough.signal).catch(() => {});
    await Promise.race([this.#sending, late]);
    enough.abort();
  }

  async #giveSigns(intervalMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#clock.sleep(intervalMs, signal);
      } catch {
        return; // Only the end cuts a sleep short.
      }
      this.#send("WATCHDOG=1");
    }
  }

  #send(...message: readonly string[]): void {
    if (!this.#isThere) return;
    this.#sending = this.#sending.then(async () => {
      const words = this.#isRead ? message : ["--no-block", ...message];
      await run(PROGRAM, words, { timeout: SEND_TIMEOUT_MS }).catch((error) => this.#failed(error));
    });
  }

  #failed(thrown: unknown): void {
    const err = AppError.from(thrown).message;
    if (err.includes("Failed to invoke barrier")) this.#isRead = false;
    else if (!this.#hasFailed) {
      this.#hasFailed = true;
      this.#logger.log("warn", "Cannot tell systemd how it is going", { err });
    }
  }
}

/** systemd's watchdog, unless it is meant for another process. */
function watchdogMsOf(environment: Environment): number | undefined {
  const timeoutUs = Number(environment["WATCHDOG_USEC"]);
  const pid = environment["WATCHDOG_PID"];
  if (!(timeoutUs > 0) || (pid !== undefined && pid !== String(process.pid))) return undefined;
  return timeoutUs / US_PER_MS;
}
