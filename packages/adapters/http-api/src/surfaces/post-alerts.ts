import { isSet, type PostedAlert } from "@tocsin/domain/alert";
import { readBody } from "../body.ts";
import type { ApiContext } from "../context.ts";
import { bodyLimit } from "../options.ts";
import { decodeAlerts } from "../decode/alerts.ts";
import { readItems } from "../decode/json-items.ts";
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
  const body = await readBody(exchange.req, bodyLimit(options));
  const batches = await readItems(body, {
    name: "alerts",
    limits: options.itemLimits,
    pace: exchange.pace,
  });
  if (batches === undefined) return { kind: "empty" };
  const { alerts, problems } = await decodeAlerts(batches, {
    form: version,
    ...options.itemLimits,
  });
  metrics.received(version, countByState(alerts, deps.clock.wallMs()));
  const errors = [...problems];
  for (const { portion, textChars } of portionsOf(alerts)) {
    const turn = exchange.pace.items(portion.length, textChars);
    if (turn !== undefined) await turn;
    const outcome = await deps.tenants.postAlerts(exchange.tenant, portion, exchange.signal);
    errors.push(...outcome.errors.map(upstreamWords));
  }
  if (errors.length > 0) metrics.invalid(version, errors.length);
  return { kind: "taken", errors: shortened(errors) };
}

/** More in one answer help nobody, and a hundred thousand of them are tens of megabytes. */
const ERROR_COUNT_MAX = 1_000;

function shortened(errors: readonly string[]): readonly string[] {
  if (errors.length <= ERROR_COUNT_MAX) return errors;
  const left = errors.length - ERROR_COUNT_MAX;
  return [...errors.slice(0, ERROR_COUNT_MAX), `and ${left} more`];
}

/** What is stored at once: it takes some 20 ms at most, and then others have a turn. */
const PORTION_COUNT = 250;
const PORTION_CHARS = 512 * 1024;

interface Portion {
  readonly portion: readonly PostedAlert[];
  /** About how much text it is. */
  readonly textChars: number;
}

/** Mostly all alerts are one portion. An empty list is one, too: it is answered like any other. */
function portionsOf(alerts: readonly PostedAlert[]): readonly Portion[] {
  const portions: Portion[] = [];
  let start = 0;
  let textChars = 0;
  for (const [at, alert] of alerts.entries()) {
    const alertChars = charsOf(alert);
    if (at > start && (at - start >= PORTION_COUNT || textChars + alertChars > PORTION_CHARS)) {
      portions.push({ portion: alerts.slice(start, at), textChars });
      start = at;
      textChars = 0;
    }
    textChars += alertChars;
  }
  portions.push({ portion: start === 0 ? alerts : alerts.slice(start), textChars });
  return portions;
}

/** A label is as much work as so many characters, however short it is. */
const LABEL_CHARS = 50;

/** About how much text there is to store and to hash. */
function charsOf({ labels, annotations, generatorUrl }: PostedAlert): number {
  let chars = labels.names.length * LABEL_CHARS + annotations.length + generatorUrl.length;
  for (const value of labels.values) chars += value.length;
  return chars;
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
