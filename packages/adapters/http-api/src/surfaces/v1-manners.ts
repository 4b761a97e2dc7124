/** How API v1 answers besides its handlers, and its envelope. The configuration API speaks the same way. */
import { failureFrom, NOT_CONFIGURED, setFailureHeaders } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import {
  sendEmpty,
  sendJson,
  sendMethodNotAllowed,
  sendPageNotFound,
  sendProblem,
} from "../reply.ts";
import { JSON_LIST, sendSlices } from "../slices.ts";
import type { Surface, SurfaceRoute } from "../surface.ts";
import { upstreamWords } from "../upstream-words.ts";

/** A route of version 1. */
export function routeV1(
  path: string,
  methods: SurfaceRoute["methods"],
  label: string = `/api/v1${path}`,
): SurfaceRoute {
  return { path, label, needsTenant: true, methods };
}

/** Everything of a surface but its routes. */
export const v1Manners: Omit<Surface, "routes"> = {
  slashAtEnd: false,
  measuresRefusals: false,

  before(exchange) {
    if (exchange.req.method !== "OPTIONS") return false;
    setCors(exchange);
    sendEmpty(exchange, 200);
    return true;
  },

  beforeHandler(exchange) {
    setCors(exchange);
    return false;
  },

  methodNotAllowed: sendMethodNotAllowed,

  notFound: sendPageNotFound,

  noTenant(exchange, answer) {
    sendProblem(exchange, answer.status, answer.text);
  },

  fail(exchange, thrown) {
    const failure = failureFrom(exchange, thrown);
    if (failure.kind === "gone") return;
    setFailureHeaders(exchange, failure.status);
    const { status, message } = failure;
    if (status === 413 || message === NOT_CONFIGURED) return sendProblem(exchange, status, message);
    const errorType = status < 500 ? "bad_data" : "server_error";
    sendJson(exchange, status, {
      status: "error",
      errorType,
      error: rewordSilence(upstreamWords(message)),
    });
  },
};

function setCors({ res }: Exchange): void {
  res.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
  res.setHeader("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin");
  res.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  res.setHeader("Access-Control-Allow-Origin", "*");
  res.setHeader("Access-Control-Expose-Headers", "Date");
}

/** Sets of matchers came after version 1, and it begins the same problem the other way round. */
function rewordSilence(message: string): string {
  if (!message.startsWith("invalid silence: ")) return message;
  return message
    .replace("invalid silence: ", "silence invalid: ")
    .replace("matcher set 0: ", "")
    .replace(" in set 0:", ":");
}

/** Sends `data` in version 1's envelope. */
export function sendSuccess(exchange: Exchange, data?: unknown): void {
  sendJson(exchange, 200, data === undefined ? { status: "success" } : { status: "success", data });
}

/** Sends a list in version 1's envelope, in slices. */
export async function sendSuccessList(exchange: Exchange, parts: Iterable<string>): Promise<void> {
  await sendSlices(exchange, JSON_LIST, enveloped(parts));
}

function* enveloped(parts: Iterable<string>): Generator<string, void, undefined> {
  yield '{"status":"success","data":';
  yield* parts;
  yield "}";
}

/** Answers 400 as version 1 does. */
export function sendBadData(exchange: Exchange, error: string): void {
  sendJson(exchange, 400, { status: "error", errorType: "bad_data", error });
}
