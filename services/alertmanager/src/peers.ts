import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import type { PeerHandler, PeerTransport } from "@tocsin/engine/ports";
import { AppError, type Clock, type Logger, type MetricRegistry } from "@tocsin/foundation";
import type { Options } from "./flags/index.ts";

/** The way to the other instances. */
export interface Peers {
  /** What the others are told to call. */
  readonly address: string;
  readonly transport: PeerTransport;
  /** Opens listener and connections; called once, when the incarnation is known. */
  open(handler: PeerHandler, incarnation: number): Promise<void>;
  close(): Promise<void>;
}

interface PeersDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

/** Nothing is opened alone, or with a ring in the memory of this one process (ARCHITECTURE 1). */
export function openPeers(deps: PeersDeps, options: Options): Peers {
  const isSharded = options.tenancy.isEnabled && options.ring.store.kind !== "memory";
  return isSharded ? new GrpcPeers(deps, options) : alone;
}

const alone: Peers = {
  address: "",
  transport: {
    setPeers: () => {},
    renew: () => {},
    ping: () => {},
    call: ({ id }) =>
      Promise.reject(new AppError("unavailable", `Call "${id}": nobody else is here`)),
  },
  open: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Everything by gRPC, loaded when it is opened. Until then nobody can be called. */
class GrpcPeers implements Peers {
  readonly address: string;
  readonly #deps: PeersDeps;
  readonly #options: Options;
  #inner: (PeerTransport & { close(): void }) | undefined;
  #closeServer: () => Promise<void> = () => Promise.resolve();
  readonly transport: PeerTransport = {
    setPeers: (peers) => this.#inner?.setPeers(peers),
    renew: (peer) => this.#inner?.renew(peer),
    ping: (to, ping) => this.#inner?.ping(to, ping),
    call: async (to, request, signal) => {
      if (this.#inner === undefined) throw new AppError("unavailable", "The transport is not open");
      return this.#inner.call(to, request, signal);
    },
  };

  constructor(deps: PeersDeps, options: Options) {
    this.#deps = deps;
    this.#options = options;
    const { advertiseAddress, listenAddress } = options.rpc;
    this.address = advertiseAddress ?? `${firstPrivateAddress()}:${listenAddress.port}`;
  }

  async open(handler: PeerHandler, incarnation: number): Promise<void> {
    const { GrpcPeerServer, GrpcPeerTransport } = await import("@tocsin/rpc-grpc");
    const { host, port } = this.#options.rpc.listenAddress;
    const own = {
      self: this.#options.ring.instanceId,
      incarnation,
      protoFolder: protoFolder(),
    };
    const transport = new GrpcPeerTransport({ ...this.#deps, handler }, own);
    const onPeerSeen = transport.onPeerSeen.bind(transport);
    const server = new GrpcPeerServer({ ...this.#deps, handler, onPeerSeen }, own);
    await openFor("rpc.listen-address", () => server.listen(`${host}:${port}`));
    this.#inner = transport;
    this.#closeServer = () => server.close();
    const { address } = this;
    this.#deps.logger.log("info", "Listening for other instances", { address });
  }

  async close(): Promise<void> {
    await this.#closeServer();
    this.#inner?.close();
  }
}

/** Opens what a flag asks for; the failure names the flag. */
export async function openFor<T>(flag: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const { code, message } = AppError.from(error, "unavailable");
    throw new AppError(code, `Cannot open --${flag}: ${message}`, { cause: error });
  }
}

/** The schemas lie beside the bundle. */
function protoFolder(): string {
  return join(dirname(process.argv[1] ?? ""), "proto");
}

/** What others on the network may reach this machine by; loopback when there is nothing else. */
export function firstPrivateAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.filter(({ family, internal }) => family === "IPv4" && !internal);
  const found = own.find(({ address }) => PRIVATE.test(address)) ?? own[0];
  return found?.address ?? "127.0.0.1";
}

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;
