import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SinkRule } from "./case.ts";

export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  /** Lower-case names, repeated lines joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TLS_FOLDER = join(import.meta.dirname, "../../golden/notify/tls");

/** Servers that record what they get and answer by rules: plain, TLS, and TLS with a client's certificate. */
export class Sink {
  readonly received: ReceivedRequest[] = [];
  readonly #servers: readonly Server[];
  #rules: { readonly rule: SinkRule; uses: number }[] = [];

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
    for (const server of servers) {
      server.on("request", (request, reply) => void this.#serve(request, reply));
    }
  }

  static async start(): Promise<Sink> {
    const cert = await pem("server.pem");
    const key = await pem("server.key");
    const demanding = { requestCert: true, rejectUnauthorized: true, ca: await pem("ca.pem") };
    const tls = createTlsServer({ cert, key });
    const mutual = createTlsServer({ cert, key, ...demanding });
    const servers: Server[] = [createServer(), tls, mutual];
    for (const server of servers) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    return new Sink(servers);
  }

  /** `127.0.0.1:port` by placeholder. */
  get addresses(): Readonly<Record<string, string>> {
    const [http, tls, mutual] = this.#servers.map((server) => {
      return `127.0.0.1:${(server.address() as AddressInfo).port}`; // All listen on TCP.
    });
    return { SINK_HTTP: http!, SINK_HTTPS: tls!, SINK_MTLS: mutual! };
  }

  program(rules: readonly SinkRule[]): void {
    this.received.length = 0;
    this.#rules = rules.map((rule) => ({ rule, uses: 0 }));
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
  }

  async #serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.entries(request.headersDistinct).map(([name, values]) => {
      return [name, (values ?? []).join(", ")] as const;
    });
    const target = request.url ?? "";
    this.received.push({
      method: request.method ?? "",
      target,
      headers: Object.fromEntries(headers),
      body: Buffer.concat(chunks).toString(),
    });
    await answer(reply, this.#ruleFor(target));
  }

  #ruleFor(target: string): SinkRule {
    const path = target.split("?")[0];
    const found = this.#rules.find(({ rule, uses }) => {
      const isFree = uses < (rule.times ?? Number.POSITIVE_INFINITY);
      return isFree && (rule.match?.path === undefined || rule.match.path === path);
    });
    if (found === undefined) return {};
    found.uses += 1;
    return found.rule;
  }
}

/** The content of a file in `tls/`, its armour put right. */
export async function pem(name: string): Promise<string> {
  const armoured = await readFile(join(TLS_FOLDER, name), "utf8");
  return armoured.replaceAll("TEST KEY", "PRIVATE KEY");
}

async function answer(reply: ServerResponse, rule: SinkRule): Promise<void> {
  if (rule.close === true) {
    reply.destroy();
    return;
  }
  if (rule.delayMs !== undefined) await delay(rule.delayMs);
  const body = rule.json === undefined ? (rule.body ?? "") : JSON.stringify(rule.json);
  reply.writeHead(rule.status ?? 200, { "content-type": "text/plain", ...rule.headers });
  reply.end(
    body.replace(/\{\{REPEAT:(\d+):(.*?)\}\}/g, (_, n: string, text: string) =>
      text.repeat(Number(n)),
    ),
  );
}
