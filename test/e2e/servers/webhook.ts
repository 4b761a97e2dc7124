import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "./eventually.ts";

/** What is looked at of a webhook's payload. */
export interface WebhookMessage {
  /** Where it was sent: `/` and the rest of the URL. */
  readonly path: string;
  /** When it came, by the clock of `performance.now()`. */
  readonly cameAtMs: number;
  readonly version: string;
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly groupKey: string;
  readonly externalURL: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}

/** A receiver of webhooks that keeps what it was told. */
export class Webhook {
  readonly messages: WebhookMessage[] = [];
  /** What is answered. */
  status = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, reply) => void this.#serve(request, reply));
  }

  static async start(): Promise<Webhook> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Webhook(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // It listens on TCP.
  }

  /** Messages that tell of an alert with this name, in the order in which they came. */
  of(alertname: string, status?: "firing" | "resolved"): readonly WebhookMessage[] {
    return this.messages.filter(
      (message) =>
        (status === undefined || message.status === status) &&
        message.alerts.some((alert) => alert.labels["alertname"] === alertname),
    );
  }

  /** Waits until as many messages tell of that alert; returns them. */
  async told(
    alertname: string,
    wanted: { readonly status?: "firing" | "resolved"; readonly count?: number } = {},
  ): Promise<readonly WebhookMessage[]> {
    const { status, count = 1 } = wanted;
    const what = (): string =>
      `${count} messages (${status ?? "any"}) of "${alertname}", there are ` +
      JSON.stringify(this.of(alertname).map((message) => message.status));
    await eventually(what, () => this.of(alertname, status).length >= count);
    return this.of(alertname, status);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // The webhooks of the program under test are JSON of this shape; a test that reads it will tell if not.
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Omit<
      WebhookMessage,
      "path" | "cameAtMs"
    >;
    if (this.status === 200) {
      this.messages.push({ ...body, path: request.url ?? "", cameAtMs: performance.now() });
    }
    reply.writeHead(this.status).end();
  }
}
