/** Where express ends: it finds the route, everything from there on is ours. */
import { AppError, AssertionError, type Clock, type Logger, type Pacer } from "@tocsin/foundation";
import type { IncomingMessage, RequestListener } from "node:http";
import express from "express";
import { formatGoDuration } from "@tocsin/domain/duration";
import { failureFrom } from "./errors.ts";
import type { HttpMetrics } from "./http-metrics.ts";
import { LiveExchange } from "./live-exchange.ts";
import type { TenancyOptions } from "./options.ts";
import { stepsOfQuery } from "./regex-budget.ts";
import { sendProblem, sendRedirect } from "./reply.ts";
import type { Surface, SurfaceRoute } from "./surface.ts";
import { resolveTenant } from "./tenancy.ts";

/** What serving needs besides the surface. */
export interface ServeContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Those of all requests, see `Pace`. */
  readonly turns: Pacer;
  readonly tenancy: TenancyOptions;
  /** Undefined: requests are not measured. */
  readonly metrics: HttpMetrics | undefined;
  /** 0: for ever. */
  readonly requestTimeoutMs: number;
}

/** Makes a router of a surface, to be mounted. */
export function routerOf(surface: Surface, context: ServeContext): express.Router {
  const strict = !surface.slashAtEnd;
  const router = express.Router({ caseSensitive: true, mergeParams: true, strict });
  for (const route of surface.routes) {
    router.all(route.path, handlerOf({ surface, route }, context));
    if (strict && route.path !== "/") router.all(`${route.path}/`, redirectToPlain(route));
  }
  router.use(handlerOf({ surface, route: undefined }, context));
  return router;
}

/**
 * One route as express calls it. Also for a route that stands before everything else. Express gets no
 * promise to look after: what is thrown is answered here.
 */
export function handlerOf(target: ServeTarget, context: ServeContext): express.RequestHandler {
  return (req, res) => void answer(exchangeOf(req, res, context.turns), target, context);
}

/**
 * A route at a fixed path without express, which takes more time to find it than it takes to store an
 * alert. Nothing of express may be used in its handler: requests are what Node.js makes.
 */
export function directHandlerOf(
  path: string,
  target: ServeTarget,
  context: ServeContext,
): RequestListener {
  const found = { fullPath: path, path, params: {}, turns: context.turns };
  return (req, res) => void answer(new LiveExchange(req, res, found), target, context);
}

async function answer(
  exchange: LiveExchange,
  target: ServeTarget,
  context: ServeContext,
): Promise<void> {
  const { req, res } = exchange;
  const { surface, route } = target;
  if (route !== undefined) {
    const isServed = Object.hasOwn(route.methods, req.method ?? "");
    if (isServed || surface.measuresRefusals) measure(exchange, route.label, context);
  }
  // It comes once, and to listen for that only is work for nothing.
  res.on("close", () => {
    if (!res.writableFinished) exchange.gone();
  });
  const timer = startTimer(exchange, context);
  try {
    await serve(exchange, target, context);
  } catch (thrown) {
    fail(exchange, target.surface, { thrown, logger: context.logger });
  } finally {
    timer?.abort();
  }
}

/** A route of a surface; undefined is its "not found". */
export interface ServeTarget {
  readonly surface: Surface;
  readonly route: SurfaceRoute | undefined;
}

async function serve(
  exchange: LiveExchange,
  { surface, route }: ServeTarget,
  context: ServeContext,
): Promise<void> {
  if (surface.before(exchange, route)) return;
  if (route === undefined) return surface.notFound(exchange);
  const method = exchange.req.method ?? "";
  const handler = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
  if (handler === undefined) {
    return surface.methodNotAllowed(exchange, Object.keys(route.methods));
  }
  if (route.needsTenant) {
    const claim = { header: tenantHeader(exchange.req), path: exchange.params.tenant };
    const found = resolveTenant(claim, context.tenancy);
    if (!found.ok) return surface.noTenant(exchange, found);
    exchange.tenant = found.tenant;
  }
  if (surface.beforeHandler(exchange)) return;
  const turn = method === "GET" ? exchange.pace.compile(stepsOfQuery(exchange.query)) : undefined;
  // An answer that is made at once is not lost when what follows the request is none.
  if (turn !== undefined) await turn;
  await handler(exchange);
}

/** A half-sent answer cannot be taken back: the connection is cut, so that nobody takes it for whole. */
function fail(
  exchange: LiveExchange,
  surface: Surface,
  { thrown, logger }: { readonly thrown: unknown; readonly logger: Logger },
): void {
  const { res } = exchange;
  note(exchange, thrown, logger);
  if (res.headersSent) res.destroy();
  else surface.fail(exchange, thrown);
  if (!(thrown instanceof AssertionError)) return;
  // A broken assumption ends the process; the request has had its answer.
  queueMicrotask(() => {
    throw thrown;
  });
}

/** An answer of 500 tells the client nothing of the inside: the log must. */
function note(exchange: LiveExchange, thrown: unknown, logger: Logger): void {
  const path = exchange.fullPath;
  const err = String(thrown);
  const { status } = failureFrom(exchange, thrown);
  if (status === 500) {
    const at = thrown instanceof Error ? thrown.stack?.split("\n")[1]?.trim() : undefined;
    logger.log("error", "Request failed", { path, err, at });
  } else if (!(thrown instanceof AppError) && logger.enabled("debug")) {
    logger.log("debug", "Request refused", { path, err });
  }
}

function exchangeOf(req: express.Request, res: express.Response, turns?: Pacer): LiveExchange {
  const fullPath = req.originalUrl.split("?", 1)[0] ?? "/";
  const params = req.params as Readonly<Record<string, string | undefined>>;
  return new LiveExchange(req, res, { fullPath, path: req.path, params, turns });
}

/** Sends `/-/healthy/` to `/-/healthy`, but only for methods that are answered there. */
function redirectToPlain({ methods }: SurfaceRoute): express.RequestHandler {
  return (req, res, next) => {
    if (!Object.hasOwn(methods, req.method)) return next();
    const exchange = exchangeOf(req, res);
    const query = req.originalUrl.slice(exchange.fullPath.length);
    const location = `${exchange.fullPath.replace(/\/+$/, "")}${query}`;
    sendRedirect(exchange, req.method === "GET" ? 301 : 307, location);
  };
}

function measure(exchange: LiveExchange, handler: string, context: ServeContext): void {
  const { metrics } = context;
  if (metrics === undefined) return;
  const { req, res } = exchange;
  const startMs = context.clock.monotonicMs();
  res.on("close", () => {
    const durationMs = context.clock.monotonicMs() - startMs;
    const status = res.statusCode;
    const method = req.method ?? "";
    metrics.observe({ handler, method, status, durationMs, sizeBytes: exchange.sentBytes });
    if (!context.logger.enabled("debug")) return;
    const { fullPath: path, tenant } = exchange;
    context.logger.log("debug", "Request served", { method, path, tenant, status, durationMs });
  });
}

/** Upstream's `--web.timeout`: the answer is 503 when it has not begun by then. */
function startTimer(exchange: LiveExchange, context: ServeContext): AbortController | undefined {
  const { requestTimeoutMs } = context;
  if (requestTimeoutMs <= 0) return undefined;
  const done = new AbortController();
  const onTime = (): void => {
    const shown = formatGoDuration(BigInt(Math.round(requestTimeoutMs * 1e6)));
    const message = `Exceeded configured timeout of ${shown}.`;
    if (!exchange.res.headersSent) sendProblem(exchange, 503, message);
    exchange.abort(new AppError("deadline-exceeded", message));
  };
  void context.clock.sleep(requestTimeoutMs, done.signal).then(onTime, () => {});
  return done;
}

/** Of several the first counts, as in Go; Node.js joins them by commas, which no tenant's name has. */
function tenantHeader(req: IncomingMessage): string | undefined {
  const header = req.headers["x-scope-orgid"];
  if (typeof header !== "string") return header?.[0];
  return header.includes(",") ? req.headersDistinct["x-scope-orgid"]?.[0] : header;
}
