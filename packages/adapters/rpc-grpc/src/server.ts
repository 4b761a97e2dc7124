import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { StringPool } from "@tocsin/codec";
import type { InstanceId } from "@tocsin/domain/model";
import type { PeerHandler } from "@tocsin/engine/ports";
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import { Answerer, type AnswererDeps } from "./answerer.ts";
import { CHANNEL_OPTIONS, loadConverse } from "./service.ts";
import type { GrpcPeerOptions } from "./transport.ts";

export interface GrpcPeerServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handler: PeerHandler;
  /** A peer has opened a stream. Give it the transport's `onPeerSeen`. */
  readonly onPeerSeen?: (peer: InstanceId) => void;
}

/** For how long `close` waits for requests that are being answered, and then for the last bytes. */
const DRAIN_MAX_MS = 2_000;
const FLUSH_MAX_MS = 500;

/** Answers peers over gRPC: hands what they send to a `PeerHandler`. */
export class GrpcPeerServer {
  readonly #deps: GrpcPeerServerDeps;
  readonly #server: Server;
  readonly #answerers = new Set<Answerer>();
  #onProgress: () => void = () => {};

  constructor(deps: GrpcPeerServerDeps, options: GrpcPeerOptions) {
    this.#deps = deps;
    this.#server = new Server(CHANNEL_OPTIONS);
    const answererDeps: AnswererDeps = {
      clock: deps.clock,
      logger: deps.logger,
      handler: deps.handler,
      pool: new StringPool(),
      onPeerSeen: deps.onPeerSeen ?? ((): void => {}),
      onProgress: () => this.#progress(),
    };
    const converse = (stream: ServerDuplexStream<Uint8Array, Uint8Array>): void => {
      this.#answerers.add(new Answerer(answererDeps, options, stream));
    };
    this.#server.addService({ converse: loadConverse(options.protoFolder) }, { converse });
  }

  /**
   * Listens on `host:port`, with an empty host on all addresses, and resolves with the port; port 0 asks
   * for any. Rejects with `unavailable`.
   */
  async listen(address: string): Promise<number> {
    if (!address.startsWith(":")) return this.#bind(address);
    // IPv6's wildcard takes IPv4 as well, where the machine has IPv6.
    return this.#bind(`[::]${address}`).catch(() => this.#bind(`0.0.0.0${address}`));
  }

  /**
   * Refuses new requests, waits for those that are being answered, closes the listener. Takes no longer
   * than 2.5 s, whatever handlers and callers do.
   */
  async close(): Promise<void> {
    for (const answerer of this.#answerers) answerer.drain();
    await this.#within(DRAIN_MAX_MS, this.#allAnswered());
    for (const answerer of this.#answerers) answerer.end();
    await this.#within(FLUSH_MAX_MS, new Promise((resolve) => this.#server.tryShutdown(resolve)));
    this.#server.forceShutdown();
  }

  #bind(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) {
          resolve(port);
          return;
        }
        const message = `Cannot listen for peers on "${address}": ${error.message}`;
        reject(new AppError("unavailable", message, { cause: error }));
      });
    });
  }

  #progress(): void {
    for (const answerer of this.#answerers) if (answerer.isEnded) this.#answerers.delete(answerer);
    this.#onProgress();
  }

  #allAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onProgress = () => {
        if ([...this.#answerers].every((answerer) => answerer.workingCount === 0)) resolve();
      };
      this.#onProgress();
    });
  }

  async #within(delayMs: number, done: Promise<unknown>): Promise<void> {
    const timer = new AbortController();
    const sleep = this.#deps.clock.sleep(delayMs, timer.signal).catch(() => {});
    await Promise.race([done, sleep]);
    timer.abort();
    await sleep;
  }
}
