/** The API v1 as Alertmanager served it until 0.26, on the data of the tenant as it is. */
import type { AlertView } from "@tocsin/engine/tenant";
import { readTenant, type ApiContext } from "../context.ts";
import type { Exchange, Handler } from "../exchange.ts";
import { ALERTS_V1 } from "../list-kinds.ts";
import { strictAlertFilterParams } from "../query.ts";
import type { Surface } from "../surface.ts";
import { AlertPrinter } from "../views/alert-view.ts";
import { statusV1 } from "../views/status-view.ts";
import { alertParts, groupParts } from "./alert-lists.ts";
import { postAlerts } from "./post-alerts.ts";
import { routeV1, sendBadData, sendSuccess, sendSuccessList, v1Manners } from "./v1-manners.ts";
import { silenceRoutesV1 } from "./v1-silences.ts";

/** The surface that is mounted at `/api/v1`. */
export function v1Surface(context: ApiContext): Surface {
  const groups: Handler = (exchange) => getGroups(context, exchange);
  return {
    ...v1Manners,
    routes: [
      routeV1("/alerts", {
        GET: (exchange) => getAlerts(context, exchange),
        POST: (exchange) => postAlertsV1(context, exchange),
      }),
      // Version 1 never had groups: this is ours, under both names that are asked for.
      routeV1("/alerts/groups", { GET: groups }),
      routeV1("/alerts/group", { GET: groups }),
      routeV1("/status", { GET: (exchange) => getStatus(context, exchange) }),
      routeV1("/receivers", { GET: (exchange) => getReceivers(context, exchange) }),
      ...silenceRoutesV1(context),
    ],
  };
}

async function postAlertsV1(context: ApiContext, exchange: Exchange): Promise<void> {
  const outcome = await postAlerts(context, exchange, "v1");
  if (outcome.kind === "empty") return sendBadData(exchange, "EOF");
  if (outcome.errors.length > 0) return sendBadData(exchange, outcome.errors.join("; "));
  sendSuccess(exchange);
}

async function getAlerts(context: ApiContext, exchange: Exchange): Promise<void> {
  const filter = strictAlertFilterParams(exchange.query);
  const printer = new AlertPrinter();
  const list = { filter, kind: ALERTS_V1, print: (view: AlertView) => printer.v1(view) };
  await sendSuccessList(exchange, await alertParts(context, exchange, list));
}

async function getGroups(context: ApiContext, exchange: Exchange): Promise<void> {
  await sendSuccessList(exchange, await groupParts(context, exchange));
}

async function getStatus(context: ApiContext, exchange: Exchange): Promise<void> {
  const read = await readTenant(context, exchange);
  const configText = await read.configText();
  const { versionInfo, startedAtMs } = context.options;
  const cluster = context.deps.cluster();
  sendSuccess(exchange, statusV1({ configText, cluster, versionInfo, startedAtMs }));
}

async function getReceivers(context: ApiContext, exchange: Exchange): Promise<void> {
  const { receiverViews } = await readTenant(context, exchange);
  sendSuccess(
    exchange,
    receiverViews().map(({ name }) => name),
  );
}
