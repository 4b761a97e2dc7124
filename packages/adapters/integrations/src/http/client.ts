/**
 * Requests to receivers, as `http_config` says: credentials, TLS, redirects. Mirrors what Alertmanager
 * does through Go's client (`notify/util.go`, prometheus/common `config/http_config.go`), with two
 * differences: configured credentials and headers do not follow a redirect to another origin, and no
 * error shows the URL, whose path is a secret with most receivers.
 */
import type { HttpConfig, TlsConfig } from "@tocsin/domain/config";
import type { NotifyResult } from "@tocsin/engine/ports";
import { AppError, rejectOnAbort } from "@tocsin/foundation";
import { refused, retried } from "../failure.ts";
import type { Attempt, IntegrationDeps } from "../integration.ts";
import { findPemFault } from "./check-client.ts";
import { configuredHeaders, urlAuthorization, type Headers } from "./credentials.ts";
import { exchange, type Answer, type ExchangeOutcome, type Line } from "./exchange.ts";
import { onceEach } from "./secrets.ts";
import { redirectOf, targetOf, type Target } from "./target.ts";
import { PLAIN_TRANSPORT, transportOf, type TransportSettings } from "./transport.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  /** Lower-case names. `user-agent` is set already. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** An answer of the receiver, whatever its status, or why there is none. */
export type HttpOutcome = Answer | { readonly kind: "none"; readonly result: NotifyResult };

/** Of one attempt, redirects followed. */
const REQUESTS_MAX = 10;
const HEADERS_OF_BODY: readonly string[] = ["content-type", "content-encoding"];

/** What is wanted of an integration's surroundings for that. */
export type HttpDeps = Pick<IntegrationDeps, "agents" | "readSecret" | "version">;

type HttpAttempt = Pick<Attempt, "fence" | "signal">;

/** Sends one request, redirects followed. Rejects only with the signal's reason. */
export async function sendHttp(
  deps: HttpDeps,
  attempt: HttpAttempt,
  message: { readonly request: HttpRequest; readonly config: HttpConfig | undefined },
): Promise<HttpOutcome> {
  const { request, config } = message;
  const prefix = `${capitalised(request.method)} "<redacted>": `;
  const first = targetOf(request.url);
  if (!first.ok) return none(retried(prefix + first.error));
  // Files that hang outlast the attempt.
  const prepared = await Promise.race([prepare(deps, config), rejectOnAbort(attempt.signal)]);
  if (prepared.kind === "none") return withPrefix(prefix, prepared);
  const outcome = await follow(
    { ...prepared, first: first.target, request, config },
    deps,
    attempt,
  );
  return outcome.kind === "answered" ? outcome : withPrefix(prefix, outcome);
}

interface Prepared {
  readonly kind: "prepared";
  readonly line: Line;
  readonly headers: Headers;
}

interface Journey extends Prepared {
  readonly first: Target;
  readonly request: HttpRequest;
  readonly config: HttpConfig | undefined;
}

async function prepare(
  deps: HttpDeps,
  config: HttpConfig | undefined,
): Promise<Prepared | { readonly kind: "none"; readonly result: NotifyResult }> {
  if (config === undefined) {
    return { kind: "prepared", line: deps.agents.lineFor(PLAIN_TRANSPORT), headers: {} };
  }
  const unsupported = unsupportedField(config);
  if (unsupported !== undefined) return none(refused(`"${unsupported}" is not supported`));
  try {
    const headers = await configuredHeaders(config, deps.readSecret);
    const transport = await transportFor(deps, config.tlsConfig);
    return { kind: "prepared", line: deps.agents.lineFor(transport), headers };
  } catch (error) {
    const { code, message } = AppError.from(error);
    return none(code === "unprocessable" ? refused(message) : retried(message));
  }
}

/** Looks at what the files have now before anything is made of it: a key may take minutes to be parsed. */
async function transportFor(deps: HttpDeps, tls: TlsConfig): Promise<TransportSettings> {
  const read = onceEach(deps.readSecret);
  const transport = await transportOf(tls, read);
  if (deps.agents.has(transport)) return transport;
  const fault = await findPemFault(tls, read);
  if (fault !== undefined) throw new AppError("unavailable", fault.words);
  return transport;
}

/** The first field that is not built yet. */
export function unsupportedField(config: HttpConfig): string | undefined {
  if (config.oauth2 !== undefined) return "oauth2";
  if (config.proxyUrl !== undefined && config.proxyUrl !== "") return "proxy_url";
  if (config.proxyFromEnvironment) return "proxy_from_environment";
  return undefined;
}

async function follow(
  journey: Journey,
  deps: HttpDeps,
  attempt: HttpAttempt,
): Promise<HttpOutcome> {
  let target = journey.first;
  let request = journey.request;
  for (let count = 1; ; count += 1) {
    const { url, path } = target;
    const own = url.origin === journey.first.url.origin ? journey.headers : {};
    const outcome = await exchange(
      journey.line,
      {
        origin: url.origin,
        path,
        method: request.method,
        headers: headersFor(deps, { url, request, own }),
        body: request.body,
      },
      attempt,
    );
    if (outcome.kind !== "answered") return none(resultOf(outcome));
    if (journey.config?.followRedirects === false) return outcome;
    const { status, headers } = outcome;
    const next = redirectOf({ status, location: headers["location"] }, url);
    if (next === undefined) return outcome;
    if (!next.ok) return none(retried(next.error));
    if (count === REQUESTS_MAX) return none(retried(`stopped after ${REQUESTS_MAX} redirects`));
    if (status < 307) request = withoutBody(request);
    target = next.target;
  }
}

function headersFor(
  deps: HttpDeps,
  hop: { readonly url: URL; readonly request: HttpRequest; readonly own: Headers },
): Headers {
  const authorization = urlAuthorization(hop.url);
  return {
    "user-agent": `Alertmanager/${deps.version}`,
    ...hop.request.headers,
    ...hop.own,
    ...(authorization === undefined ? {} : { authorization }),
  };
}

/** 301, 302 and 303 make a GET of anything. */
function withoutBody(request: HttpRequest): HttpRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !HEADERS_OF_BODY.includes(name));
  return { ...request, method: "GET", headers: Object.fromEntries(kept), body: undefined };
}

function resultOf(outcome: Exclude<ExchangeOutcome, Answer>): NotifyResult {
  return outcome.kind === "broken" ? retried(outcome.error) : outcome;
}

function none(result: NotifyResult): { readonly kind: "none"; readonly result: NotifyResult } {
  return { kind: "none", result };
}

function withPrefix(
  prefix: string,
  outcome: { readonly kind: "none"; readonly result: NotifyResult },
): HttpOutcome {
  const { result } = outcome;
  return "error" in result ? none({ ...result, error: prefix + result.error }) : outcome;
}

function capitalised(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}
