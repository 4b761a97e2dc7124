/** One HTTP request and its answer, redirects followed, over Node's own client. */
import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestTls } from "node:https";
import { tlsOptionsOf, type Headers, type TransportSettings } from "@tocsin/integrations/http";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** As JSON; undefined: there is none. */
  readonly body: string | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** How requests are made, whatever they ask. */
export interface Manner {
  /** Credentials among them: they go to the first origin only. */
  readonly headers: Headers;
  readonly transport: TransportSettings;
  readonly followsRedirects: boolean;
}

const REDIRECTS_MAX = 10;
/** An Alertmanager with some hundred thousand alerts answers less. */
const BODY_SIZE_MAX_BYTES = 1 << 30;

/** Resolves with the answer, whatever its status. Rejects with what broke, or the signal's reason. */
export async function exchange(
  request: ApiRequest,
  manner: Manner,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  let { method, url, body } = request;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const headers = url.origin === request.url.origin ? manner.headers : {};
    const answer = await send({ method, url, body }, { ...manner, headers }, signal);
    const status = answer.statusCode ?? 0;
    const next = manner.followsRedirects ? redirectOf(answer, url) : undefined;
    if (next === undefined) return { status, body: await readBody(answer) };
    answer.resume();
    if (status < 307 && method !== "GET") {
      method = "GET";
      body = undefined;
    }
    url = next;
  }
  throw new Error(`stopped after ${REDIRECTS_MAX} redirects`);
}

function send(request: ApiRequest, manner: Manner, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, body } = request;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    method,
    headers: {
      "user-agent": "amtool",
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      ...manner.headers,
    },
    // A connection each: one that its server closed without a word cannot be asked again.
    agent: false,
    signal,
  };
  const outgoing =
    url.protocol === "https:"
      ? requestTls(url, { ...options, ...tlsOptionsOf(manner.transport) }, resolve)
      : requestPlain(url, options, resolve);
  outgoing.on("error", (error) => reject(signal.aborted ? signal.reason : error));
  outgoing.end(body);
  return promise;
}

function redirectOf(answer: IncomingMessage, from: URL): URL | undefined {
  const { location } = answer.headers;
  if (location === undefined) return undefined;
  if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0)) return undefined;
  // Node.js makes a character of each byte.
  const next = URL.parse(Buffer.from(location, "latin1").toString(), from.href);
  return next?.protocol === "http:" || next?.protocol === "https:" ? next : undefined;
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer) {
    const bytes = chunk as Buffer; // Without an encoding an answer has buffers.
    sizeBytes += bytes.length;
    if (sizeBytes > BODY_SIZE_MAX_BYTES) throw new Error("the answer is too long");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}
