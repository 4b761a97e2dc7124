/**
 * One connection of one lane to one peer: it is made again whenever it is gone, and the calls on it.
 *
 * ```text
 *            call, ping, keep                welcome
 *   idle ───────────────────────▶ dialling ──────────▶ open
 *    ▲                              │  ▲                │ broke: all calls end, dial at once
 *    │ not kept                     │  └────────────────┘
 *    └──────────── waiting ◀────────┘ failed: all calls end, wait 100 ms, 200 ms … 1 s
 *                     └─ delay over; a call; the peer was heard ─▶ dialling
 * ```
 *
 * A dialling that takes long counts as failed, but may still succeed while the next ones are tried: the
 * first that does is taken. On a slow network one that is given up too soon never would, and after a cut a
 * new one gets through sooner.
 *
 * grpc-js' own reconnecting is not used: it hides a refused connection, which is news (the process is
 * gone), behind its back-off.
 */
import {
  encodeCallerFrame,
  encodeRequest,
  type AnswererFrame,
  type StringPool,
} from "@tocsin/codec";
import type { InstanceId } from "@tocsin/domain/model";
import type { Lane, PeerReply, Ping, RequestKind } from "@tocsin/engine/peer";
import type { PeerAddress } from "@tocsin/engine/ports";
import { AppError, type Clock } from "@tocsin/foundation";
import { Connection } from "./connection.ts";
import type { LaneMetrics } from "./rpc-metrics.ts";
import {
  BUFFER_SIZE_MAX_BYTES,
  CALLS_OPEN_MAX,
  MESSAGE_SIZE_MAX_BYTES,
  type ConverseMethod,
} from "./service.ts";
import { settling, type Settling } from "./settling.ts";

/** A peer that restarts should be found within 200 ms, and dialling the dead is cheap on a local network. */
const REDIAL_DELAY_MIN_MS = 100;
/** A peer that stays away is asked once a second: calls and its own hello bring that forward. */
const REDIAL_DELAY_MAX_MS = 1_000;
/** Room for the frame around a content. */
const FRAME_SIZE_MAX_BYTES = 64;

export interface LinkDeps {
  readonly clock: Clock;
  readonly metrics: LaneMetrics;
  readonly method: ConverseMethod;
  readonly pool: StringPool;
  readonly onOpened: (peer: InstanceId) => void;
  readonly onRefused: (peer: InstanceId) => void;
}

export interface LinkOptions {
  readonly self: InstanceId;
  readonly incarnation: number;
  readonly lane: Lane;
  readonly peer: PeerAddress;
}

interface OpenCall extends Settling<PeerReply> {
  readonly kind: RequestKind;
}

export class LaneLink {
  readonly #deps: LinkDeps;
  readonly #options: LinkOptions;
  readonly #calls = new Map<number, OpenCall>();
  /** Requests that wait for the welcome, by the number of their call. */
  readonly #unsent = new Map<number, Uint8Array>();
  #unsentBytes = 0;
  #lastId = 0;
  #connection: Connection | undefined;
  /** Given up for now, and not answered yet. */
  readonly #late = new Set<Connection>();
  /** While waiting: why the last connection failed, and when. */
  #failure: { readonly error: AppError; readonly atMs: number } | undefined;
  #failureCount = 0;
  #openedAtMs = 0;
  #wait: AbortController | undefined;
  #isKept = false;
  #isClosed = false;

  constructor(deps: LinkDeps, options: LinkOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** Calls that wait for an answer. */
  get callCount(): number {
    return this.#calls.size;
  }

  /** Monotonic: since when the present connection is open, or since when the last one was. */
  get openedAtMs(): number {
    return this.#openedAtMs;
  }

  /** Connects, and goes on doing so. */
  keep(): void {
    this.#isKept = true;
    if (this.#connection === undefined && this.#wait === undefined) this.#dial();
  }

  /** The peer runs, as it has just shown: if a connection is waited for, it is tried now. */
  retryNow(): void {
    if (this.#wait === undefined) return;
    this.#failureCount = 0;
    this.#dial();
  }

  /** The peer is silent: a connection that has had its time is replaced, unless it still may bring answers. */
  renew(): void {
    const ageMs = this.#deps.clock.monotonicMs() - this.#openedAtMs;
    if (!this.isOpen || ageMs < REDIAL_DELAY_MAX_MS) return;
    if (this.#options.lane === "data" && this.#calls.size > 0) return;
    this.#connection?.close("nothing is heard of it");
  }

  ping(ping: Ping): void {
    const connection = this.#connection;
    if (connection === undefined || !connection.isOpen || this.#isFull(0)) {
      this.#deps.metrics.pingsDropped.inc();
      if (connection === undefined && this.#wait === undefined) this.#dial();
      return;
    }
    this.#send(encodeCallerFrame({ kind: "ping", ping }));
  }

  /** Sends a request whose content is encoded. Rejections are those of `PeerTransport.call`. */
  call(kind: RequestKind, content: Uint8Array, signal: AbortSignal): Promise<PeerReply> {
    const refusal = this.#refusalOf(content.length);
    if (refusal !== undefined) return Promise.reject(refusal);
    const id = (this.#lastId += 1);
    const ends = settling<PeerReply>(signal, { onAbort: (reason) => this.#abandon(id, reason) });
    this.#calls.set(id, { ...ends, kind });
    const frame = encodeRequest(id, kind, content);
    if (this.isOpen) {
      this.#send(frame);
    } else {
      this.#unsent.set(id, frame);
      this.#unsentBytes += frame.length;
      if (this.#connection === undefined) this.#dial();
    }
    return ends.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#isKept = false;
    this.#wait?.abort();
    this.#wait = undefined;
    for (const one of [this.#connection, ...this.#late]) {
      one?.close("the connection is not wanted any more");
    }
  }

  /** Why a call cannot even be tried; undefined if it can. */
  #refusalOf(sizeBytes: number): AppError | undefined {
    const { peer } = this.#options;
    if (this.#isClosed) {
      return new AppError("unavailable", `Cannot call "${peer.id}": the transport is closed`);
    }
    if (sizeBytes + FRAME_SIZE_MAX_BYTES > MESSAGE_SIZE_MAX_BYTES) {
      const message = `Cannot call "${peer.id}": ${sizeBytes} bytes, ${MESSAGE_SIZE_MAX_BYTES} allowed`;
      return new AppError("too-large", message);
    }
    if (this.#calls.size >= CALLS_OPEN_MAX || this.#isFull(sizeBytes)) {
      this.#deps.metrics.overloaded.inc();
      const message = `Cannot call "${peer.id}": ${this.#calls.size} calls wait for it`;
      return new AppError("unavailable", message);
    }
    // The peer has just been tried: its answer stands for a moment, or a busy caller would dial all day.
    const failedAtMs = this.#failure?.atMs ?? Number.NEGATIVE_INFINITY;
    const sinceMs = this.#deps.clock.monotonicMs() - failedAtMs;
    const isFresh = this.#connection === undefined && sinceMs < REDIAL_DELAY_MIN_MS;
    return isFresh ? this.#failure?.error : undefined;
  }

  #isFull(moreBytes: number): boolean {
    const waiting = this.#unsentBytes + (this.#connection?.bufferedBytes ?? 0);
    return waiting > 0 && waiting + moreBytes > BUFFER_SIZE_MAX_BYTES;
  }

  #dial(): void {
    if (this.#isClosed) return;
    this.#wait?.abort();
    this.#wait = undefined;
    const { self, incarnation, lane, peer } = this.#options;
    const hello = { from: self, incarnation, to: peer.id, lane };
    const connection: Connection = new Connection(
      this.#deps,
      { address: peer.address, hello },
      {
        onOpen: () => this.#onOpen(connection),
        onLate: (error) => this.#onLate(connection, error),
        onFrame: (frame, sizeBytes) => this.#onFrame(frame, sizeBytes),
        onEnd: (error, wasOpen) => this.#onEnd(connection, error, wasOpen),
      },
    );
    this.#connection = connection;
  }

  #onOpen(connection: Connection): void {
    if (this.#late.has(connection) && this.isOpen) {
      connection.close("another was faster");
      return;
    }
    this.#late.delete(connection);
    this.#wait?.abort();
    this.#wait = undefined;
    const slower = this.#connection;
    this.#connection = connection;
    if (slower !== connection) slower?.close("another was faster");
    this.#deps.metrics.dialsOpened.inc();
    this.#deps.metrics.connected.inc();
    this.#failureCount = 0;
    this.#failure = undefined;
    this.#openedAtMs = this.#deps.clock.monotonicMs();
    const frames = [...this.#unsent.values()];
    this.#unsent.clear();
    this.#unsentBytes = 0;
    for (const frame of frames) this.#send(frame);
    this.#deps.onOpened(this.#options.peer.id);
  }

  #send(frame: Uint8Array): void {
    this.#deps.metrics.sentBytes.inc(frame.length);
    this.#connection?.send(frame);
  }

  #onFrame(frame: Exclude<AnswererFrame, { readonly kind: "welcome" }>, sizeBytes: number): void {
    this.#deps.metrics.receivedBytes.inc(sizeBytes);
    const call = this.#calls.get(frame.id);
    if (call === undefined) return; // Its caller has given up.
    this.#calls.delete(frame.id);
    if (frame.kind === "broken") call.reject(frame.error);
    else if (frame.kind === "failure") {
      call.reject(new AppError(frame.failure.code, frame.failure.message));
    } else if (frame.to === call.kind) call.resolve(frame.reply);
    else
      call.reject(new AppError("internal", `Asked for ${call.kind}, got the reply to ${frame.to}`));
  }

  #onLate(connection: Connection, error: AppError): void {
    this.#late.add(connection);
    this.#onEnd(connection, error, false);
  }

  #onEnd(connection: Connection, error: AppError, wasOpen: boolean): void {
    const { metrics, clock, onRefused } = this.#deps;
    if (connection !== this.#connection) {
      this.#late.delete(connection);
      return;
    }
    this.#connection = undefined;
    if (wasOpen) metrics.connected.inc(-1);
    else if (error.code === "unreachable") metrics.dialsRefused.inc();
    else metrics.dialsFailed.inc();
    if (!wasOpen) this.#failure = { error, atMs: clock.monotonicMs() };
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#unsent.clear();
    this.#unsentBytes = 0;
    // A connection that broke is dialled at once, so that a refusal is known at once as well; but not one
    // that broke as soon as it was open, or two that cannot agree would dial without end.
    const livedMs = wasOpen ? clock.monotonicMs() - this.#openedAtMs : 0;
    if (this.#isKept && livedMs >= REDIAL_DELAY_MIN_MS) this.#dial();
    else if (this.#isKept) void this.#waitAndDial();
    for (const call of calls) call.reject(error);
    if (error.code === "unreachable") onRefused(this.#options.peer.id);
  }

  async #waitAndDial(): Promise<void> {
    const wait = new AbortController();
    this.#wait = wait;
    const delayMs = Math.min(REDIAL_DELAY_MIN_MS * 2 ** this.#failureCount, REDIAL_DELAY_MAX_MS);
    this.#failureCount += 1;
    try {
      await this.#deps.clock.sleep(delayMs, wait.signal);
    } catch {
      return; // Dialled already, or closed.
    }
    // The same in the moment between the end of the sleep and here.
    if (this.#wait === wait) this.#dial();
  }

  #abandon(id: number, reason: unknown): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    const unsent = this.#unsent.get(id);
    if (unsent !== undefined) {
      this.#unsent.delete(id);
      this.#unsentBytes -= unsent.length;
    } else if (this.isOpen) {
      this.#send(encodeCallerFrame({ kind: "cancel", id }));
    }
    call.reject(reason);
  }
}
