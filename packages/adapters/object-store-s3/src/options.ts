import { AppError } from "@tocsin/foundation";

/** Where the bucket is, from `--state.store`. Credentials come from the environment's usual chain. */
export interface S3Options {
  readonly bucket: string;
  /** Set before every key; empty or ends in "/". */
  readonly prefix: string;
  /** Undefined: Amazon's own for the region. */
  readonly endpoint: string | undefined;
  /** Undefined: from the environment (`AWS_REGION`, the shared configuration file). */
  readonly region: string | undefined;
  /** The bucket in the path and not in the host name. Default: true with an endpoint. */
  readonly pathStyle: boolean;
  /** The longest that one attempt may take. Default 10 s. */
  readonly attemptTimeoutMs: number;
  /** The longest that a call may take, with all its attempts. Default 30 s. */
  readonly callTimeoutMs: number;
  /** Attempts at one request, the first included. Default 3. */
  readonly attemptsMax: number;
}

const ATTEMPT_TIMEOUT_MS = 10_000;
const CALL_TIMEOUT_MS = 30_000;
const ATTEMPTS_MAX = 3;
const PARAMETERS: readonly string[] = ["endpoint", "region", "pathStyle"];

/**
 * Reads `s3://bucket[/prefix][?endpoint=…&region=…&pathStyle=true]`. Throws `invalid-argument`; secrets
 * have no place in the URL, and one that carries a user or password is refused without repeating it.
 */
export function parseS3Url(text: string): S3Options {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "s3:") throw refused('it does not start with "s3://"');
  if (url.username !== "" || url.password !== "") {
    throw refused("credentials are taken from the environment, not from the URL");
  }
  if (url.hostname === "" || url.port !== "") throw refused("the bucket is missing");
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) throw refused(`parameter "${name}" is unknown`);
  }
  const endpoint = endpointOf(url.searchParams.get("endpoint"));
  return {
    bucket: url.hostname,
    prefix: prefixOf(url.pathname),
    endpoint,
    region: url.searchParams.get("region") ?? undefined,
    pathStyle: pathStyleOf(url.searchParams.get("pathStyle")) ?? endpoint !== undefined,
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    callTimeoutMs: CALL_TIMEOUT_MS,
    attemptsMax: ATTEMPTS_MAX,
  };
}

function endpointOf(text: string | null): string | undefined {
  if (text === null) return undefined;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw refused("the endpoint is not an http or https URL");
  }
  if (url.username !== "" || url.password !== "") {
    throw refused("credentials are taken from the environment, not from the endpoint");
  }
  return url.href.replace(/\/$/, "");
}

function prefixOf(pathname: string): string {
  const trimmed = pathname.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? "" : `${trimmed}/`;
}

function pathStyleOf(text: string | null): boolean | undefined {
  if (text === null) return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw refused('"pathStyle" is neither "true" nor "false"');
}

function refused(why: string): AppError {
  return new AppError(
    "invalid-argument",
    `Cannot use the S3 URL of the state store (--state.store): ${why}`,
  );
}
