import { AppError } from "@tocsin/foundation";
import type { ReadResult } from "@tocsin/engine/api";
import { NOT_CONFIGURED } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpMetrics } from "./http-metrics.ts";
import type { HttpApiOptions } from "./options.ts";
import type { HttpApiDeps } from "./ports.ts";
import { receiversOf, type ReceiverView } from "./views/status-view.ts";

/** What handlers share. */
export interface ApiContext {
  readonly deps: HttpApiDeps;
  readonly options: HttpApiOptions;
  readonly metrics: HttpMetrics;
}

/** A reading of a tenant that has a configuration. */
export interface ConfiguredRead extends ReadResult {
  readonly receiverViews: () => readonly ReceiverView[];
  /** The text of the configuration as it is in force, without its secrets. */
  readonly configText: () => Promise<string>;
}

/** To be awaited before alerts or groups are asked for: what long work there is in that is done in slices. */
export async function prepareAlerts({ reader }: ReadResult, { pace }: Exchange): Promise<void> {
  for (const work of reader.prepareAlerts()) await pace.item(work);
}

/**
 * Reads the tenant; `?consistency=strict` wants a quorum or a 503. A read without a quorum says so in a
 * header. Rejects with `not-found` for a tenant that has no configuration at all.
 */
export async function readTenant(context: ApiContext, exchange: Exchange): Promise<ConfiguredRead> {
  const strict = exchange.query.get("consistency") === "strict";
  const read = await context.deps.tenants.read(exchange.tenant, { strict }, exchange.signal);
  if (read.have < read.need) {
    context.metrics.incompleteReads.inc();
    exchange.res.setHeader("X-Tocsin-Incomplete", `${read.have}/${read.need}`);
  }
  const { settings } = read.reader;
  if (settings === undefined) throw new AppError("not-found", NOT_CONFIGURED);
  return {
    ...read,
    receiverViews: () => receiversOf(settings.receivers.values()),
    configText: () => context.deps.shownConfig(settings),
  };
}
