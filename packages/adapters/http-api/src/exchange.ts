import type { IncomingMessage, ServerResponse } from "node:http";
import type { TenantId } from "@tocsin/domain/model";
import type { Pace } from "./pace.ts";
import type { Query } from "./query-text.ts";

/** One request and its answer, as handlers see it: no framework. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The path as it was asked, with every prefix, without the query. */
  readonly fullPath: string;
  /** The path below the mount of the surface, with its leading slash. */
  readonly path: string;
  readonly query: Query;
  /** Decoded parts of the path by name. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** `anonymous` where a route has no tenant. */
  readonly tenant: TenantId;
  /** Fires when the client is gone or the request took too long. */
  readonly signal: AbortSignal;
  /** Long work goes through it. */
  readonly pace: Pace;
  /** Bytes of the answer's body so far, for the metrics. */
  sentBytes: number;
}

export type Handler = (exchange: Exchange) => Promise<void> | void;
