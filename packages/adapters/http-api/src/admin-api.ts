/** What only operators may see: a listener of its own, for nothing of it may be reached from a tenant's port. */
import type { RequestListener } from "node:http";
import type { InstanceApi } from "@tocsin/engine/api";
import type { Clock, Logger } from "@tocsin/foundation";
import express from "express";
import { Listener } from "./listener.ts";
import { sendJson } from "./reply.ts";
import { routerOf } from "./router.ts";
import type { Surface, SurfaceRoute } from "./surface.ts";
import { operationsManners } from "./surfaces/operations.ts";

export interface AdminApiDeps {
  readonly instance: InstanceApi;
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

/** Makes the operators' surface: `/admin/ring` and `/admin/status`. */
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

function adminSurface(instance: InstanceApi): Surface {
  const route = (path: string, read: () => unknown): SurfaceRoute => ({
    path,
    label: path,
    needsTenant: false,
    methods: { GET: (exchange) => sendJson(exchange, 200, read()) },
  });
  return {
    ...operationsManners,
    routes: [
      route("/admin/ring", () => ({ view: instance.status().view ?? null })),
      route("/admin/status", () => {
        const { id, incarnation, peers, tenantCount } = instance.status();
        return { id, incarnation, readiness: instance.readiness(), tenantCount, peers };
      }),
    ],
  };
}
