import type { IncomingMessage, ServerResponse } from "node:http";
import type { TenantId } from "@tocsin/domain/model";
import { AppError, type Pacer } from "@tocsin/foundation";
import type { Exchange } from "./exchange.ts";
import { Pace, requestTurns } from "./pace.ts";
import { parseQuery, type Query } from "./query-text.ts";
import { ANONYMOUS } from "./tenancy.ts";

/** Where a request was found to go. */
export interface ExchangeTarget {
  readonly fullPath: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Those of all requests; without it the answer is short. */
  readonly turns?: Pacer | undefined;
}

/** An exchange under way. What only some handlers need is made when it is asked for. */
export class LiveExchange implements Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly fullPath: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  tenant: TenantId = ANONYMOUS;
  sentBytes = 0;
  readonly #turns: Pacer | undefined;
  #pace: Pace | undefined;
  #query: Query | undefined;
  #abort: AbortController | undefined;

  constructor(req: IncomingMessage, res: ServerResponse, target: ExchangeTarget) {
    this.req = req;
    this.res = res;
    this.fullPath = target.fullPath;
    this.path = target.path;
    this.params = target.params;
    this.#turns = target.turns;
  }

  get pace(): Pace {
    this.#pace ??= new Pace(this.#turns ?? requestTurns());
    return this.#pace;
  }

  get query(): Query {
    const url = this.req.url ?? "";
    const at = url.indexOf("?");
    this.#query ??= parseQuery(at < 0 ? "" : url.slice(at + 1));
    return this.#query;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.res.destroyed) this.gone();
    }
    return this.#abort.signal;
  }

  /** The client is gone before it had its answer. */
  gone(): void {
    this.abort(new AppError("aborted", "Cannot answer: the client is gone"));
  }

  /** Stops what is being done for this request. */
  abort(reason: AppError): void {
    this.#abort?.abort(reason);
  }
}
