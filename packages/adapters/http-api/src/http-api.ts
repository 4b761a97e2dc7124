import { posix } from "node:path";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import express from "express";
import type { InstanceApi } from "@tocsin/engine/api";
import type { ApiContext } from "./context.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { readLastBody } from "./last-body.ts";
import { LiveExchange } from "./live-exchange.ts";
import { Listener } from "./listener.ts";
import type { Handlers } from "./serving.ts";
import { speakHttp2 } from "./speak-http2.ts";
import { DEFAULT_GET_CONCURRENCY, type HttpApiOptions } from "./options.ts";
import type { HttpApiDeps } from "./ports.ts";
import { refuseRequest } from "./odd-requests.ts";
import { requestTurns } from "./pace.ts";
import { sendProblem, sendRedirect } from "./reply.ts";
import { readTarget } from "./request-target.ts";
import {
  directHandlerOf,
  handlerOf,
  routerOf,
  type ServeContext,
  type ServeTarget,
} from "./router.ts";
import { configRoute } from "./surfaces/config.ts";
import { cortexSurface } from "./surfaces/cortex.ts";
import { entranceSurface, operationsManners, operationsSurface } from "./surfaces/operations.ts";
import { v1Surface } from "./surfaces/v1.ts";
import { cortexV2Manners } from "./surfaces/v2-manners.ts";
import { v2Surface } from "./surfaces/v2.ts";
import type { Surface } from "./surface.ts";
import { WebConfigFile } from "./web-config/web-config-file.ts";

/** The HTTP surface for tenants and operators. */
export interface HttpApi {
  /** For a server that somebody else has. */
  readonly handler: RequestListener;
  /** Listens on `host:port`, on one after another if called again, and returns the address that was bound. */
  listen(address: string): Promise<string>;
  /** What was opened last speaks TLS. */
  readonly speaksTls: boolean;
  /** Lets requests under way finish, up to `shutdownTimeoutMs`. */
  close(): Promise<void>;
}

/** Makes the surface. Nothing is opened before `listen`. */
export function createHttpApi(deps: HttpApiDeps, options: HttpApiOptions): HttpApi {
  const metrics = new HttpMetrics(deps.registry);
  const { clock, logger } = deps;
  const { tenancy, requestTimeoutMs, shutdownTimeoutMs } = options;
  const turns = requestTurns();
  const serving: ServeContext = { clock, logger, turns, tenancy, metrics, requestTimeoutMs };
  const context: ApiContext = { deps, options, metrics };
  const posts = directPosts(context, serving);
  const handlerOfApp = (app: express.Express): RequestListener => {
    return (req, res) => {
      if (!isPlainlyChunked(req)) {
        readLastBody(req);
        return refuseRequest(res, 501);
      }
      const direct = req.method === "POST" ? posts.get(req.url ?? "") : undefined;
      if (direct !== undefined) return direct(req, res);
      const target = readTarget(req.url ?? "");
      if (target === undefined) return refuseRequest(res);
      if (target === "*") return answerForServer(req, res);
      req.url = target;
      app(req, res);
    };
  };
  const handlers: Handlers = {
    http1: keepingAlive(deps.instance, handlerOfApp(createApp(context, serving))),
    http2: handlerOfApp(speakHttp2(createApp(context, serving))),
  };
  const { webConfigPath: path } = options;
  const webConfig = path === undefined ? undefined : new WebConfigFile(path, deps.readWebFile);
  const listener = new Listener(handlers, { clock, logger, shutdownTimeoutMs, webConfig });
  return {
    handler: handlers.http1,
    listen: (address) => listener.listen(address),
    get speaksTls() {
      return listener.speaksTls;
    },
    close: () => listener.close(),
  };
}

/**
 * That a connection is kept goes without saying in HTTP/1.1, and Alertmanager does not say it. Whoever leaves
 * closes each behind its answer: clients then ask somebody else before nobody is here any more.
 */
function keepingAlive(instance: InstanceApi, handler: RequestListener): RequestListener {
  return (req, res) => {
    if (instance.drainState() !== "serving") res.shouldKeepAlive = false;
    else if (req.httpVersion === "1.1" && res.shouldKeepAlive) res.removeHeader("Connection");
    handler(req, res);
  };
}

/** False when the body is packed besides, which nobody here unpacks; as Go's server has it. */
function isPlainlyChunked({ headers }: IncomingMessage): boolean {
  return (headers["transfer-encoding"] ?? "chunked").toLowerCase() === "chunked";
}

/** `*` is the server itself, of which only the options may be asked. */
function answerForServer(req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(req.method === "OPTIONS" ? 200 : 400, { "Content-Length": 0 });
  res.end();
}

interface Mount {
  readonly path: string;
  readonly surface: Surface;
}

function createApp(context: ApiContext, serving: ServeContext): express.Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  app.enable("case sensitive routing");
  app.enable("strict routing");
  const { routePrefix, tenancy } = context.options;
  const prefix = literally(routePrefix);
  const bases = tenancy.enabled ? ["", "/t/:tenant"] : [""];
  const mounts = mountsOf(context);
  // What Prometheus sends all the time is looked for before anything else.
  for (const base of bases) {
    for (const [path, target] of alertPosts(mounts)) {
      app.post(`${prefix}${base}${path}`, handlerOf(target, serving));
    }
  }
  app.use(limitGets(context), cleanPath);
  for (const base of bases) {
    for (const { path, surface } of mounts)
      mount(app, `${prefix}${base}${path}`, { surface, serving });
  }
  const operations = operationsSurface(context);
  app.use(mendCase(routePrefix, operations));
  if (routePrefix !== "") {
    const surface = entranceSurface(routePrefix);
    const [route] = surface.routes;
    app.all("/", handlerOf({ surface, route }, serving));
    app.all(prefix, handlerOf({ surface, route: undefined }, serving));
  }
  app.use(prefix === "" ? "/" : prefix, routerOf(operations, serving));
  app.use(handlerOf({ surface: { ...operationsManners, routes: [] }, route: undefined }, serving));
  app.use(answerThrown);
  return app;
}

/**
 * Sends `/-/Healthy`, and a route prefix without its slash, to the path as it is written, as upstream's
 * router does. It looks at what operators ask for only.
 */
function mendCase(routePrefix: string, { routes }: Surface): express.RequestHandler {
  const byLowerCase = new Map(
    routes.map(({ path, methods }) => {
      const written = `${routePrefix}${path}`;
      return [withoutSlash(written.toLowerCase()), { written, methods }];
    }),
  );
  return (req, res, next) => {
    const { fullPath } = plainExchange(req, res);
    const found = byLowerCase.get(withoutSlash(fullPath.toLowerCase()));
    const isServed = found !== undefined && Object.hasOwn(found.methods, req.method);
    if (!isServed || found.written === fullPath) return next();
    const location = `${found.written}${req.originalUrl.slice(fullPath.length)}`;
    sendRedirect(plainExchange(req, res), req.method === "GET" ? 301 : 307, location);
  };
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, "");
}

/** A path in which no character means anything to express. */
function literally(path: string): string {
  return path.replace(/[{}()[\]+?!:*\\]/g, "\\$&");
}

/** Where alerts are sent to when nothing but the path says so: by their whole URL, past express. */
function directPosts(
  context: ApiContext,
  serving: ServeContext,
): ReadonlyMap<string, RequestListener> {
  const { routePrefix } = context.options;
  return new Map(
    alertPosts(mountsOf(context)).map(([path, target]) => {
      const url = `${routePrefix}${path}`;
      return [url, directHandlerOf(url, target, serving)];
    }),
  );
}

/** The routes that take alerts, by path. */
function alertPosts(mounts: readonly Mount[]): readonly (readonly [string, ServeTarget])[] {
  return mounts.flatMap(({ path, surface }) =>
    surface.routes
      .filter((route) => route.path === "/alerts" && route.methods.POST !== undefined)
      .map((route) => [`${path}/alerts`, { surface, route }] as const),
  );
}

/** In the order in which they are tried: a longer path before the one that it begins with. */
function mountsOf(context: ApiContext): readonly Mount[] {
  const v1 = v1Surface(context);
  const v2 = v2Surface(context);
  return [
    { path: "/api/v2", surface: v2 },
    { path: "/api/v1", surface: { ...v1, routes: [...v1.routes, configRoute(context)] } },
    { path: "/cortex/alertmanager/api/v2", surface: { ...v2, ...cortexV2Manners } },
    { path: "/cortex/alertmanager/api/v1", surface: v1 },
    { path: "/cortex", surface: cortexSurface(context) },
  ];
}

function mount(
  app: express.Express,
  path: string,
  { surface, serving }: { readonly surface: Surface; readonly serving: ServeContext },
): void {
  if (surface.slashAtEnd) {
    // Go's mux sends a bare subtree to the one with a slash.
    app.all(path, (req, res) => {
      const exchange = plainExchange(req, res);
      sendRedirect(
        exchange,
        307,
        `${exchange.fullPath}/${req.originalUrl.slice(exchange.fullPath.length)}`,
      );
    });
  }
  app.use(path, routerOf(surface, serving));
}

/** Bounds the GET requests at once, of all tenants and paths together, as upstream does. */
function limitGets({ metrics, options }: ApiContext): express.RequestHandler {
  const countMax = options.getConcurrency > 0 ? options.getConcurrency : DEFAULT_GET_CONCURRENCY;
  return (req, res, next) => {
    if (req.method !== "GET") return next();
    if (metrics.inFlight.value >= countMax) {
      metrics.limitExceeded.inc();
      const text = `Limit of concurrent GET requests reached (${countMax}), try again later.\n`;
      return sendProblem(plainExchange(req, res), 503, text);
    }
    metrics.inFlight.inc();
    res.once("close", () => metrics.inFlight.inc(-1));
    next();
  };
}

/** Sends `//a/./b/../c` to `/a/c`, as Go's mux does, but for CONNECT, whose target is no path. */
function cleanPath(req: express.Request, res: express.Response, next: express.NextFunction): void {
  const path = req.originalUrl.split("?", 1)[0] ?? "/";
  const clean = posix.normalize(path);
  if (clean === path || !path.startsWith("/") || req.method === "CONNECT") return next();
  sendRedirect(plainExchange(req, res), 307, `${clean}${req.originalUrl.slice(path.length)}`);
}

/**
 * Express calls this with what is thrown before a route is found, which nothing should. It takes a function
 * for this only when it declares four parameters.
 */
// oxlint-disable-next-line max-params -- the number is what express looks at
function answerThrown(
  _thrown: unknown,
  req: express.Request,
  res: express.Response,
  _next: express.NextFunction,
): void {
  if (res.headersSent) res.destroy();
  else sendProblem(plainExchange(req, res), 500, "internal error");
}

function plainExchange(req: express.Request, res: express.Response): LiveExchange {
  const fullPath = req.originalUrl.split("?", 1)[0] ?? "/";
  return new LiveExchange(req, res, { fullPath, path: fullPath, params: {} });
}
