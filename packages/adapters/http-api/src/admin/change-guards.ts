import type { IncomingMessage } from "node:http";
import { AppError } from "@tocsin/foundation";

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}

/**
 * A receiver that a tenant configures may have the address of this very port, and every notification has
 * a body. So what changes something takes none: throws `invalid-argument`.
 */
export function assertNoNotification(req: IncomingMessage): void {
  assertOwnPage(req);
  if (!hasBody(req)) return;
  throw new AppError(
    "invalid-argument",
    "This path takes no body, so that no notification acts here",
  );
}

/**
 * A page of another site that an operator's browser shows may send forms to this port. Browsers say so, and
 * programs say nothing: throws `permission-denied`.
 */
export function assertOwnPage({ headers }: IncomingMessage): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return;
  throw new AppError("permission-denied", "A page of another site may change nothing here");
}
