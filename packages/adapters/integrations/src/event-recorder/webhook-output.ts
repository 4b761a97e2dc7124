import type { WebhookOutput as WebhookConfig } from "@tocsin/domain/config";
import { AppError, withDeadline, type Clock, type Logger, type Series } from "@tocsin/foundation";
import { sendHttp, type HttpDeps } from "../http/client.ts";
import type { Output } from "./output.ts";

/** Upstream's: lines that wait for a worker. */
const QUEUE_COUNT_MAX = 1_024;
const WORKERS = 4;
const ATTEMPTS = 3;
const TIMEOUT_MS = 10_000;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 30_000;
const BATCH_COUNT_MAX = 100;
const BATCH_SIZE_MAX_BYTES = 1 << 20;
const BATCH_WAIT_MS = 100;

export interface WebhookOutputDeps extends HttpDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The metric of lines that found the queue of this output full. */
  readonly dropsOf: (output: string) => Series;
}

/** Lines posted to a URL, one by one or in JSON arrays, by a few workers. What fails for good is dropped. */
export class WebhookOutput implements Output {
  readonly name: string;
  readonly #deps: WebhookOutputDeps;
  readonly #config: WebhookConfig;
  readonly #queue: string[] = [];
  readonly #workers = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #drops: Series;
  #isClosing = false;

  constructor(deps: WebhookOutputDeps, config: WebhookConfig) {
    this.#deps = deps;
    this.#config = config;
    this.name = `webhook:${withoutSecrets(config.url ?? "")}`;
    this.#drops = deps.dropsOf(this.name);
  }

  send(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      if (this.#queue.length < QUEUE_COUNT_MAX) this.#queue.push(line);
      else this.#drops.inc();
    }
    while (this.#workers.size < (this.#config.workers || WORKERS) && this.#hasWork()) {
      const worker: Promise<void> = this.#work().finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
    return Promise.resolve();
  }

  async close(signal: AbortSignal): Promise<void> {
    this.#isClosing = true;
    const onAbort = (): void => this.#abort.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    await this.send([]);
    await Promise.all(this.#workers);
    signal.removeEventListener("abort", onAbort);
  }

  #hasWork(): boolean {
    // One worker at a time may wait for a batch to fill.
    return (
      this.#queue.length > 0 && (!this.#config.batch || this.#workers.size === 0 || this.#isFull())
    );
  }

  #isFull(): boolean {
    return this.#queue.length >= (this.#config.batchMaxEvents || BATCH_COUNT_MAX);
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 && !this.#abort.signal.aborted) {
      if (this.#config.batch && !this.#isFull() && !this.#isClosing) {
        await this.#pause(this.#config.batchFlushIntervalMs || BATCH_WAIT_MS);
      }
      const body = this.#config.batch ? this.#takeBatch() : this.#queue.shift();
      if (body !== undefined) await this.#deliver(body);
    }
  }

  #takeBatch(): string | undefined {
    const countMax = this.#config.batchMaxEvents || BATCH_COUNT_MAX;
    const sizeMaxBytes = this.#config.batchMaxBytes || BATCH_SIZE_MAX_BYTES;
    let sizeBytes = 2;
    let count = 0;
    for (const line of this.#queue.slice(0, countMax)) {
      sizeBytes += Buffer.byteLength(line) + 1;
      if (count > 0 && sizeBytes > sizeMaxBytes) break;
      count += 1;
    }
    return count === 0 ? undefined : `[${this.#queue.splice(0, count).join(",")}]`;
  }

  async #deliver(body: string): Promise<void> {
    const attempts = this.#config.maxRetries || ATTEMPTS;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const failure = await this.#post(body);
      if (failure === undefined) return;
      const fields = { output: this.name, attempt, err: failure };
      this.#deps.logger.log("warn", "Event recorder HTTP output POST failed", fields);
      const backoffMs = (this.#config.retryBackoffMs || BACKOFF_MS) * 2 ** (attempt - 1);
      if (attempt < attempts) await this.#pause(Math.min(backoffMs, BACKOFF_MAX_MS));
      if (this.#abort.signal.aborted) break;
    }
    const fields = { output: this.name, retries: attempts };
    this.#deps.logger.log("error", "Event recorder HTTP output gave up, dropping event", fields);
  }

  /** Undefined when it was taken, else why not. */
  async #post(body: string): Promise<string | undefined> {
    const request = {
      method: "POST" as const,
      url: this.#config.url ?? "",
      headers: { "content-type": "application/json" },
      body,
    };
    const { clock } = this.#deps;
    const delayMs = this.#config.timeoutMs || TIMEOUT_MS;
    try {
      const outcome = await withDeadline(
        { clock, delayMs, what: "The POST" },
        this.#abort.signal,
        (signal) => {
          const attempt = { fence: (): boolean => true, signal };
          return sendHttp(this.#deps, attempt, { request, config: this.#config.httpConfig });
        },
      );
      if (outcome.kind === "none") return errorOf(outcome.result);
      return outcome.status < 300 ? undefined : `unexpected status code ${outcome.status}`;
    } catch (error) {
      return AppError.from(error).message;
    }
  }

  #pause(delayMs: number): Promise<void> {
    return this.#deps.clock.sleep(delayMs, this.#abort.signal).catch(() => {});
  }
}

function errorOf(result: object): string {
  return "error" in result ? String(result.error) : "no answer";
}

/** Without credentials and query. */
function withoutSecrets(text: string): string {
  const url = URL.parse(text);
  if (url === null) return "<invalid>";
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.toString();
}
