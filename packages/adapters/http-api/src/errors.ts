/** What an error becomes: one place decides the status and the words, each surface gives them its form. */
import { AppError } from "@tocsin/foundation";
import { DecodeProblem, LimitProblem, SyntaxProblem } from "./decode/json.ts";
import { NameProblem, SchemaProblem } from "./decode/alerts.ts";
import { readLastBody } from "./last-body.ts";
import type { Exchange } from "./exchange.ts";

export type Failure =
  /** The body is not what it should be. */
  | { readonly kind: "decode"; readonly status: 400; readonly message: string }
  /** The body breaks the schema of API v2. */
  | {
      readonly kind: "schema";
      readonly status: 422;
      readonly code: number;
      readonly message: string;
    }
  | { readonly kind: "app"; readonly status: number; readonly message: string }
  /** The client is gone: there is nobody to tell. */
  | { readonly kind: "gone"; readonly status: 499 };

/** Said to whoever asks for a tenant that has no configuration and no fallback, in the words of Cortex. */
export const NOT_CONFIGURED = "the Alertmanager is not configured";

/** Makes something to answer of whatever was thrown. An unexpected error says nothing of the inside. */
export function failureFrom(exchange: Exchange, thrown: unknown): Failure {
  if (
    thrown instanceof DecodeProblem ||
    thrown instanceof NameProblem ||
    thrown instanceof LimitProblem ||
    thrown instanceof SyntaxProblem
  ) {
    return { kind: "decode", status: 400, message: thrown.message };
  }
  if (thrown instanceof SchemaProblem) {
    return { kind: "schema", status: 422, code: thrown.code, message: thrown.message };
  }
  if (exchange.res.destroyed) return { kind: "gone", status: 499 };
  if (thrown instanceof AppError) {
    // It may tell of bytes that are no UTF-8, which an answer cannot hold.
    return { kind: "app", status: thrown.httpStatus, message: thrown.message.toWellFormed() };
  }
  if (thrown instanceof PreconditionError) {
    return { kind: "app", status: 412, message: thrown.message };
  }
  const error = AppError.from(thrown);
  const message = error.code === "internal" ? "internal error" : error.message;
  return { kind: "app", status: error.httpStatus, message };
}

/** `If-Match` names a version that somebody has replaced meanwhile. */
export class PreconditionError extends Error {
  override readonly name = "PreconditionError";
}

/**
 * Headers that belong to a status whatever the surface. A 503 ends the connection: a proxy or a client
 * with a pool then asks another instance, and what waits behind it in the socket is not read too late.
 */
export function setFailureHeaders(exchange: Exchange, status: number): void {
  const { req, res } = exchange;
  const endsConnection = status === 503 && req.method !== "GET";
  // HTTP/2 has no such header: there a stream ends alone.
  if (endsConnection && req.httpVersionMajor === 1) {
    res.setHeader("Connection", "close");
    readLastBody(req);
  }
  if (status === 503) res.setHeader("Retry-After", "1");
}
