/** What operators and their machines ask of an instance: `httpserver/` and `app/` of Alertmanager 0.34. */
import type { InstanceApi } from "@tocsin/engine/api";
import { AppError } from "@tocsin/foundation";
import type { ApiContext } from "../context.ts";
import { failureFrom } from "../errors.ts";
import type { Exchange, Handler } from "../exchange.ts";
import { escapeHtml } from "../html.ts";
import {
  sendEmpty,
  sendHead,
  sendMethodNotAllowed,
  sendPageNotFound,
  sendProblem,
  sendRedirect,
  sendText,
  setAllow,
  TEXT,
} from "../reply.ts";
import { sendSlices } from "../slices.ts";
import type { Surface, SurfaceRoute } from "../surface.ts";

/** The surface that is mounted at the route prefix itself. */
export function operationsSurface(context: ApiContext): Surface {
  return {
    ...operationsManners,
    routes: [
      instanceRoute("/", { GET: (exchange) => sendWelcome(context, exchange) }),
      // There is no user interface yet: nothing is there, but it is known what could be.
      instanceRoute("/favicon.ico", { GET: sendPageNotFound }),
      { ...instanceRoute("/assets/{*path}", { GET: sendPageNotFound }), label: "/assets/*path" },
      instanceRoute("/-/healthy", healthMethods()),
      instanceRoute("/-/ready", readyMethods(context.deps.instance)),
      instanceRoute("/-/reload", { POST: (exchange) => reload(context, exchange) }),
      instanceRoute("/metrics", { GET: (exchange) => sendMetrics(context, exchange) }),
    ],
  };
}

/** What is at `/` when there is a route prefix. */
export function entranceSurface(routePrefix: string): Surface {
  const enter: Handler = (exchange) => sendRedirect(exchange, 302, routePrefix);
  return { ...operationsManners, routes: [instanceRoute("/", { GET: enter })] };
}

function instanceRoute(path: string, methods: SurfaceRoute["methods"]): SurfaceRoute {
  return { path, label: path, needsTenant: false, methods };
}

export const operationsManners: Omit<Surface, "routes"> = {
  slashAtEnd: false,
  measuresRefusals: false,

  before(exchange, route) {
    if (exchange.req.method !== "OPTIONS" || route === undefined) return false;
    setAllow(exchange, Object.keys(route.methods));
    sendEmpty(exchange, 200);
    return true;
  },

  beforeHandler: () => false,

  methodNotAllowed: sendMethodNotAllowed,

  notFound: sendPageNotFound,

  noTenant(exchange, answer) {
    sendProblem(exchange, answer.status, answer.text);
  },

  fail(exchange, thrown) {
    const failure = failureFrom(exchange, thrown);
    if (failure.kind !== "gone") sendProblem(exchange, failure.status, failure.message);
  },
};

function sendOk(exchange: Exchange): void {
  if (exchange.req.method === "HEAD") return sendHead(exchange, 200);
  sendText(exchange, 200, { type: TEXT, text: "OK" });
}

/** Whether the process answers at all. */
export function healthMethods(): SurfaceRoute["methods"] {
  return { GET: sendOk, HEAD: sendOk };
}

/** Whether it should be sent requests, and what it waits for if not. */
export function readyMethods(instance: Pick<InstanceApi, "readiness">): SurfaceRoute["methods"] {
  const send: Handler = (exchange) => {
    const readiness = instance.readiness();
    if (readiness.ready) sendOk(exchange);
    else sendProblem(exchange, 503, `Not ready: ${readiness.why}`);
  };
  return { GET: send, HEAD: send };
}

async function reload(context: ApiContext, exchange: Exchange): Promise<void> {
  try {
    await context.deps.instance.reload();
    sendEmpty(exchange, 200);
  } catch (thrown) {
    sendProblem(exchange, 500, `failed to reload config: ${AppError.from(thrown).message}`);
  }
}

async function sendMetrics(context: ApiContext, exchange: Exchange): Promise<void> {
  const { metricsPage } = context.deps;
  await sendSlices(
    exchange,
    { type: metricsPage.contentType, isTagged: false },
    metricsPage.chunks(),
  );
}

/** A page for people until there is a better one: what can be asked here. */
function sendWelcome(context: ApiContext, exchange: Exchange): void {
  const { externalUrl, routePrefix, versionInfo } = context.options;
  const paths = ["/api/v2/status", "/api/v2/alerts", "/api/v2/silences", "/-/ready", "/metrics"];
  const links = paths.map((path) => {
    const href = escapeHtml(`${routePrefix}${path}`);
    return `<li><a href="${href}">${href}</a></li>`;
  });
  const text =
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Tocsin</title></head>\n` +
    `<body><h1>Tocsin</h1><p>Version ${escapeHtml(versionInfo.ownVersion)}, which answers as ` +
    `Alertmanager ${escapeHtml(versionInfo.version)}, at ` +
    `${escapeHtml(externalUrl)}</p><ul>${links.join("")}</ul></body></html>\n`;
  sendText(exchange, 200, { type: "text/html; charset=utf-8", text });
}
