import { request, type IncomingHttpHeaders } from "node:http";
import { eventually } from "./eventually.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; a shape that the caller expects and then looks at. */
  json<T>(): T;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** One request on a connection of its own: servers in these tests die between two. */
export function call(url: string, { method = "GET", ...call }: Call = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
  const options = { method, agent: false, headers: call.headers ?? {}, timeout: timeoutMs };
  const sent = request(url, options, (reply) => {
    const chunks: Buffer[] = [];
    reply.on("data", (chunk: Buffer) => chunks.push(chunk));
    reply.on("error", reject);
    reply.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const { statusCode = 0, headers } = reply;
      resolve({ status: statusCode, headers, text, json: <T>() => JSON.parse(text) as T });
    });
  });
  sent.on("timeout", () => sent.destroy(new Error(`${method} ${url}: silent for ${timeoutMs} ms`)));
  sent.on("error", reject);
  sent.end(call.body);
  return promise;
}

export interface AlertView {
  readonly labels: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

export interface SilenceView {
  readonly id: string;
  readonly comment: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
}

export interface AlertPost {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** API v2 of one instance, as one tenant. What is no 2xx throws, with the answer's text. */
export class Client {
  readonly #endpoint: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(endpoint: string, tenant?: string) {
    this.#endpoint = endpoint;
    this.#headers = tenant === undefined ? {} : { "X-Scope-OrgID": tenant };
  }

  /** Asks again while the instance says that it was stopped: so does a machine that is too busy. */
  async call(path: string, call: Call = {}): Promise<Answer> {
    const headers = { ...this.#headers, ...call.headers };
    let answer = await callOf(this.#endpoint, path, { ...call, headers });
    await eventually(`${this.#endpoint} has caught up`, async () => {
      if (answer.status !== 503 || !answer.text.includes("was stopped and is catching up")) {
        return true;
      }
      answer = await callOf(this.#endpoint, path, { ...call, headers });
      return false;
    });
    return answer;
  }

  async post(...alerts: readonly AlertPost[]): Promise<void> {
    await this.#sendJson("/api/v2/alerts", alerts);
  }

  /** The names of all alerts, sorted. */
  async alertNames(): Promise<readonly string[]> {
    return (await this.alerts()).map((alert) => alert.labels["alertname"] ?? "").toSorted();
  }

  async alerts(): Promise<readonly AlertView[]> {
    return expectOk(await this.call("/api/v2/alerts")).json();
  }

  /** Silences the alert of this name for an hour; returns the ID. */
  async silence(alertname: string, comment: string = "test"): Promise<string> {
    const matchers = [{ name: "alertname", value: alertname, isRegex: false }];
    // A little back: by the cluster's clock this process may be ahead, and the silence would be pending.
    const span = { startsAt: inMs(-1_000), endsAt: inMs(3_600_000) };
    const body = { matchers, ...span, createdBy: "test", comment };
    return (await this.#sendJson("/api/v2/silences", body)).json<{ silenceID: string }>().silenceID;
  }

  async expire(id: string): Promise<void> {
    expectOk(await this.call(`/api/v2/silence/${id}`, { method: "DELETE" }));
  }

  async silences(): Promise<readonly SilenceView[]> {
    return expectOk(await this.call("/api/v2/silences")).json();
  }

  async metric(name: string): Promise<number | undefined> {
    const text = expectOk(await callOf(this.#endpoint, "/metrics", {})).text;
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.split(" ")[1]);
  }

  async #sendJson(path: string, body: unknown): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    return expectOk(await this.call(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }
}

/** A time from now, as the API wants it. */
export function inMs(delayMs: number): string {
  return new Date(Date.now() + delayMs).toISOString();
}

export function expectOk(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`answered ${answer.status}: ${answer.text}`);
}

function callOf(endpoint: string, path: string, options: Call): Promise<Answer> {
  return call(`${endpoint}${path}`, options);
}
