import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";

const ERR_SIZE_MAX = 1_000;

export interface Refusal {
  /** In upstream's words. */
  readonly message: string;
  readonly err?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * Writes what the API refused, as upstream does. With tenants it is for those who look for it only: a tenant
 * must not be able to fill the log of all.
 */
export function logRefusal(context: ApiContext, exchange: Exchange, refusal: Refusal): void {
  const { logger } = context.deps;
  const { message, err, fields } = refusal;
  const isShared = context.options.tenancy.enabled;
  logger.log(isShared ? "debug" : "error", message, {
    component: "api",
    version: "v2",
    path: exchange.fullPath,
    method: exchange.req.method ?? "",
    ...(isShared && { tenant: exchange.tenant }),
    ...(err === undefined ? undefined : { err: err.slice(0, ERR_SIZE_MAX) }),
    ...fields,
  });
}
