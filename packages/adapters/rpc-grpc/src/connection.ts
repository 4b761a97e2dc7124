/** One stream to one peer, on a connection of its own, from the dialling to its end. */
import { Client, credentials, type ClientDuplexStream, type ServiceError } from "@grpc/grpc-js";
import {
  decodeAnswererFrame,
  encodeCallerFrame,
  type AnswererFrame,
  type Hello,
  type StringPool,
} from "@tocsin/codec";
import { AppError, type Clock } from "@tocsin/foundation";
import { CHANNEL_OPTIONS, PROTOCOL_VERSION, type ConverseMethod } from "./service.ts";

/** A peer that runs answers a hello at once; a stopped one never does … */
const DIAL_TIMEOUT_MS = 1_000;
/** … and around the globe the three round trips until the welcome take longer. */
const GIVE_UP_MS = 5_000;

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly method: ConverseMethod;
  readonly pool: StringPool;
}

export interface ConnectionEvents {
  /** The peer has answered the hello. */
  onOpen(): void;
  /** There is no welcome yet; it may come still. Called once at most. */
  onLate(error: AppError): void;
  onFrame(frame: Exclude<AnswererFrame, { readonly kind: "welcome" }>, sizeBytes: number): void;
  /** Called once, whatever ends it: `unreachable` if the connection was refused, else `unavailable`. */
  onEnd(error: AppError, wasOpen: boolean): void;
}

export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #events: ConnectionEvents;
  readonly #hello: Omit<Hello, "kind">;
  readonly #address: string;
  readonly #client: Client;
  readonly #stream: ClientDuplexStream<Uint8Array, Uint8Array>;
  readonly #ended = new AbortController();
  #isOpen = false;
  #bufferedBytes = 0;

  /** Dials at once. */
  constructor(
    deps: ConnectionDeps,
    to: { readonly address: string; readonly hello: Omit<Hello, "kind" | "protocol"> },
    events: ConnectionEvents,
  ) {
    this.#deps = deps;
    this.#events = events;
    this.#address = to.address;
    this.#hello = { protocol: PROTOCOL_VERSION, ...to.hello };
    const { path, requestSerialize, responseDeserialize } = deps.method;
    this.#client = new Client(to.address, credentials.createInsecure(), CHANNEL_OPTIONS);
    this.#stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#stream.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    this.#stream.on("error", (error: ServiceError) => this.#end(this.#failureOf(error)));
    this.#stream.on("end", () => this.close("the peer ended the stream"));
    this.send(encodeCallerFrame({ kind: "hello", ...this.#hello }));
    void this.#limitDial();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What was given to `send` and has not left for the peer yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(frame: Uint8Array): void {
    if (this.#ended.signal.aborted) return;
    this.#bufferedBytes += frame.length;
    this.#stream.write(frame, () => {
      this.#bufferedBytes -= frame.length;
    });
  }

  /** Ends it. `why` completes the sentence "Cannot reach …: ". */
  close(why: string): void {
    this.#end(this.#failure("unavailable", why));
  }

  async #limitDial(): Promise<void> {
    const { clock } = this.#deps;
    const why = `no welcome within ${DIAL_TIMEOUT_MS} ms`;
    try {
      await clock.sleep(DIAL_TIMEOUT_MS, this.#ended.signal);
      if (this.#isOpen) return;
      this.#events.onLate(this.#failure("unavailable", why));
      await clock.sleep(GIVE_UP_MS - DIAL_TIMEOUT_MS, this.#ended.signal);
    } catch {
      return; // Ended before.
    }
    if (!this.#isOpen) this.close(why);
  }

  #onData(bytes: Uint8Array): void {
    if (this.#ended.signal.aborted) return;
    let frame: AnswererFrame;
    try {
      frame = decodeAnswererFrame(bytes, this.#deps.pool);
    } catch (error) {
      this.close(AppError.from(error).message);
      return;
    }
    if (frame.kind !== "welcome") {
      if (this.#isOpen) this.#events.onFrame(frame, bytes.length);
      else this.close("it began without a welcome");
    } else if (frame.protocol !== PROTOCOL_VERSION || frame.from !== this.#hello.to) {
      this.close(`"${frame.from}" with protocol version ${frame.protocol} answers there`);
    } else {
      this.#isOpen = true;
      this.#events.onOpen();
    }
  }

  #end(error: AppError): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(error);
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    // An error after the end must not be thrown for want of a listener.
    this.#stream.removeAllListeners("error").on("error", () => {});
    this.#stream.cancel();
    this.#client.close();
    this.#events.onEnd(error, wasOpen);
  }

  #failureOf(error: ServiceError): AppError {
    const isRefused = error.details.includes("ECONNREFUSED");
    // Of "No connection established. Last error: Error: <what people look for>. Resolution note: ".
    const inner = /Last error: (?:Error: )?(.*?)\. Resolution note:/.exec(error.details)?.[1];
    const why = inner ?? error.details;
    return this.#failure(isRefused ? "unreachable" : "unavailable", why, error);
  }

  #failure(code: "unreachable" | "unavailable", why: string, cause?: unknown): AppError {
    const message = `Cannot reach "${this.#hello.to}" at "${this.#address}": ${why}`;
    return new AppError(code, message, { cause });
  }
}
