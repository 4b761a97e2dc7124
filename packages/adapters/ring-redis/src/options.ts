import { AppError } from "@tocsin/foundation";

/** Where Redis is and under which names the ring lies there; from `--ring.store`. */
export interface RedisRingOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Set before every key. Default `tocsin:`. */
  readonly prefix: string;
  /** The longest that one call may take, connecting included. Default 1 s, less than a heartbeat's age. */
  readonly callTimeoutMs: number;
}

const PORT = 6379;
const PREFIX = "tocsin:";
const CALL_TIMEOUT_MS = 1_000;

/**
 * Reads `redis://[user:pass@]host[:port][/db][?prefix=tocsin:]`; `rediss:` is the same over TLS. Throws
 * `invalid-argument`, whose message never repeats the URL: it may carry a password.
 */
export function parseRedisUrl(text: string): RedisRingOptions {
  const url = URL.parse(text);
  if (url === null) throw refused("not a URL");
  if (url.protocol !== "redis:" && url.protocol !== "rediss:") {
    throw refused(`scheme "${url.protocol.slice(0, -1)}" is neither "redis" nor "rediss"`);
  }
  if (url.hostname === "") throw refused("the host is missing");
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? PORT : Number(url.port),
    tls: url.protocol === "rediss:",
    username: decoded(url.username, "user"),
    password: decoded(url.password, "password"),
    database: databaseOf(url.pathname),
    prefix: prefixOf(url.searchParams),
    callTimeoutMs: CALL_TIMEOUT_MS,
  };
}

/** The address without user and password, for messages. */
export function describeRedis(options: RedisRingOptions): string {
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return `${options.tls ? "rediss" : "redis"}://${host}:${options.port}/${options.database}`;
}

function databaseOf(pathname: string): number {
  if (pathname === "" || pathname === "/") return 0;
  if (!/^\/\d{1,5}$/.test(pathname)) throw refused("the path is not a database number");
  return Number(pathname.slice(1));
}

function prefixOf(query: URLSearchParams): string {
  for (const name of query.keys()) {
    if (name !== "prefix") throw refused(`parameter "${name}" is unknown`);
  }
  return query.get("prefix") ?? PREFIX;
}

function decoded(text: string, what: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(`the ${what} is not percent-encoded UTF-8`);
  }
}

function refused(why: string): AppError {
  return new AppError(
    "invalid-argument",
    `Cannot use the Redis URL of the ring store (--ring.store): ${why}`,
  );
}
