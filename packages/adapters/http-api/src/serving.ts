import type { RequestListener } from "node:http";

/** What is asked for: a handler each, as requests of HTTP/2 are of another kind. */
export interface Handlers {
  readonly http1: RequestListener;
  /** Called with requests and answers of HTTP/2 that are dressed up as those of HTTP/1. */
  readonly http2: RequestListener;
}

/** How far a server of any kind bears with its clients, by the names that Node.js has for it. */
export const SERVER_BOUNDS = {
  /** A filter with hundreds of names stands in the first line, which counts as a header. */
  maxHeaderSize: 131_072,
  /** A slow sender of headers or bodies holds a socket no longer than this. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Longer than a load balancer keeps its idle connections, so that it is never the server who is first. */
  keepAliveTimeout: 75_000,
} as const;

/** Lines of headers in one request, else 431. Servers have it as a property only. */
export const HEADER_COUNT_MAX = 5_000;
