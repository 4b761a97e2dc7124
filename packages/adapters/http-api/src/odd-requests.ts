/**
 * Requests that Node.js' parser does not hand on though Go's server takes them: of methods that it does not
 * know, with bytes beyond ASCII in the first line (what a shell sends of `?filter=name="é"`), with lines that
 * end without CR, and CONNECT. They are read again by hand, answered as any other, and their connection ends
 * there. What cannot be read then either is refused in Go's words; a request before it on the same connection
 * has its answer first.
 */
import {
  type IncomingHttpHeaders,
  IncomingMessage,
  METHODS,
  type RequestListener,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Lets a server answer them by `handler`. */
export function takeOddRequests(server: Server, handler: RequestListener): void {
  const seen = new WeakSet<Duplex>();
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.on("request", ({ socket }, res) => {
    underWay.set(socket, res);
    res.once("close", () => {
      if (underWay.get(socket) === res) underWay.delete(socket);
    });
  });
  server.on("clientError", (error: ClientError, socket) => {
    // What comes behind a broken request is not looked at.
    if (seen.has(socket)) return;
    seen.add(socket);
    if (!socket.writable || error.code === "ECONNRESET") return socket.destroy();
    const earlier = underWay.get(socket);
    if (earlier !== undefined) return endWith(earlier, socket, error);
    const head = error.rawPacket === undefined ? undefined : readHead(error.rawPacket);
    const status = STATUS.get(error.code ?? "");
    if (head !== undefined && status === undefined) return answer(head, socket, handler);
    answer(NO_HEAD, socket, (_, res) => refuseRequest(res, status));
  });
  server.on("connect", (req, socket) => {
    const earlier = underWay.get(socket);
    if (earlier !== undefined) return endWith(earlier, socket);
    answer({ method: "CONNECT", url: req.url ?? "", headers: req.headers }, socket, handler);
  });
}

/** What came is behind a request that is answered still, or an error in the body of that request. */
function endWith(res: ServerResponse, socket: Duplex, error?: ClientError): void {
  res.once("finish", () => socket.end());
  if (res.req.complete) return;
  if (res.headersSent) socket.destroy();
  else refuseRequest(res, STATUS.get(error?.code ?? ""));
}

interface ClientError extends Error {
  readonly code?: string;
  /** What could not be parsed. */
  readonly rawPacket?: Buffer;
}

interface Head {
  readonly method: string;
  readonly url: string;
  /** By lower-case names; of several with one name the first counts. */
  readonly headers: IncomingHttpHeaders;
}

const NO_HEAD: Head = { method: "GET", url: "*", headers: {} };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const FIRST_LINE = new RegExp(`^(${TOKEN}) (/[^\\x00-\\x20\\x7f]*) HTTP/1\\.[01]$`);
const HEADER = new RegExp(`^(${TOKEN}):[ \\t]*(.*?)[ \\t]*$`);
const BODY = /^(?:content-length:[ \t]*0*[1-9]|transfer-encoding:)/im;
/** What Node.js refuses for its length is not taken for a request without a body. */
const BAD_LENGTH = /^content-length:[ \t]*(?!\d+[ \t]*$)/im;

/** Undefined: it is no head, or not in one piece, or a body follows that somebody would want. */
function readHead(packet: Buffer): Head | undefined {
  const text = packet.toString("latin1");
  const end = text.search(/\r?\n\r?\n/);
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split(/\r?\n/);
  const [, method, target] = FIRST_LINE.exec(first) ?? [];
  if (method === undefined || target === undefined) return undefined;
  if (BAD_LENGTH.test(lines.join("\n"))) return undefined;
  if (METHODS.includes(method) && BODY.test(lines.join("\n"))) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers[name.toLowerCase()] ??= value;
  }
  const url = target.replaceAll(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return { method, url, headers };
}

function answer({ method, url, headers }: Head, socket: Duplex, handler: RequestListener): void {
  // Sockets of an HTTP server are those of the network or of TLS.
  const connection = socket as Socket;
  const req = new IncomingMessage(connection);
  Object.assign(req, { method, url, headers, complete: true });
  Object.assign(req, { httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 });
  req.push(null);
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  try {
    res.assignSocket(connection);
  } catch {
    // Node.js itself has answered what was there before.
    connection.end();
    return;
  }
  let isClosed = false;
  // Who counts requests waits for this, which the server itself does for its own.
  const close = (): void => {
    if (!isClosed) res.emit("close");
    isClosed = true;
  };
  socket.once("close", close);
  res.once("finish", () => {
    res.detachSocket(connection);
    socket.end();
    close();
  });
  handler(req, res);
}

/** By the code of what Node.js found wrong. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["HPE_INVALID_TRANSFER_ENCODING", 501],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** Says what is wrong as Go's server does, before it has looked for a route. */
export function refuseRequest(res: ServerResponse, status: number = 400): void {
  const text = `${status} ${STATUS_CODES[status]}`;
  const size = { "Content-Length": text.length, Connection: "close" };
  res.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...size });
  res.end(text);
}
