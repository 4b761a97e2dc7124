import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Delivery, ToldAlert } from "./history.ts";

/** The part of a webhook's body that is read here. */
interface WebhookBody {
  readonly externalURL: string;
  readonly groupLabels: { readonly alertname: string };
  readonly alerts: readonly {
    readonly status: ToldAlert["status"];
    readonly startsAt: string;
    readonly labels: { readonly instance?: string };
  }[];
}

/** How the receiver behaves. */
export interface Manner {
  readonly delayMs: number;
  /** 200, or what it answers instead. */
  readonly status: number;
}

const WELL: Manner = { delayMs: 0, status: 200 };

export interface SinkDeps {
  /** Time since the start of the run, and back. */
  readonly nowMs: () => number;
  readonly atWallMs: (wallMs: number) => number;
}

/** A receiver that writes down all it is told. */
export class Sink {
  readonly deliveries: Delivery[] = [];
  /** Called when a yes is on its way; what it throws ends the run. */
  onAccepted: ((delivery: Delivery) => void) | undefined;
  readonly #deps: SinkDeps;
  readonly #server: Server;
  #manner: Manner = WELL;

  private constructor(deps: SinkDeps) {
    this.#deps = deps;
    this.#server = createServer((request, reply) => {
      void this.#take(request, reply).catch(() => reply.destroy());
    });
  }

  static async open(deps: SinkDeps, host: string): Promise<Sink> {
    const sink = new Sink(deps);
    sink.#server.listen(0, host);
    await once(sink.#server, "listening");
    return sink;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo; // It listens on TCP.
    return `http://${address}:${port}/`;
  }

  behave(manner: Manner | undefined): void {
    this.#manner = manner ?? WELL;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const atMs = this.#deps.nowMs();
    const manner = this.#manner;
    const body = (await json(request)) as WebhookBody; // Written by the program under test.
    if (manner.delayMs > 0) await delay(manner.delayMs);
    // Also when the sender has given up meanwhile: this receiver has heard it.
    const isAccepted = manner.status === 200;
    const delivery: Delivery = {
      atMs,
      acceptedAtMs: isAccepted ? this.#deps.nowMs() : undefined,
      sender: new URL(body.externalURL).hostname,
      group: body.groupLabels.alertname,
      alerts: body.alerts.map(({ status, startsAt, labels }) => ({
        instance: labels.instance ?? "",
        status,
        startAtMs: this.#deps.atWallMs(Date.parse(startsAt)),
      })),
    };
    this.deliveries.push(delivery);
    reply.writeHead(manner.status).end();
    if (isAccepted) this.onAccepted?.(delivery);
  }
}
