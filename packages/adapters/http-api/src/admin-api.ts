/** What only operators may see: a listener of its own, for nothing of it may be reached from a tenant's port. */
import type { RequestListener } from "node:http";
import type { OperatorApi } from "@tocsin/engine/api";
import type { Clock, Logger } from "@tocsin/foundation";
import express from "express";
import { Listener } from "./listener.ts";
import { sendJson } from "./reply.ts";
import { routerOf } from "./router.ts";
import type { Exchange } from "./exchange.ts";
import type { Surface, SurfaceRoute } from "./surface.ts";
import { operationsManners } from "./surfaces/operations.ts";

export interface AdminApiDeps {
  readonly instance: OperatorApi;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AdminApi {
  readonly handler: RequestListener;
  /** Listens on `--admin.listen-address` and returns the address that was bound. */
  listen(address: string): Promise<string>;
  close(): Promise<void>;
}

const SHUTDOWN_TIMEOUT_MS = 1_000;

/**
 * Makes the operators' surface: `/admin/ring` (also under Cortex' path), `/admin/status`, `/admin/drain`, and
 * what a rollout operator asks before it removes an instance.
 */
export function createAdminApi(deps: AdminApiDeps): AdminApi {
  const { clock, logger } = deps;
  const tenancy = { enabled: false, default: undefined };
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  const serving = { clock, logger, tenancy, metrics: undefined, requestTimeoutMs: 0 };
  app.use(routerOf(adminSurface(deps.instance), serving));
  const handler: RequestListener = (req, res) => void app(req, res);
  const listener = new Listener(
    { http1: handler, http2: handler },
    { clock, logger, shutdownTimeoutMs: SHUTDOWN_TIMEOUT_MS, webConfigPath: undefined },
  );
  return {
    handler,
    listen: (address) => listener.listen(address),
    close: () => listener.close(),
  };
}

function adminSurface(instance: OperatorApi): Surface {
  const route = (path: string, methods: SurfaceRoute["methods"]): SurfaceRoute => {
    return { path, label: path, needsTenant: false, methods };
  };
  const get = (read: () => unknown): SurfaceRoute["methods"] => {
    return { GET: (exchange) => sendJson(exchange, 200, read()) };
  };
  const ring = (): unknown => ({
    view: instance.status().view ?? null,
    heartbeats: instance.heartbeats(),
  });
  const drain = (): unknown => ({ state: instance.drainState() });
  const beginDrain = (exchange: Exchange): void => {
    instance.drain();
    sendJson(exchange, 202, drain());
  };
  const status = (): unknown => {
    const { id, incarnation, peers, tenantCount } = instance.status();
    return { id, incarnation, readiness: instance.readiness(), tenantCount, peers };
  };
  const prepared = (exchange: Exchange): void => prepareShutdown(instance, exchange);
  return {
    ...operationsManners,
    routes: [
      route("/admin/ring", get(ring)),
      route("/multitenant_alertmanager/ring", get(ring)),
      route("/admin/status", get(status)),
      route("/admin/drain", { ...get(drain), POST: beginDrain }),
      route("/alertmanager/prepare-shutdown", { GET: prepared, POST: prepared, DELETE: prepared }),
    ],
  };
}

/**
 * Whether the next SIGTERM is for good makes no difference: each one hands everything over, and whoever
 * comes back takes its tenants again. So there is nothing to mark and nothing to take back.
 */
function prepareShutdown(instance: OperatorApi, exchange: Exchange): void {
  const readiness = instance.readiness();
  if (readiness.ready || instance.drainState() !== "serving") {
    sendJson(exchange, 200, { prepared: true });
  } else {
    sendJson(exchange, 503, { prepared: false, why: readiness.why });
  }
}
