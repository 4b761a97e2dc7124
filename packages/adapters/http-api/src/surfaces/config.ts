/**
 * Our API for a tenant's configuration: the YAML of Alertmanager itself, with its version as ETag, so
 * that two who change it at once notice (`If-Match`). `?dryRun=true` checks without storing.
 */
import { isUtf8 } from "node:buffer";
import { AppError } from "@tocsin/foundation";
import type { ConfigWrite } from "@tocsin/engine/api";
import { readBody } from "../body.ts";
import type { ApiContext } from "../context.ts";
import { PreconditionError } from "../errors.ts";
import { configLimit } from "../options.ts";
import type { Exchange } from "../exchange.ts";
import { sendEmpty, sendText, YAML_TYPE } from "../reply.ts";
import type { SurfaceRoute } from "../surface.ts";
import { routeV1, sendBadData, sendSuccess } from "./v1-manners.ts";

/** The route below `/api/v1`. */
export function configRoute(context: ApiContext): SurfaceRoute {
  return routeV1("/config", {
    GET: (exchange) => getConfig(context, exchange),
    PUT: (exchange) => putConfig(context, exchange),
    DELETE: (exchange) => deleteConfig(context, exchange),
  });
}

async function getConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  const { record } = await context.deps.tenants.getConfig(exchange.tenant, exchange.signal);
  if (record.text === undefined) throw new AppError("not-found", "the tenant has no configuration");
  exchange.res.setHeader("ETag", etagOf(record.version));
  if (exchange.req.headers["if-none-match"] === etagOf(record.version)) {
    return sendEmpty(exchange, 304);
  }
  sendText(exchange, 200, { type: YAML_TYPE, text: record.text });
}

async function putConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange.req, configLimit(context.options));
  const expectedVersion = expectedOf(exchange);
  const { tenants } = context.deps;
  if (!isUtf8(body))
    throw new AppError("invalid-argument", "Cannot read the YAML: it is not UTF-8");
  const write: ConfigWrite = { text: body.toString("utf8"), templates: {}, expectedVersion };
  if (isDryRun(exchange)) {
    await tenants.checkConfig(write);
    return sendSuccess(exchange, { dryRun: true });
  }
  try {
    const { version } = await tenants.putConfig(exchange.tenant, write, exchange.signal);
    exchange.res.setHeader("ETag", etagOf(version));
    sendSuccess(exchange, { version });
  } catch (thrown) {
    // A condition that does not hold is 412; 409 is for a race without one.
    const isConflict = thrown instanceof AppError && thrown.code === "conflict";
    if (!isConflict || expectedVersion === undefined) throw thrown;
    throw new PreconditionError(thrown.message);
  }
}

/** What is meant for a trial and misspelt must not be stored. */
function isDryRun({ req }: Exchange): boolean {
  const [, query = ""] = (req.url ?? "").split("?");
  if (query === "dryRun=true") return true;
  if (query === "" || query === "dryRun=false") return false;
  const message = `Cannot use the query ${JSON.stringify(query)}: "dryRun=true" or none is wanted`;
  throw new AppError("invalid-argument", message);
}

async function deleteConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  if (exchange.req.headers["if-match"] !== undefined) {
    return sendBadData(exchange, "If-Match is for PUT only: a deletion has no condition");
  }
  await context.deps.tenants.deleteConfig(exchange.tenant, exchange.signal);
  sendSuccess(exchange);
}

function etagOf(version: number): string {
  return `"${version}"`;
}

function expectedOf(exchange: Exchange): number | undefined {
  const header = exchange.req.headers["if-match"];
  if (exchange.req.headers["if-none-match"] !== undefined) {
    throw new AppError(
      "invalid-argument",
      "If-None-Match is for GET only: a change takes If-Match",
    );
  }
  if (header === undefined || header === "*") return undefined;
  const digits = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new AppError("invalid-argument", 'If-Match wants one version in double quotes, as in "3"');
}
