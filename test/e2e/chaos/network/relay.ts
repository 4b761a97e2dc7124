import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Links } from "./links.ts";
import { carry } from "./stream.ts";

/** Tells which instance is at the other end. */
export interface Callers {
  ofConnection(socket: Socket): Promise<number | undefined>;
  /** Programs that gossip send from the port on which they listen. */
  ofDatagram(address: string, port: number): number | undefined;
}

export interface RelayPlan {
  /** Where it listens, and where what comes in goes. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly target: { readonly ordinal: number; readonly host: string; readonly port: number };
  readonly links: Links;
  readonly callers: Callers;
}

/** Stands before the peer port of one instance, so that what others send to it can be held up or lost. */
export class Relay {
  readonly #plan: RelayPlan;
  readonly #server: Server;
  readonly #datagrams: DatagramSocket;
  readonly #sockets = new Set<Socket>();

  private constructor(plan: RelayPlan) {
    this.#plan = plan;
    this.#server = createServer((socket) => void this.#accept(socket));
    this.#datagrams = createSocket("udp4", (bytes, { address, port }) => {
      this.#pass(bytes, plan.callers.ofDatagram(address, port));
    });
  }

  static async open(plan: RelayPlan): Promise<Relay> {
    const relay = new Relay(plan);
    const { host, port } = plan.listen;
    relay.#server.listen(port, host);
    relay.#datagrams.bind(port, host);
    await Promise.all([once(relay.#server, "listening"), once(relay.#datagrams, "listening")]);
    return relay;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#datagrams.close();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #accept(caller: Socket): Promise<void> {
    const { target, links, callers } = this.#plan;
    this.#keep(caller);
    caller.pause();
    const ordinal = await callers.ofConnection(caller);
    if (caller.destroyed) return;
    const callee = connect(target.port, target.host);
    this.#keep(callee);
    carry(caller, callee, {
      isHeld: () => links.isCut(ordinal, target.ordinal),
      delayMs: () => links.streamDelayMs(),
    });
    carry(callee, caller, {
      isHeld: () => links.isCut(target.ordinal, ordinal),
      delayMs: () => links.streamDelayMs(),
    });
    caller.resume();
  }

  #keep(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #pass(bytes: Buffer, from: number | undefined): void {
    const { target, links } = this.#plan;
    const fate = links.fate(from, target.ordinal);
    if (fate.kind === "lost") return;
    setTimeout(() => this.#datagrams.send(bytes, target.port, target.host), fate.afterMs).unref();
  }
}
