/**
 * An HTTP/1.1 client on one connection, a request at a time: a third of the cost of `node:http`, so that
 * the driver is not what is measured. It knows only answers with a length, which is all that is asked for.
 */
import { connect, type Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
const ANSWER_TIMEOUT_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface RequestParts {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly tenant?: string;
  readonly type?: string;
  readonly body?: string;
}

/** The bytes of a request, to be made before the clock runs. */
export function requestBytes(parts: RequestParts): Buffer {
  const body = Buffer.from(parts.body ?? "", "utf8");
  const head = [
    `${parts.method} ${parts.path} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(parts.tenant === undefined ? [] : [`X-Scope-OrgID: ${parts.tenant}`]),
    ...(parts.method === "GET" ? [] : [`Content-Type: ${parts.type ?? "application/json"}`]),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

interface Waiter {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiter: Waiter | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setTimeout(ANSWER_TIMEOUT_MS, () => this.#fail("no answer in time"));
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#fail(error.message));
    this.#socket.on("close", () => this.#fail("the connection was closed"));
  }

  /** Sends a request and waits for its answer. */
  send(request: Buffer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiter = { resolve, reject };
    this.#socket.write(request);
    return promise;
  }

  close(): void {
    this.#waiter = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.#fail(`an answer without a length:\n${head}`);
    const bodyStart = headEnd + HEAD_END.length;
    const end = bodyStart + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.toString("utf8", bodyStart, end);
    this.#received = this.#received.subarray(end);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(why: string): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(new Error(`Request failed: ${why}`));
    this.#socket.destroy();
  }
}
