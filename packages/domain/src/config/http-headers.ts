import { field, listOf, mapOf, secret, struct, textList } from "./schema/index.ts";
import type { Shape } from "./schema/index.ts";

/** Headers to add to requests, by their names as written. */
export type HttpHeaders = ReadonlyMap<string, HttpHeader>;

export interface HttpHeader {
  readonly values: readonly string[] | undefined;
  /** Secret. */
  readonly secrets: readonly string[] | undefined;
  readonly files: readonly string[] | undefined;
}

export const secretList: Shape<readonly string[] | undefined> = listOf(secret, "a list of texts");

/** An empty mapping is written as one, unlike other mappings. */
export const headersShape: Shape<HttpHeaders | undefined> = {
  ...mapOf(
    struct<HttpHeader>({
      values: field("values", textList),
      secrets: field("secrets", secretList),
      files: field("files", textList),
    }),
  ),
  isZero: (value) => value === undefined,
};

/** Headers that a request sets by itself, or that would break the connection. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  "Accept-Encoding",
  "Authorization",
  "Connection",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "Host",
  "Keep-Alive",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "User-Agent",
  "Www-Authenticate",
  "X-Amz-Content-Sha256",
  "X-Amz-Date",
  "X-Amz-Security-Token",
  "X-Prometheus-Remote-Read-Version",
  "X-Prometheus-Remote-Write-Version",
  "X-Prometheus-Scrape-Timeout-Seconds",
]);

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** The usual spelling of a header (`x-my-header` → `X-My-Header`); what is no header name stays. */
export function canonicalHeader(name: string): string {
  if (!TOKEN.test(name)) return name;
  return name.replace(
    /([^-])([^-]*)/g,
    (_, first: string, rest: string) => first.toUpperCase() + rest.toLowerCase(),
  );
}
