import { AppError } from "@tocsin/foundation";
import { Failure, reasonOf } from "../program/failure.ts";
import { type ApiAnswer, exchange, type Manner } from "./exchange.ts";
import { type Operation, refusalText } from "./operations.ts";

/** An answer that is no success. */
export class RefusedFailure extends Failure {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  readonly id?: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
}

/** For operations whose answer says nothing. */
export const IGNORED = (): void => {};

const API_PATH = "/api/v2";

/** The API of one Alertmanager. */
export class Connection {
  /** Without user and password. */
  readonly #url: URL;
  readonly #manner: Manner;
  readonly #signal: AbortSignal;

  constructor(url: URL, manner: Manner, signal: AbortSignal) {
    this.#url = url;
    this.#manner = manner;
    this.#signal = signal;
  }

  /**
   * Calls an operation and reads the JSON of its answer, undefined if it is empty. Rejects with
   * `RefusedFailure` for a status that is no success, with `Failure` when there is no answer or `read`
   * throws.
   */
  async call<T>(
    operation: Operation,
    read: (json: unknown) => T,
    { id = "", query, body }: Call = {},
  ): Promise<T> {
    const url = new URL(this.#url);
    const path = operation.path.replace("{silenceID}", encodeURIComponent(id));
    url.pathname = `${url.pathname.replace(/\/+$/, "")}${API_PATH}${path}`;
    url.search = query?.toString() ?? "";
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#exchange({ method: operation.method, url, body: text });
    const isSuccess = answer.status === 200;
    if (!isSuccess) {
      const said = parseJson(answer.body) ?? answer.body.trim();
      throw new RefusedFailure(refusalText(operation, answer.status, said), answer.status);
    }
    const json = answer.body.trim() === "" ? undefined : parseJson(answer.body);
    const name = `${operation.method} ${operation.path}`;
    if (json === undefined && answer.body.trim() !== "") {
      throw new Failure(
        `Cannot read the answer of ${name}: it is no JSON; ` +
          "check that --alertmanager.url leads to an Alertmanager",
      );
    }
    try {
      return read(json);
    } catch (error) {
      throw new Failure(`Cannot read the answer of ${name}: ${AppError.from(error).message}`);
    }
  }

  async #exchange(request: Parameters<typeof exchange>[0]): Promise<ApiAnswer> {
    try {
      return await exchange(request, this.#manner, this.#signal);
    } catch (error) {
      const where = `${request.method} ${JSON.stringify(request.url.href)}`;
      if (this.#signal.aborted) {
        throw new Failure(`Cannot finish ${where} in time: raise --timeout or look at the server`);
      }
      throw new Failure(
        `Cannot reach Alertmanager for ${where}: ${connectReason(error)}; check --alertmanager.url`,
      );
    }
  }
}

/** Several addresses that all failed make an error without a message of its own. */
function connectReason(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && "code" in first ? first.code : undefined;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ENOTFOUND") return "no such host";
  return reasonOf(first);
}

/** Undefined when it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
