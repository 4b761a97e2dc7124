import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError, type Clock } from "@tocsin/foundation";

/** A slow sender of headers or bodies holds a socket no longer than this. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than a load balancer keeps its idle connections, so that it is never the server who is first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

export interface ListenerOptions {
  readonly clock: Clock;
  readonly shutdownTimeoutMs: number;
}

/** Listens for HTTP until it is closed. */
export class Listener {
  readonly #server: Server;
  readonly #options: ListenerOptions;

  constructor(handler: RequestListener, options: ListenerOptions) {
    this.#options = options;
    const timeouts = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    };
    this.#server = createServer(timeouts, handler);
  }

  /** `host:port`, `[v6]:port` or `:port` for every address; port 0 takes a free one. Returns what was bound. */
  async listen(address: string): Promise<string> {
    const { host, port } = parseAddress(address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen({ port, ...(host === "" ? undefined : { host }) }, resolve);
    try {
      await promise;
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new AppError("unavailable", `Cannot listen on "${address}": ${reason}`, {
        cause: thrown,
      });
    } finally {
      this.#server.off("error", reject);
    }
    // A server that listens on TCP has an address of this form.
    const bound = this.#server.address() as AddressInfo;
    const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
    return `${shown}:${bound.port}`;
  }

  /** Takes no more connections, waits for requests under way, and in the end cuts what is left. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const waiting = new AbortController();
    const { clock, shutdownTimeoutMs } = this.#options;
    const timeUp = clock.sleep(shutdownTimeoutMs, waiting.signal).then(
      () => this.#server.closeAllConnections(),
      () => {},
    );
    await closed;
    waiting.abort();
    await timeUp;
  }
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.%a-z]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new AppError("invalid-argument", `Cannot listen on "${address}": "host:port" wanted`);
  }
  return { host: match[1] ?? match[2] ?? "", port };
}
