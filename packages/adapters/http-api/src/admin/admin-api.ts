/** What only operators may see and do: a listener of its own, for nothing of it may be reached from a tenant's port. */
import type { RequestListener } from "node:http";
import type { OperatorApi } from "@tocsin/engine/api";
import type { Clock, Logger } from "@tocsin/foundation";
import express from "express";
import { requestTurns } from "../pace.ts";
import type { Handler } from "../exchange.ts";
import { Listener } from "../listener.ts";
import { sendJson } from "../reply.ts";
import { routerOf } from "../router.ts";
import type { Surface, SurfaceRoute } from "../surface.ts";
import { healthMethods, operationsManners } from "../surfaces/operations.ts";
import { drainMethods, prepareDownscaleMethods, prepareShutdownMethods } from "./departure.ts";
import { ringMethods } from "./ring-page.ts";
import {
  configMethods,
  runtimeConfigMethods,
  servicesMethods,
  type OperatorSettings,
} from "./settings-pages.ts";

export interface AdminApiDeps {
  readonly instance: OperatorApi;
  readonly settings: OperatorSettings;
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

/** Makes the operators' surface: ring, status, health, draining, and what a rollout operator asks. */
export function createAdminApi(deps: AdminApiDeps): AdminApi {
  const { clock, logger } = deps;
  const tenancy = { enabled: false, default: undefined };
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  const serving = {
    clock,
    logger,
    turns: requestTurns(),
    tenancy,
    metrics: undefined,
    requestTimeoutMs: 0,
  };
  app.use(routerOf(adminSurface(deps), serving));
  const handler: RequestListener = (req, res) => void app(req, res);
  const listener = new Listener(
    { http1: handler, http2: handler },
    { clock, logger, shutdownTimeoutMs: SHUTDOWN_TIMEOUT_MS, webConfig: undefined },
  );
  return {
    handler,
    listen: (address) => listener.listen(address),
    close: () => listener.close(),
  };
}

/** Each under our path and under those by which Cortex, Kubernetes and a rollout operator know it. */
function adminSurface({ instance, settings, clock }: AdminApiDeps): Surface {
  const methodsByPaths: readonly (readonly [readonly string[], SurfaceRoute["methods"]])[] = [
    [["/healthz", "/-/healthy"], healthMethods()],
    [["/ready", "/-/ready"], readinessMethods(instance)],
    [["/admin/ring", "/multitenant_alertmanager/ring"], ringMethods(instance)],
    [["/admin/status", "/multitenant_alertmanager/status"], { GET: statusHandler(instance) }],
    [["/services"], servicesMethods(instance)],
    [["/config"], configMethods(settings)],
    [["/runtime_config"], runtimeConfigMethods(settings)],
    [["/admin/drain"], drainMethods(instance)],
    [["/alertmanager/prepare-shutdown"], prepareShutdownMethods(instance)],
    [["/alertmanager/prepare-delayed-downscale"], prepareDownscaleMethods(clock)],
  ];
  return {
    ...operationsManners,
    routes: methodsByPaths.flatMap(([paths, methods]) =>
      paths.map((path) => ({ path, label: path, needsTenant: false, methods })),
    ),
  };
}

function statusHandler(instance: OperatorApi): Handler {
  return (exchange) => {
    const { id, incarnation, state, peers, tenantCount } = instance.status();
    const readiness = instance.readiness();
    sendJson(exchange, 200, { id, incarnation, state, readiness, tenantCount, peers });
  };
}

/** As the tenants' port tells it, by the status, and for programs in words. */
function readinessMethods(instance: OperatorApi): SurfaceRoute["methods"] {
  const send: Handler = (exchange) => {
    const readiness = instance.readiness();
    const reasons = readiness.ready ? [] : [readiness.why];
    const { state } = instance.status();
    sendJson(exchange, readiness.ready ? 200 : 503, { ready: readiness.ready, state, reasons });
  };
  return { GET: send, HEAD: send };
}
