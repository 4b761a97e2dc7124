import type { Redis, RedisOptions } from "ioredis";
import { AppError, withDeadline, type Clock } from "@tocsin/foundation";
import { describeRedis, type RedisRingOptions } from "./options.ts";

/** A script with its keys and arguments. */
export interface ScriptCall {
  readonly script: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

const RETRY_DELAY_STEP_MS = 50;
const RETRY_DELAY_MAX_MS = 500;

/**
 * One connection to Redis that is made at the first call and remade by itself. A call never waits
 * longer than its deadline and is never sent twice: a command whose answer was lost fails, because only
 * the caller knows whether to repeat it.
 */
export class RedisConnection {
  readonly #clock: Clock;
  readonly #options: RedisRingOptions;
  readonly #address: string;
  #client: Promise<Redis> | undefined;
  /** Why the last connection broke or did not come about. */
  #lastFailure = "not connected";

  constructor(deps: { readonly clock: Clock }, options: RedisRingOptions) {
    this.#clock = deps.clock;
    this.#options = options;
    this.#address = describeRedis(options);
  }

  /**
   * Runs a script. Rejects with `unavailable` when Redis cannot be asked, `data-loss` when it holds what
   * we did not write, and with the signal's reason when that fires.
   */
  async run(call: ScriptCall, signal: AbortSignal): Promise<unknown> {
    const delayMs = this.#options.callTimeoutMs;
    const deadline = { clock: this.#clock, delayMs, what: "the answer" };
    try {
      return await withDeadline(deadline, signal, (limited) => this.#send(call, limited));
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(error, call);
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.disconnect();
  }

  async #send(call: ScriptCall, signal: AbortSignal): Promise<unknown> {
    this.#client ??= this.#connect();
    const client = await this.#client;
    if (client.status !== "ready") await nextOutcome(client, signal);
    signal.throwIfAborted();
    if (client.status !== "ready") throw new Error(this.#lastFailure);
    // EVAL and not EVALSHA: a script is smaller than the document, and nothing can be missing.
    return client.eval(call.script, call.keys.length, ...call.keys, ...call.args);
  }

  /** The library is loaded only by those who use it: it is a tenth of a second of the start. */
  async #connect(): Promise<Redis> {
    const { Redis: Client } = await import("ioredis");
    const client = new Client(clientOptions(this.#options));
    client.on("error", (error: unknown) => {
      this.#lastFailure = error instanceof Error ? describe(error) : String(error);
    });
    return client;
  }

  /**
   * Without `cause`: the library's errors carry the command and its arguments, and of AUTH that is the
   * password.
   */
  #failure(thrown: unknown, call: ScriptCall): AppError {
    const message = this.#redacted(thrown instanceof Error ? describe(thrown) : String(thrown));
    if (/\b(DAMAGED|WRONGTYPE)\b/.test(message)) {
      const keys = call.keys.map((key) => JSON.stringify(key)).join(", ");
      const help = "delete what is wrong there, members write back what they know";
      return new AppError(
        "data-loss",
        `Cannot use ${keys} in ${this.#address}: ${message}; ${help}`,
      );
    }
    return new AppError("unavailable", `Cannot ask the ring store ${this.#address}: ${message}`);
  }

  #redacted(message: string): string {
    const secret = this.#options.password;
    return secret === undefined ? message : message.replaceAll(secret, "<secret>");
  }
}

// Without the one option that the library's constructor and its own options type declare differently.
function clientOptions(options: RedisRingOptions): Omit<RedisOptions, "replyMapping"> {
  return {
    host: options.host,
    port: options.port,
    db: options.database,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.tls ? { tls: { servername: options.host } } : {}),
    // Nothing that we ask needs the newer protocol, and servers before 6 do not know it.
    protocol: 2,
    connectionName: "tocsin",
    connectTimeout: options.callTimeoutMs,
    // A stopped server keeps its connections open: only silence tells.
    socketTimeout: options.callTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * RETRY_DELAY_STEP_MS, RETRY_DELAY_MAX_MS),
    // A demoted primary refuses writes until somebody reconnects to the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  };
}

/** Waits until the client is ready or one attempt to become so has failed. */
async function nextOutcome(client: Redis, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  client.once("ready", done);
  client.once("close", done);
  signal.addEventListener("abort", done, { once: true });
  await promise;
  client.off("ready", done);
  client.off("close", done);
  signal.removeEventListener("abort", done);
}

/** An error of several addresses (`AggregateError`) has no message of its own. */
function describe(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) return String(error.errors[0]);
  return error.message;
}
