import { MATCHER_WARNINGS, utf8Refusal } from "@tocsin/domain/config";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import type { MatcherReading } from "./query.ts";

const ERR_SIZE_MAX = 1_000;
/** Of one request. */
const WARNINGS_MAX = 10;

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

/** How the matchers of a request are read: what upstream warns of is written by the same rule. */
export function matcherNotes(context: ApiContext, exchange: Exchange): MatcherReading {
  const { deps, options } = context;
  const isShared = options.tenancy.enabled;
  let loggedCount = 0;
  return {
    mode: options.matcherMode,
    onWarning: (text, warning) => {
      loggedCount += 1;
      // A request may have thousands.
      if (loggedCount > WARNINGS_MAX) return;
      const input = text.slice(0, ERR_SIZE_MAX);
      deps.logger.log(isShared ? "debug" : "warn", MATCHER_WARNINGS[warning.kind], {
        input,
        origin: "api",
        ...(isShared && { tenant: exchange.tenant }),
        ...(warning.kind === "incompatible" && {
          err: utf8Refusal(text, warning.utf8Error).slice(0, ERR_SIZE_MAX),
          suggestion: warning.suggestion.slice(0, ERR_SIZE_MAX),
        }),
      });
    },
  };
}
