import { isSet, type PostedAlert } from "@tocsin/domain/alert";
import { readBody } from "../body.ts";
import type { ApiContext } from "../context.ts";
import { decodeAlerts } from "../decode/alerts.ts";
import { DecodeProblem, parseJsonBody, SyntaxProblem } from "../decode/json.ts";
import type { Exchange } from "../exchange.ts";
import type { ApiVersion } from "../http-metrics.ts";
import { upstreamWords } from "../upstream-words.ts";

export type PostOutcome =
  /** Nothing but blanks was sent. */
  | { readonly kind: "empty" }
  /** Taken but for those that `errors` speaks of. */
  | { readonly kind: "taken"; readonly errors: readonly string[] };

/** Takes the alerts of a request of either version; the answer is the caller's. */
export async function postAlerts(
  context: ApiContext,
  exchange: Exchange,
  version: ApiVersion,
): Promise<PostOutcome> {
  const { deps, options, metrics } = context;
  const body = parseJsonBody(await readBody(exchange.req, options.bodySizeMaxBytes));
  if (body.kind === "empty") return body;
  if (body.kind === "bad") throw new SyntaxProblem(body.reason);
  const items = body.value ?? [];
  if (!Array.isArray(items)) throw new DecodeProblem("alerts", "array", items);
  const list = items as readonly unknown[];
  const alerts = await decodeAlerts(list, { form: version, mend: body.mend });
  metrics.received(version, countByState(alerts, deps.clock.wallMs()));
  const { errors } = await deps.tenants.postAlerts(exchange.tenant, alerts, exchange.signal);
  if (errors.length > 0) metrics.invalid(version, errors.length);
  return { kind: "taken", errors: errors.map(upstreamWords) };
}

/** An alert without an end gets one in the future, so it fires. */
function countByState(
  alerts: readonly PostedAlert[],
  nowMs: number,
): { firing: number; resolved: number } {
  let resolved = 0;
  for (const { endsAt } of alerts) if (isSet(endsAt) && endsAt.ms <= nowMs) resolved += 1;
  return { firing: alerts.length - resolved, resolved };
}
