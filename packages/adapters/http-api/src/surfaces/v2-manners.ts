/** How API v2 answers when it is not a handler's turn: go-openapi's words, CORS, content types. */
import { quoteGo, textFromBytes } from "@tocsin/domain/text";
import { failureFrom, setFailureHeaders, type Failure } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { readMediaType } from "../media-type.ts";
import { sendEmpty, sendJson, sendJsonLine, sendProblem } from "../reply.ts";
import { JSON_LIST, sendSlices } from "../slices.ts";
import type { Surface } from "../surface.ts";
import { upstreamWords } from "../upstream-words.ts";

export const v2Manners: Omit<Surface, "routes"> = {
  slashAtEnd: true,
  measuresRefusals: true,

  before(exchange) {
    const { req, res } = exchange;
    if (req.method === "OPTIONS" && isPreflight(exchange)) {
      answerPreflight(exchange);
      return true;
    }
    res.setHeader("Cache-Control", "no-store");
    res.setHeader("Vary", "Origin");
    if (req.headers.origin !== undefined && ALLOWED_METHODS.includes(req.method ?? "")) {
      res.setHeader("Access-Control-Allow-Origin", "*");
    }
    return false;
  },

  beforeHandler(exchange) {
    return refusesContent(exchange) || (exchange.req.method !== "POST" && refusesAccept(exchange));
  },

  methodNotAllowed(exchange, allowed) {
    const { method } = exchange.req;
    exchange.res.setHeader("Allow", allowed.join(","));
    const message = `method ${method} is not allowed, but [${allowed.join(",")}] are`;
    sendJson(exchange, 405, { code: 405, message });
  },

  notFound(exchange) {
    const message = `path /api/v2${exchange.path} was not found`;
    sendJson(exchange, 404, { code: 404, message });
  },

  noTenant(exchange, answer) {
    sendProblem(exchange, answer.status, answer.text);
  },

  fail(exchange, thrown) {
    const failure = failureFrom(exchange, thrown);
    setFailureHeaders(exchange, failure.status);
    sendFailure(exchange, failure);
  },
};

/** Sends a list, with the newline by which Go's encoder ends it. */
export async function sendListV2(exchange: Exchange, parts: Iterable<string>): Promise<void> {
  await sendSlices(exchange, JSON_LIST, endedByNewline(parts));
}

function* endedByNewline(parts: Iterable<string>): Generator<string, void, undefined> {
  yield* parts;
  yield "\n";
}

function sendFailure(exchange: Exchange, failure: Failure): void {
  if (failure.kind === "gone") return;
  const { status, message } = failure;
  if (failure.kind === "decode") {
    const subject = exchange.path.startsWith("/silence") ? "silence" : "alerts";
    const text = `parsing ${subject} body from "" failed, because ${message}`;
    sendJson(exchange, 400, { code: 400, message: text });
  } else if (failure.kind === "schema") {
    sendJson(exchange, 422, { code: failure.code, message });
  } else if (status === 400 || status === 422 || status === 429) {
    sendJsonLine(exchange, status, upstreamWords(message));
  } else {
    sendProblem(exchange, status, message);
  }
}

/** A body must say that it is JSON, also one that nobody will read; go-openapi looks at nothing else first. */
function refusesContent(exchange: Exchange): boolean {
  const { headers } = exchange.req;
  const hasBody =
    Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
  if (!hasBody) return false;
  const given = headers["content-type"] ?? "";
  // What nearly every sender says needs no reading.
  if (given === "application/json") return false;
  const read = readMediaType(given === "" ? "application/octet-stream" : given);
  if (!read.ok) {
    const shown = quoteGo(textFromBytes(Buffer.from(given, "latin1")));
    const message = `parsing Content-Type header from ${shown} failed, because ${read.reason}`;
    sendJson(exchange, 400, { code: 400, message });
  } else if (read.type === "application/json") {
    return false;
  } else if (read.type.startsWith("*/") || read.type === "application/*") {
    sendJson(exchange, 500, { code: 500, message: `no consumer registered for ${read.type}` });
  } else {
    const message = `unsupported media type "${read.type}", only [application/json] are allowed`;
    sendJson(exchange, 415, { code: 415, message });
  }
  return true;
}

function refusesAccept(exchange: Exchange): boolean {
  const { accept } = exchange.req.headers;
  // An empty one is there, and takes nothing.
  if (accept === undefined || accept.split(",").some(takesJson)) return false;
  const message = "unsupported media type requested, only [application/json] are available";
  sendJson(exchange, 406, { code: 406, message });
  return true;
}

function takesJson(range: string): boolean {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  if (parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) return false;
  return type === "*/*" || type === "application/*" || type === "application/json";
}

/** OPTIONS may always ask. */
const ALLOWED_METHODS: readonly string[] = ["GET", "POST", "HEAD", "OPTIONS"];
const ALLOWED_HEADERS: readonly string[] = ["accept", "content-type", "x-requested-with"];
const PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

function isPreflight({ req }: Exchange): boolean {
  const method = req.headers["access-control-request-method"];
  return req.headers.origin !== undefined && method !== undefined && method !== "";
}

/** As the library that upstream uses (`rs/cors`): always 204, with permission only if all is allowed. */
function answerPreflight(exchange: Exchange): void {
  const { req, res } = exchange;
  const method = req.headers["access-control-request-method"] ?? "";
  const headers = req.headers["access-control-request-headers"] ?? "";
  res.setHeader("Vary", PREFLIGHT_VARY);
  const names = headers.split(",").map((name) => name.trim());
  const areAllowed = headers === "" || names.every((name) => ALLOWED_HEADERS.includes(name));
  if (ALLOWED_METHODS.includes(method) && areAllowed) {
    res.setHeader("Access-Control-Allow-Origin", "*");
    res.setHeader("Access-Control-Allow-Methods", method);
    if (headers !== "") res.setHeader("Access-Control-Allow-Headers", headers);
  }
  sendEmpty(exchange, 204);
}

/** Behind Cortex' distributor other methods than those of a route are not passed on, but HEAD is. */
export const cortexV2Manners: Omit<Surface, "routes"> = {
  ...v2Manners,
  methodNotAllowed(exchange, allowed) {
    if (exchange.req.method === "HEAD") return v2Manners.methodNotAllowed(exchange, allowed);
    sendProblem(exchange, 404, "route not supported by distributor");
  },
};
