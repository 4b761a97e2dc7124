/** The answering side of one stream: from a peer's hello to its end. */
import { status, type ServerDuplexStream } from "@grpc/grpc-js";
import {
  decodeCallerFrame,
  encodeFailure,
  encodeReply,
  encodeWelcome,
  type CallerFrame,
  type Hello,
  type StringPool,
} from "@tocsin/codec";
import type { InstanceId } from "@tocsin/domain/model";
import type { PeerRequest } from "@tocsin/engine/peer";
import type { PeerHandler } from "@tocsin/engine/ports";
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import {
  BUFFER_SIZE_MAX_BYTES,
  CALLS_OPEN_MAX,
  MESSAGE_SIZE_MAX_BYTES,
  PROTOCOL_VERSION,
} from "./service.ts";

/** Who opens a stream says hello at once. */
const HELLO_TIMEOUT_MS = 5_000;

export interface AnswererDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handler: PeerHandler;
  readonly pool: StringPool;
  readonly onPeerSeen: (peer: InstanceId) => void;
  /** Called when a request is answered, and when the stream ends. */
  readonly onProgress: () => void;
}

export interface AnswererOptions {
  readonly self: InstanceId;
  readonly incarnation: number;
}

export class Answerer {
  readonly #deps: AnswererDeps;
  readonly #options: AnswererOptions;
  readonly #stream: ServerDuplexStream<Uint8Array, Uint8Array>;
  readonly #ended = new AbortController();
  readonly #working = new Map<number, AbortController>();
  #caller: Hello | undefined;
  #isDraining = false;
  #bufferedBytes = 0;

  constructor(
    deps: AnswererDeps,
    options: AnswererOptions,
    stream: ServerDuplexStream<Uint8Array, Uint8Array>,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#stream = stream;
    stream.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    stream.on("end", () => this.end());
    stream.on("cancelled", () => this.#onEnd());
    stream.on("error", () => this.#onEnd());
    stream.on("close", () => this.#onEnd());
    void this.#limitHello();
  }

  get isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** How many requests are being answered. */
  get workingCount(): number {
    return this.#working.size;
  }

  /** Takes on nothing more: further requests are refused. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Ends the stream in an orderly way. */
  end(): void {
    if (this.isEnded) return;
    this.#stream.end();
    this.#onEnd();
  }

  async #limitHello(): Promise<void> {
    try {
      await this.#deps.clock.sleep(HELLO_TIMEOUT_MS, this.#ended.signal);
    } catch {
      return; // Ended before.
    }
    if (this.#caller === undefined) this.#refuse(`No hello within ${HELLO_TIMEOUT_MS} ms`);
  }

  #onEnd(): void {
    if (this.isEnded) return;
    const reason = new AppError("aborted", "The caller has gone");
    this.#ended.abort(reason);
    for (const working of this.#working.values()) working.abort(reason);
    this.#working.clear();
    this.#deps.onProgress();
  }

  #onData(bytes: Uint8Array): void {
    if (this.isEnded) return;
    let frame: CallerFrame;
    try {
      frame = decodeCallerFrame(bytes, this.#deps.pool);
    } catch (error) {
      this.#refuse(AppError.from(error).message);
      return;
    }
    if (this.#caller === undefined) this.#onFirst(frame);
    else this.#onFrame(frame, this.#caller.from);
  }

  #onFirst(frame: CallerFrame): void {
    const { self, incarnation } = this.#options;
    if (frame.kind !== "hello") {
      this.#refuse("A stream begins with a hello");
    } else if (frame.protocol !== PROTOCOL_VERSION) {
      this.#refuse(`Protocol version ${PROTOCOL_VERSION} is spoken here, not ${frame.protocol}`);
    } else if (frame.to !== self) {
      this.#refuse(`This is "${self}", not "${frame.to}"`);
    } else {
      this.#caller = frame;
      this.#write(encodeWelcome({ protocol: PROTOCOL_VERSION, from: self, incarnation }));
      this.#deps.onPeerSeen(frame.from);
    }
  }

  #onFrame(frame: CallerFrame, from: InstanceId): void {
    switch (frame.kind) {
      case "hello":
        this.#refuse("A stream has one hello");
        break;
      case "ping":
        if (frame.ping.from === from) this.#deps.handler.onPing(frame.ping);
        else this.#refuse(`A ping of "${frame.ping.from}" came from "${from}"`);
        break;
      case "request":
        void this.#answer(from, frame.id, frame.request);
        break;
      case "broken":
        this.#writeFailure(frame.id, frame.error);
        break;
      case "cancel":
        this.#working.get(frame.id)?.abort(new AppError("aborted", "The caller has given up"));
        break;
    }
  }

  async #answer(from: InstanceId, id: number, request: PeerRequest): Promise<void> {
    if (this.#isDraining) {
      this.#writeFailure(id, new AppError("unavailable", `"${this.#options.self}" is stopping`));
      return;
    }
    const working = new AbortController();
    this.#working.set(id, working);
    this.#holdBack();
    try {
      const reply = await this.#deps.handler.onCall(from, request, working.signal);
      if (!working.signal.aborted)
        this.#writeReply(id, encodeReply({ id, kind: request.kind }, reply));
    } catch (error) {
      if (!working.signal.aborted) this.#writeFailure(id, error);
    }
    this.#working.delete(id);
    this.#goOn();
    this.#deps.onProgress();
  }

  #writeReply(id: number, frame: Uint8Array): void {
    if (frame.length <= MESSAGE_SIZE_MAX_BYTES) {
      this.#write(frame);
      return;
    }
    const message = `The reply has ${frame.length} bytes, ${MESSAGE_SIZE_MAX_BYTES} are allowed`;
    this.#writeFailure(id, new AppError("too-large", message));
  }

  #writeFailure(id: number, thrown: unknown): void {
    const error = AppError.from(thrown);
    if (error.code === "internal") {
      this.#deps.logger.log("error", "Answering a peer failed", { err: error.message });
    }
    this.#write(encodeFailure(id, { code: error.code, message: error.message }));
  }

  #write(frame: Uint8Array): void {
    if (this.isEnded) return;
    this.#bufferedBytes += frame.length;
    this.#stream.write(frame, () => {
      this.#bufferedBytes -= frame.length;
      this.#goOn();
    });
    this.#holdBack();
  }

  /** A caller that asks more than it reads, or than is answered, is not read from for the time being. */
  #holdBack(): void {
    if (this.#isBusy()) this.#stream.pause();
  }

  #goOn(): void {
    if (!this.isEnded && this.#stream.isPaused() && !this.#isBusy()) this.#stream.resume();
  }

  #isBusy(): boolean {
    return this.#working.size >= CALLS_OPEN_MAX || this.#bufferedBytes > BUFFER_SIZE_MAX_BYTES;
  }

  #refuse(why: string): void {
    if (this.isEnded) return;
    const caller = this.#caller?.from ?? this.#stream.getPeer();
    this.#deps.logger.log("warn", "Stream of a peer refused", { caller, why });
    // That is how grpc-js ends a stream with a status.
    this.#stream.emit("error", { code: status.FAILED_PRECONDITION, details: why });
    this.#onEnd();
  }
}
