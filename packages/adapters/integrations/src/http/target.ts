/**
 * Where requests go, and how that stands in their first line: as Go's client writes it, which keeps dots in
 * a path and an apostrophe in a query (`net/url`, `net/http/client.go`).
 */
import { formatGoUrl, parseGoUrl } from "@tocsin/domain/config";

export interface Target {
  /** Whom to connect to, and its credentials. */
  readonly url: URL;
  /** Path and query for the first line. */
  readonly path: string;
}

export type TargetResult =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly error: string };

/** The target of a configured address. */
export function targetOf(text: string): TargetResult {
  const url = URL.parse(text);
  if (url === null || !isHttp(url)) {
    return unsupported(/^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? "");
  }
  const parsed = parseGoUrl(text);
  if (!parsed.ok) return { ok: true, target: { url, path: url.pathname + url.search } };
  const { path, query } = parsed.url;
  return { ok: true, target: { url, path: (path || "/") + searchOf(url, query) } };
}

/**
 * Where an answer sends the request on; undefined when it does not. Go takes out dots there. `location` is as
 * Node.js has headers: each character is a byte.
 */
export function redirectOf(
  { status, location = "" }: { readonly status: number; readonly location: string | undefined },
  from: URL,
): TargetResult | undefined {
  if (location === "" || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const parsed = parseGoUrl(Buffer.from(location, "latin1").toString());
  const url = parsed.ok ? URL.parse(formatGoUrl(parsed.url), from) : null;
  if (!parsed.ok || url === null) return { ok: false, error: "failed to parse Location header" };
  if (!isHttp(url)) return unsupported(url.protocol.slice(0, -1));
  return { ok: true, target: { url, path: url.pathname + searchOf(url, parsed.url.query) } };
}

/** As it is written, if it can stand in a first line. */
function searchOf(url: URL, query: string | undefined): string {
  return query !== undefined && /^[!-~]*$/.test(query) ? `?${query}` : url.search;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

function unsupported(scheme: string): TargetResult {
  return { ok: false, error: `unsupported protocol scheme "${scheme}"` };
}
