import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Notice } from "./ledger.ts";

/** The part of a webhook's body that is read here. */
interface WebhookBody {
  readonly externalURL: string;
  readonly alerts: readonly {
    readonly status: Notice["status"];
    readonly labels: { readonly alertname: string; readonly team: string };
  }[];
}

export interface WebhookSink {
  readonly url: string;
  close(): Promise<void>;
}

/** A receiver that says yes to everything and hands on what it heard, and from which external URL. */
export async function startSink(
  hear: (notice: Notice, externalUrl: string) => void,
): Promise<WebhookSink> {
  const server = createServer((request, reply) => {
    json(request).then(
      (content) => {
        const body = content as WebhookBody; // Written by the program under demonstration.
        for (const { status, labels } of body.alerts) {
          hear({ tenant: labels.team, alert: labels.alertname, status }, body.externalURL);
        }
        reply.end();
      },
      () => reply.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
