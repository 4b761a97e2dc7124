/** The lists of alerts and of groups in parts: version 1 has them in its envelope. */
import { compareAlerts } from "@tocsin/domain/alert";
import { compareText } from "@tocsin/domain/model";
import { compareGroups, type AlertView } from "@tocsin/engine/tenant";
import { prepareAlerts, readTenant, type ApiContext } from "../context.ts";
import type { Exchange } from "../exchange.ts";
import { GROUPS } from "../list-kinds.ts";
import { listRequest, pageOf, withFields, type ListKind } from "../list-request.ts";
import { selectPaced, sortPaced } from "../pace.ts";
import {
  alertFilterParams,
  alertSelection,
  booleanParam,
  receiverFilter,
  type AlertFilter,
} from "../query.ts";
import { matcherNotes } from "../refusal-log.ts";
import { AlertPrinter, type ShownGroup } from "../views/alert-view.ts";
import { jsonList } from "../views/json-text.ts";

export interface AlertList {
  readonly filter: AlertFilter;
  readonly kind: ListKind<AlertView>;
  /** An alert as JSON. */
  readonly print: (view: AlertView) => string;
}

export async function alertParts(
  context: ApiContext,
  exchange: Exchange,
  { filter, kind, print }: AlertList,
): Promise<Iterable<string>> {
  const request = listRequest(exchange.query, kind);
  const read = await readTenant(context, exchange);
  await prepareAlerts(read, exchange);
  const { reader, nowMs, heard, receiverViews } = read;
  const receivers = await receiverFilter(filter, receiverViews(), exchange.pace);
  const wanted = await selectPaced(
    reader.alerts(nowMs, heard),
    alertSelection(filter, (view) => receivers.wantsAny(view.receivers)),
    exchange.pace,
  );
  const page = await pageOf(wanted, { request, kind, exchange });
  return jsonList(page.values().map((view) => withFields(print(view), { request, exchange })));
}

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
