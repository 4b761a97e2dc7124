/**
 * One request and its answer on a connection of a pool, with the fence of PROTOCOL 7.3.
 *
 * undici calls `onRequestStart` when a connection (with TLS, if any) is there and it is this request's
 * turn, and writes the first byte in the same turn of the event loop when that returns. So the fence is
 * asked there, and a throw from there is a request that was never written; the connection lives on.
 *
 * With the head of an answer its status is known. What follows is read for a moment, and then the connection
 * is closed; that changes no outcome.
 *
 * ```text
 *   waiting ──fence yes──▶ written ──2xx, or body ended or cut──▶ answered
 *      │  └──fence no──▶ fenced      └──broken, cut──▶ broken
 *      └──no connection──▶ unreachable
 * ```
 */
import type { Dispatcher } from "undici";
import type { AnswerBodies } from "./answer-bodies.ts";
import { connectionProblem } from "./connection-problem.ts";

/** What carries a request. */
export interface Line {
  readonly dispatcher: Dispatcher;
  readonly bodies: AnswerBodies;
}

export interface ExchangeRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array | undefined;
}

export interface Answer {
  readonly kind: "answered";
  readonly status: number;
  /** Lower-case names; of a header that came twice, both values joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its beginning if it is long or slow; empty if it broke off, or with a 2xx. */
  readonly body: string;
}

export type ExchangeOutcome =
  | Answer
  /** The fence said no: nothing was written. */
  | { readonly kind: "fenced" }
  /** No connection came about: nothing was written. */
  | { readonly kind: "unreachable"; readonly error: string }
  /** It broke after the first byte: nobody knows what the receiver got. */
  | { readonly kind: "broken"; readonly error: string };

/** More of an answer than anybody reads in a log line. */
const BODY_SIZE_MAX_BYTES = 64 * 1024;

/**
 * Resolves with what became of the request; rejects only with the signal's reason. A signal that comes when
 * the status is known ends the reading of the body, and the status counts.
 */
export function exchange(
  line: Line,
  request: ExchangeRequest,
  guard: { readonly fence: () => boolean; readonly signal: AbortSignal },
): Promise<ExchangeOutcome> {
  guard.signal.throwIfAborted();
  const handler = new ExchangeHandler(line.bodies, guard);
  const { origin, path, method, headers } = request;
  line.dispatcher.dispatch({ origin, path, method, headers, body: request.body ?? null }, handler);
  return handler.outcome;
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<ExchangeOutcome>;
  readonly #bodies: AnswerBodies;
  readonly #fence: () => boolean;
  readonly #signal: AbortSignal;
  readonly #settled = Promise.withResolvers<ExchangeOutcome>();
  readonly #onAbort = (): void => this.#abort();
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #isFenced = false;
  #isWritten = false;
  #hasEnded = false;
  #endLimit = (): void => {};
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor(
    bodies: AnswerBodies,
    guard: { readonly fence: () => boolean; readonly signal: AbortSignal },
  ) {
    this.#bodies = bodies;
    this.#fence = guard.fence;
    this.#signal = guard.signal;
    this.outcome = this.#settled.promise;
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isSettled) throw new Error("it was given up while it waited for a connection");
    if (!this.#fence()) {
      this.#isFenced = true;
      throw new Error("the fence said no");
    }
    this.#controller = controller;
    this.#isWritten = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return; // Only says that the answer is still to come.
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = String(value);
    }
    if (status < 300) this.#settle(this.#answer(""));
    // Most bodies come with their head and have been read when this turn is over.
    queueMicrotask(() => this.#limitBody());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isSettled) this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes < BODY_SIZE_MAX_BYTES) return;
    this.#settle(this.#answer(this.#bodyText()));
    controller.abort(new Error("the answer is too long"));
  }

  onResponseEnd(): void {
    this.#end();
    this.#settle(this.#answer(this.#bodyText()));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#end();
    this.#settle(this.#failure(error));
  }

  #limitBody(): void {
    if (this.#hasEnded) return;
    this.#endLimit = this.#bodies.limit(this.#isSettled, () => {
      this.#settle(this.#answer(this.#bodyText()));
      this.#controller?.abort(new Error("the answer does not end"));
    });
  }

  #end(): void {
    this.#hasEnded = true;
    this.#endLimit();
  }

  #failure(error: Error): ExchangeOutcome {
    if (this.#isFenced) return { kind: "fenced" };
    if (!this.#isWritten) return { kind: "unreachable", error: connectionProblem(error) };
    // The status is known: that the rest was cut does not change it.
    if (this.#status !== 0) return this.#answer("");
    return { kind: "broken", error: connectionProblem(error) };
  }

  #answer(body: string): Answer {
    return { kind: "answered", status: this.#status, headers: this.#headers, body };
  }

  #bodyText(): string {
    return Buffer.concat(this.#chunks).subarray(0, BODY_SIZE_MAX_BYTES).toString();
  }

  #abort(): void {
    if (this.#status !== 0) this.#settle(this.#answer(this.#bodyText()));
    this.#isSettled = true;
    this.#settled.reject(this.#signal.reason); // It has no effect on what is settled.
    this.#controller?.abort(new Error("it was given up"));
  }

  #settle(outcome: ExchangeOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#settled.resolve(outcome);
  }
}
