import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** A server below HTTP: it sees every byte, and answers whatever a test wants. */
export interface ByteServer {
  readonly port: number;
  /** All bytes that arrived, as text. */
  received: string;
  /** All that ever were. */
  connections: number;
  /** Those that are open. */
  open: number;
}

export class ByteServers {
  readonly #running: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

  /** `answer` gets the socket after each request whose body has ended. */
  async serve(answer: (socket: Socket) => void, tls?: TlsOptions): Promise<ByteServer> {
    const sockets = new Set<Socket>();
    const seen = { port: 0, received: "", connections: 0, open: 0 };
    const onSocket = (socket: Socket): void => {
      seen.connections += 1;
      seen.open += 1;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => (seen.open -= 1));
      socket.on("data", (chunk) => {
        seen.received += chunk.toString();
        if (/[}\]]\n?$/.test(chunk.toString())) answer(socket);
      });
    };
    const server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
    this.#running.push({ server, sockets });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    seen.port = (server.address() as AddressInfo).port; // It listens on TCP.
    return seen;
  }

  async stop(): Promise<void> {
    for (const { server, sockets } of this.#running.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    }
  }
}
