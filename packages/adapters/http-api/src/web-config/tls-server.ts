/**
 * HTTPS, with HTTP/2 unless it is switched off. As upstream, file and certificates are looked at anew for
 * every connection; here what has not changed is not made again. A file that has been broken meanwhile
 * fails new connections, those that are open go on.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from "node:http2";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { AppError, type Logger } from "@tocsin/foundation";
import { HEADER_COUNT_MAX, SERVER_BOUNDS, type Handlers } from "../serving.ts";
import { findClientProblem } from "./client-certificate.ts";
import { SharedRuns } from "./shared-runs.ts";
import { checkTlsSettings, readTlsSettings, type TlsSettings } from "./tls-options.ts";
import type { WebConfigFile } from "./web-config-file.ts";

/** As Go's server. */
const STREAM_COUNT_MAX = 250;

export interface TlsServerDeps {
  readonly file: WebConfigFile;
  readonly logger: Logger;
}

/** Makes a server that does not listen yet. Rejects with what is wrong with the certificates. */
export async function createTlsServer(handlers: Handlers, deps: TlsServerDeps): Promise<TlsServer> {
  const config = await deps.file.read();
  const settings = await readTlsSettings(config.tls, deps.file.readFile);
  checkTlsSettings(settings);
  const server = config.http.http2
    ? http2Server(handlers, settings)
    : http1Server(handlers, settings);
  const state = new TlsState(server, settings, deps);
  // The handshake begins in the server's own listeners, which wait for the files.
  const shake = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const begin = (): void => shake.forEach((each) => Reflect.apply(each, server, [socket]));
    void state.refresh(socket, begin);
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => state.admit(socket));
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    state.handshakeFailed(error, socket);
  });
  return server;
}

function http1Server(handlers: Handlers, { context }: TlsSettings): TlsServer {
  // As upstream: none is agreed on, so that a client is served whatever it offers.
  const options = { ...context, ...SERVER_BOUNDS, ALPNProtocols: [] };
  const server = createServer(options, handlers.http1);
  server.maxHeadersCount = HEADER_COUNT_MAX;
  return server;
}

function http2Server(handlers: Handlers, { context }: TlsSettings): TlsServer {
  const settings = { maxConcurrentStreams: STREAM_COUNT_MAX };
  const server = createSecureServer({ ...context, allowHTTP1: true, settings });
  // For those who speak HTTP/1.1 it has these as properties only.
  Object.assign(server, SERVER_BOUNDS, { maxHeadersCount: HEADER_COUNT_MAX });
  server.on("request", (req, res) => {
    const isHttp1 = req.httpVersionMajor === 1;
    (isHttp1 ? handlers.http1 : handlers.http2)(...asHttp1(req, res));
  });
  const sessions = new Set<Http2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(SERVER_BOUNDS.keepAliveTimeout, () => session.close());
  });
  // A closed server waits for its sessions, which stay open between requests.
  const close = server.close.bind(server);
  server.close = (done) => {
    close(done);
    for (const session of sessions) session.close();
    return server;
  };
  return server;
}

/** Handlers use of both kinds only what both have. The one thing that is missing there is put in. */
function asHttp1(
  req: Http2ServerRequest,
  res: Http2ServerResponse,
): [req: IncomingMessage, res: ServerResponse] {
  // Its type promises this one too.
  if ((res.destroyed as boolean | undefined) === undefined) {
    const { stream } = res;
    Object.defineProperty(res, "destroyed", { get: () => stream.destroyed });
  }
  return [req, res] as unknown as [IncomingMessage, ServerResponse];
}

/** What a server does with the handshakes of its clients. */
class TlsState {
  readonly #server: TlsServer;
  readonly #deps: TlsServerDeps;
  /** By address and port of the client, until the handshake is over. */
  readonly #shaking = new Map<string, Socket>();
  readonly #updates: SharedRuns<void> = new SharedRuns(() => this.#update());
  #settings: TlsSettings;
  #lastProblem = "";

  constructor(server: TlsServer, settings: TlsSettings, deps: TlsServerDeps) {
    this.#server = server;
    this.#settings = settings;
    this.#deps = deps;
    this.#ask();
  }

  /** Begins the handshake with what the files say now, or cuts the connection. Never rejects. */
  async refresh(socket: Socket, begin: () => void): Promise<void> {
    const client = clientOf(socket);
    this.#shaking.set(client, socket);
    socket.once("close", () => this.#shaking.delete(client));
    socket.on("error", () => {}); // Until the handshake has begun nobody else listens; it closes.
    try {
      await this.#updates.run();
      this.#lastProblem = "";
      if (!socket.destroyed) begin();
    } catch (thrown) {
      const err = AppError.from(thrown).message;
      if (err !== this.#lastProblem) {
        this.#deps.logger.log("error", "Cannot serve TLS", { err });
      }
      this.#lastProblem = err;
      socket.destroy();
    }
  }

  async #update(): Promise<void> {
    const { file, logger } = this.#deps;
    const { tls } = await file.read();
    const settings = await readTlsSettings(tls, file.readFile);
    if (!isDeepStrictEqual(settings.context, this.#settings.context)) {
      checkTlsSettings(settings);
      this.#server.setSecureContext(settings.context);
      logger.log("info", "Loaded changed TLS settings", { file: file.path });
    }
    this.#settings = settings;
    this.#ask();
  }

  /** Cuts off whoever may not come in although the handshake went well. */
  admit(socket: TLSSocket): void {
    this.#shaking.delete(clientOf(socket));
    const problem = findClientProblem(socket, this.#settings.clients);
    if (problem === undefined) return;
    const client = clientOf(socket);
    this.#deps.logger.log("debug", "Refused a TLS client", { client, err: problem });
    socket.destroy();
  }

  /** Who speaks plain HTTP is told so, in Go's words. */
  handshakeFailed(error: NodeJS.ErrnoException, socket: TLSSocket): void {
    const client = clientOf(socket);
    const plain = this.#shaking.get(client);
    this.#shaking.delete(client);
    if (error.code !== "ERR_SSL_HTTP_REQUEST") {
      this.#deps.logger.log("debug", "TLS handshake failed", { client, err: error.message });
      return;
    }
    plain?.end("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  }

  /** The server reads these when a connection comes in; `setSecureContext` leaves them as they are. */
  #ask(): void {
    const { asks, verifies } = this.#settings.clients;
    Object.assign(this.#server, { requestCert: asks, rejectUnauthorized: verifies });
  }
}

function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
