import { AppError } from "@tocsin/foundation";
import { quoteGo } from "@tocsin/domain/text";
import type { SilenceDraft } from "@tocsin/engine/api";
import { readBody } from "../body.ts";
import { readTenant, type ApiContext } from "../context.ts";
import { parseJsonBody, SyntaxProblem } from "../decode/json.ts";
import { decodeSilence } from "../decode/silence.ts";
import { silenceLimit } from "../options.ts";
import type { Exchange, Handler } from "../exchange.ts";
import { booleanParam, matcherParams } from "../query.ts";
import { payForSilence } from "../regex-budget.ts";
import { JSON_TYPE, sendEmpty, sendJson, sendJsonLine, sendText } from "../reply.ts";
import { SILENCES_V2 } from "../list-kinds.ts";
import { listRequest, pageOf, withFields } from "../list-request.ts";
import type { SurfaceRoute } from "../surface.ts";
import { jsonList } from "../views/json-text.ts";
import { logRefusal, matcherNotes } from "../refusal-log.ts";
import { upstreamWords } from "../upstream-words.ts";
import { hasMatchers, listSilences, SilencePrinter } from "../views/silence-view.ts";
import { sendListV2 } from "./v2-manners.ts";

/** What Google's parser of UUIDs takes: also without dashes, as a URN, or between any two characters. */
const DASHED = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const UUID = new RegExp(`^(?:[0-9a-f]{32}|(?:urn:uuid:)?${DASHED}|.${DASHED}.)$`, "i");

/** Of a matcher that is asked for, besides holding it against each of a silence. */
const ASKED_WORK = 10;

export function silenceRoutesV2(context: ApiContext): readonly SurfaceRoute[] {
  const list: SurfaceRoute = {
    path: "/silences",
    label: "/api/v2/silences",
    needsTenant: true,
    methods: {
      GET: (exchange) => getSilences(context, exchange),
      POST: (exchange) => postSilence(context, exchange),
    },
  };
  const one: SurfaceRoute = {
    path: "/silence/:id",
    label: "/api/v2/silence/{silenceID}",
    needsTenant: true,
    methods: {
      GET: withUuid((exchange) => getSilence(context, exchange)),
      DELETE: withUuid((exchange) => deleteSilence(context, exchange)),
    },
  };
  return [list, one];
}

async function getSilences(context: ApiContext, exchange: Exchange): Promise<void> {
  const { query } = exchange;
  const filter = matcherParams(query, { name: "filter", ...matcherNotes(context, exchange) });
  const states = {
    active: booleanParam(query, "active"),
    pending: booleanParam(query, "pending"),
    expired: booleanParam(query, "expired"),
  };
  const request = listRequest(query, SILENCES_V2);
  const { reader, nowMs } = await readTenant(context, exchange);
  const printer = new SilencePrinter(nowMs);
  const wanted = await listSilences(
    reader.silences(),
    {
      passes: (silence, state) => states[state] && hasMatchers(silence, filter),
      workOf: ({ matcherSets }) => filter.length * (ASKED_WORK + matcherSets.flat().length),
    },
    { nowMs, pace: exchange.pace },
  );
  const page = await pageOf(wanted, { request, kind: SILENCES_V2, exchange });
  const shown = page
    .values()
    .map((silence) => withFields(printer.v2(silence), { request, exchange }));
  await sendListV2(exchange, jsonList(shown));
}

async function postSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  const bytes = await readBody(exchange.req, silenceLimit(context.options));
  await exchange.pace.read(bytes.length);
  const body = parseJsonBody(bytes);
  if (body.kind === "bad") throw new SyntaxProblem(body.reason);
  if (body.kind === "empty") {
    sendJson(exchange, 422, { code: 602, message: "silence in body is required" });
    return;
  }
  const draft = decodeSilence(body.value ?? {}, { form: "v2", mend: body.mend });
  await payForSilence(context, exchange, draft);
  const problem = findTimeProblem(draft, context.deps.clock.wallMs());
  if (problem !== undefined) {
    const message = `Failed to create silence: ${problem}`;
    const fields = { ends_at: new Date(draft.endsAtMs).toISOString() };
    logRefusal(context, exchange, { message, fields });
    sendJsonLine(exchange, 400, message);
    return;
  }
  try {
    const { tenants } = context.deps;
    const silenceID = await tenants.putSilence(exchange.tenant, draft, exchange.signal);
    sendJsonLine(exchange, 200, { silenceID });
  } catch (thrown) {
    const isUnknown = draft.id !== "" && isNotFound(thrown);
    const { httpStatus, message: why } = AppError.from(thrown);
    const err = isUnknown ? "silence not found" : upstreamWords(why);
    // What is wrong with this program is written elsewhere.
    if (httpStatus < 500)
      logRefusal(context, exchange, { message: "Failed to create silence", err });
    if (!isUnknown) throw thrown;
    sendJsonLine(exchange, 404, err);
  }
}

/**
 * What upstream's API checks itself, as only there an ended silence makes no sense. Its clock counts finer
 * than milliseconds, so an end in the millisecond that has begun is in the past.
 */
export function findTimeProblem(
  { startsAtMs, endsAtMs }: SilenceDraft,
  nowMs: number,
): string | undefined {
  if (startsAtMs >= endsAtMs) return "start time must be before end time";
  return endsAtMs <= nowMs ? "end time can't be in the past" : undefined;
}

async function getSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  const { reader, nowMs } = await readTenant(context, exchange);
  const silence = reader
    .silences()
    .find(({ id, matcherSets }) => id === exchange.params.id && matcherSets.length > 0);
  if (silence === undefined) {
    const fields = { id: exchange.params.id ?? "" };
    logRefusal(context, exchange, { message: "Failed to find silence", err: "<nil>", fields });
    return sendEmpty(exchange, 404);
  }
  const text = `${new SilencePrinter(nowMs).v2(silence)}\n`;
  sendText(exchange, 200, { type: JSON_TYPE, text });
}

async function deleteSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  try {
    const id = exchange.params.id ?? "";
    await context.deps.tenants.expireSilence(exchange.tenant, id, exchange.signal);
    sendEmpty(exchange, 200);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    const err = "silence not found";
    logRefusal(context, exchange, { message: "Failed to expire silence", err });
    sendEmpty(exchange, 404);
  }
}

export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === "not-found";
}

function withUuid(handler: Handler): Handler {
  return (exchange) => {
    const id = exchange.params.id ?? "";
    if (UUID.test(id)) return handler(exchange);
    const message = `silenceID in path must be of type uuid: ${quoteGo(id)}`;
    sendJson(exchange, 422, { code: 601, message });
  };
}
