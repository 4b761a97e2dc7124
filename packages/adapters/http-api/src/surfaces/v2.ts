/** The API v2 of Alertmanager 0.34: `api/v2/api.go` and what go-openapi makes of its specification. */
import type { ApiContext } from "../context.ts";
import { readTenant } from "../context.ts";
import type { Exchange } from "../exchange.ts";
import { alertFilterParams, matcherParams, selectReceivers } from "../query.ts";
import { sendEmpty, sendJson, sendJsonLine } from "../reply.ts";
import { ALERTS_V2 } from "../list-kinds.ts";
import type { Surface, SurfaceRoute } from "../surface.ts";
import { AlertPrinter } from "../views/alert-view.ts";
import { statusV2 } from "../views/status-view.ts";
import type { AlertView } from "@tocsin/engine/tenant";
import { alertParts, groupParts } from "./alert-lists.ts";
import { sendListV2, v2Manners } from "./v2-manners.ts";
import { logRefusal, matcherNotes } from "../refusal-log.ts";
import { postAlerts } from "./post-alerts.ts";
import { silenceRoutesV2 } from "./v2-silences.ts";

/** The surface that is mounted at `/api/v2`. */
export function v2Surface(context: ApiContext): Surface {
  const get = (path: string, handler: (exchange: Exchange) => Promise<void>): SurfaceRoute => ({
    path,
    label: `/api/v2${path}`,
    needsTenant: true,
    methods: { GET: handler },
  });
  const alerts: SurfaceRoute = {
    ...get("/alerts", (exchange) => getAlerts(context, exchange)),
    methods: {
      GET: (exchange) => getAlerts(context, exchange),
      POST: (exchange) => postAlertsV2(context, exchange),
    },
  };
  return {
    ...v2Manners,
    routes: [
      alerts,
      get("/alerts/groups", (exchange) => getGroups(context, exchange)),
      get("/status", (exchange) => getStatus(context, exchange)),
      get("/receivers", (exchange) => getReceivers(context, exchange)),
      ...silenceRoutesV2(context),
    ],
  };
}

async function postAlertsV2(context: ApiContext, exchange: Exchange): Promise<void> {
  const outcome = await postAlerts(context, exchange, "v2");
  if (outcome.kind === "empty") {
    sendJson(exchange, 422, { code: 602, message: "alerts in body is required" });
  } else if (outcome.errors.length > 0) {
    const err = outcome.errors.join("\n");
    logRefusal(context, exchange, { message: "Failed to validate alerts", err });
    sendJsonLine(exchange, 400, err);
  } else {
    sendEmpty(exchange, 200);
  }
}

async function getAlerts(context: ApiContext, exchange: Exchange): Promise<void> {
  const filter = alertFilterParams(exchange.query, matcherNotes(context, exchange));
  const printer = new AlertPrinter();
  const list = { filter, kind: ALERTS_V2, print: (view: AlertView) => printer.v2(view) };
  await sendListV2(exchange, await alertParts(context, exchange, list));
}

async function getGroups(context: ApiContext, exchange: Exchange): Promise<void> {
  await sendListV2(exchange, await groupParts(context, exchange));
}

async function getStatus(context: ApiContext, exchange: Exchange): Promise<void> {
  const read = await readTenant(context, exchange);
  const configText = await read.configText();
  const { versionInfo, startedAtMs } = context.options;
  const cluster = context.deps.cluster();
  sendJsonLine(exchange, 200, statusV2({ configText, cluster, versionInfo, startedAtMs }));
}

async function getReceivers(context: ApiContext, exchange: Exchange): Promise<void> {
  const matchers = matcherParams(exchange.query, {
    name: "receiver_matchers",
    ...matcherNotes(context, exchange),
    prefix: "failed to parse receiver_matchers param: ",
  });
  const { receiverViews } = await readTenant(context, exchange);
  sendJsonLine(exchange, 200, await selectReceivers(receiverViews(), matchers, exchange.pace));
}
