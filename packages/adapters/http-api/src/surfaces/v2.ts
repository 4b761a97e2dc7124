/** The API v2 of Alertmanager 0.34: `api/v2/api.go` and what go-openapi makes of its specification. */
import type { ApiContext } from "../context.ts";
import { prepareAlerts, readTenant } from "../context.ts";
import type { Exchange } from "../exchange.ts";
import {
  alertFilterParams,
  alertSelection,
  booleanParam,
  matcherParams,
  receiverFilter,
  selectReceivers,
} from "../query.ts";
import { sendEmpty, sendJson, sendJsonLine } from "../reply.ts";
import { ALERTS_V2, GROUPS } from "../list-kinds.ts";
import { listRequest, pageOf, withFields } from "../list-request.ts";
import { selectPaced, sortPaced } from "../pace.ts";
import type { Surface, SurfaceRoute } from "../surface.ts";
import { AlertPrinter, type ShownGroup } from "../views/alert-view.ts";
import { jsonList } from "../views/json-text.ts";
import { statusV2 } from "../views/status-view.ts";
import { compareGroups } from "@tocsin/engine/tenant";
import { compareAlerts } from "@tocsin/domain/alert";
import { compareText } from "@tocsin/domain/model";
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
  const request = listRequest(exchange.query, ALERTS_V2);
  const read = await readTenant(context, exchange);
  await prepareAlerts(read, exchange);
  const { reader, nowMs, heard, receiverViews } = read;
  const receivers = await receiverFilter(filter, receiverViews(), exchange.pace);
  const { pace } = exchange;
  const wanted = await selectPaced(
    reader.alerts(nowMs, heard),
    alertSelection(filter, (view) => receivers.wantsAny(view.receivers)),
    pace,
  );
  const printer = new AlertPrinter();
  const page = await pageOf(wanted, { request, kind: ALERTS_V2, exchange });
  const shown = page.values().map((view) => withFields(printer.v2(view), { request, exchange }));
  await sendListV2(exchange, jsonList(shown));
}

async function getGroups(context: ApiContext, exchange: Exchange): Promise<void> {
  await sendListV2(exchange, await groupParts(context, exchange));
}

/** The list of groups in parts; version 1 has it in its envelope. */
export async function groupParts(
  context: ApiContext,
  exchange: Exchange,
): Promise<Iterable<string>> {
  const { query } = exchange;
  const filter = alertFilterParams(query, matcherNotes(context, exchange));
  const showMuted = booleanParam(query, "muted");
  const request = listRequest(query, GROUPS);
  const read = await readTenant(context, exchange);
  await prepareAlerts(read, exchange);
  const { reader, nowMs, heard, receiverViews } = read;
  const receivers = await receiverFilter(filter, receiverViews(), exchange.pace);
  const printer = new AlertPrinter((all) =>
    // As in upstream: by name, and only those whose groups are asked for.
    all.filter((name) => receivers.wants(name)).sort(compareText),
  );
  const selection = alertSelection(filter);
  const { pace } = exchange;
  const wanted: ShownGroup[] = [];
  for (const group of reader.groups(nowMs, heard)) {
    await pace.item();
    if (!receivers.wants(group.receiver)) continue;
    if (!showMuted && group.mutedBy.length > 0) continue;
    const selected = await selectPaced(group.alerts(), selection, pace);
    if (selected.length === 0) continue;
    const alerts = await sortPaced(selected, (a, b) => compareAlerts(a.record, b.record), pace);
    wanted.push({ group, alerts });
  }
  const sorted = await sortPaced(wanted, (a, b) => compareGroups(a.group, b.group), pace);
  const page = await pageOf(sorted, { request, kind: GROUPS, exchange });
  return printer.groupList(page, request.fields);
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
