import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import { isTlsWanted } from "@tocsin/domain/config";
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import { readingLastBodies } from "./last-body.ts";
import { takeOddRequests } from "./odd-requests.ts";
import { HEADER_COUNT_MAX, SERVER_BOUNDS, type Handlers } from "./serving.ts";
import { unixPathOf } from "./unix-path.ts";
import { createTlsServer } from "./web-config/tls-server.ts";
import { WebConfigFault } from "./web-config/web-config-fault.ts";
import type { WebConfigFile } from "./web-config/web-config-file.ts";
import { WebGuard } from "./web-config/web-guard.ts";

export interface ListenerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdownTimeoutMs: number;
  /** That of `--web.config.file`; undefined: plain HTTP for everybody. */
  readonly webConfig: WebConfigFile | undefined;
}

interface OpenServer {
  readonly server: NetServer & { closeIdleConnections?: Server["closeIdleConnections"] };
  readonly sockets: Set<Socket>;
}

/** Listens for HTTP, on as many addresses as wanted, until it is closed. */
export class Listener {
  readonly #handlers: Handlers;
  readonly #options: ListenerOptions;
  readonly #open: OpenServer[] = [];
  /** Made at the first `listen`, which fails when the file is wrong. */
  #guard: WebGuard | undefined;
  #speaksTls = false;

  constructor(handlers: Handlers, options: ListenerOptions) {
    this.#handlers = handlers;
    this.#options = options;
  }

  /** What was opened last speaks TLS. */
  get speaksTls(): boolean {
    return this.#speaksTls;
  }

  /**
   * `host:port`, `[v6]:port` or `:port` for every address, as is 0.0.0.0; port 0 takes a free one; `fd:3`
   * is a socket that this process was given. Returns what was bound.
   */
  async listen(address: string): Promise<string> {
    const target = parseAddress(address);
    const server = await this.#serverFor(target);
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    try {
      const bound = await bind(server, target);
      this.#open.push({ server, sockets });
      return bound;
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new AppError("unavailable", `Cannot listen on "${address}": ${reason}`, {
        cause: thrown,
      });
    }
  }

  /** As upstream, a web configuration that cannot be served is told once the address is known to be free. */
  async #serverFor(target: Target): Promise<NetServer> {
    try {
      return await this.#createServer();
    } catch (thrown) {
      if (!(thrown instanceof WebConfigFault)) throw thrown;
      const probe = createNetServer();
      const address = await bind(probe, target);
      probe.close();
      throw new UnservedError(address, thrown);
    }
  }

  /** Takes no more connections, waits for requests under way, and in the end cuts what is left. */
  async close(): Promise<void> {
    const open = this.#open.splice(0);
    const closed = open.map(({ server }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeIdleConnections?.();
      return promise;
    });
    const waiting = new AbortController();
    const { clock, shutdownTimeoutMs } = this.#options;
    const timeUp = clock.sleep(shutdownTimeoutMs, waiting.signal).then(
      () => open.forEach(({ sockets }) => sockets.forEach((socket) => socket.destroy())),
      () => {},
    );
    await Promise.all(closed);
    this.#guard?.close();
    waiting.abort();
    await timeUp;
  }

  async #createServer(): Promise<NetServer> {
    const { clock, logger, webConfig: file } = this.#options;
    if (file === undefined) return plainServer(readingLastBodies(this.#handlers.http1));
    const { rateLimit, tls } = await file.read();
    const guard = (this.#guard ??= new WebGuard({ file, clock, logger }, rateLimit));
    const http1 = readingLastBodies(guard.guarding(this.#handlers.http1));
    this.#speaksTls = isTlsWanted(tls);
    if (!this.#speaksTls) return plainServer(http1);
    const http2 = guard.guarding(this.#handlers.http2);
    return createTlsServer({ http1, http2 }, { file, logger });
  }
}

function plainServer(handler: RequestListener): Server {
  const server = createServer(SERVER_BOUNDS, handler);
  server.maxHeadersCount = HEADER_COUNT_MAX;
  takeOddRequests(server, handler);
  return server;
}

/** The address was free, but what the web configuration says cannot be served there. */
export class UnservedError extends AppError {
  readonly address: string;
  /** What is wrong, as upstream says it; the message has it with places. */
  readonly words: string;

  constructor(address: string, { message, words }: WebConfigFault) {
    super("invalid-argument", message);
    this.address = address;
    this.words = words;
  }
}

/** Listens, and returns what was bound. */
async function bind(server: NetServer, target: Target): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(target, resolve);
  try {
    await promise;
  } finally {
    server.off("error", reject);
  }
  const bound = server.address();
  // Of a socket that was handed over Node tells the address only when it is of the internet.
  if (bound === null) return "fd" in target ? unixPathOf(target.fd) : "";
  if (typeof bound === "string") return bound;
  const { family, address, port } = bound;
  return `${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

type Target = { host?: string; port: number } | { fd: number };

function parseAddress(address: string): Target {
  const fd = /^fd:(\d{1,5})$/.exec(address)?.[1];
  if (fd !== undefined) return { fd: Number(fd) };
  const match = /^(?:\[([0-9a-fA-F:.%a-z]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new AppError("invalid-argument", `Cannot listen on "${address}": "host:port" wanted`);
  }
  const host = match[1] ?? match[2] ?? "";
  // As Go has it: every address of version 4 is every address, of whichever version.
  return host === "" || host === "0.0.0.0" ? { port } : { host, port };
}
