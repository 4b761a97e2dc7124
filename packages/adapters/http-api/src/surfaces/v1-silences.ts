import { compileRegex, matchesAll } from "@tocsin/domain/matcher";
import type { SilenceDraft } from "@tocsin/engine/api";
import { readBody } from "../body.ts";
import { readTenant, type ApiContext } from "../context.ts";
import { parseJsonBody, SyntaxProblem } from "../decode/json.ts";
import { decodeSilence } from "../decode/silence.ts";
import { silenceLimit } from "../options.ts";
import type { Exchange } from "../exchange.ts";
import { selectPaced } from "../pace.ts";
import { matcherListParam } from "../query.ts";
import { payForSilence, matchWorkOf } from "../regex-budget.ts";
import { JSON_TYPE, sendProblem, sendText } from "../reply.ts";
import type { SurfaceRoute } from "../surface.ts";
import { SILENCES_V1 } from "../list-kinds.ts";
import { listRequest, pageOf, withFields } from "../list-request.ts";
import { upstreamWords } from "../upstream-words.ts";
import { jsonList } from "../views/json-text.ts";
import {
  ALL_SILENCES,
  labelsOfSilence,
  listSilences,
  SilencePrinter,
} from "../views/silence-view.ts";
import { routeV1, sendBadData, sendSuccess, sendSuccessList } from "./v1-manners.ts";
import { isNotFound } from "./v2-silences.ts";

export function silenceRoutesV1(context: ApiContext): readonly SurfaceRoute[] {
  const list = {
    GET: (exchange: Exchange) => getSilences(context, exchange),
    POST: (exchange: Exchange) => postSilence(context, exchange),
  };
  const one = {
    GET: (exchange: Exchange) => getSilence(context, exchange),
    DELETE: (exchange: Exchange) => deleteSilence(context, exchange),
  };
  const label = "/api/v1/silence/{silenceID}";
  return [routeV1("/silences", list), routeV1("/silence/:id", one, label)];
}

async function getSilences(context: ApiContext, exchange: Exchange): Promise<void> {
  const filter = matcherListParam(exchange.query);
  const request = listRequest(exchange.query, SILENCES_V1);
  const { reader, nowMs } = await readTenant(context, exchange);
  const printer = new SilencePrinter(nowMs);
  const { pace } = exchange;
  const workOf = matchWorkOf(filter);
  const passing = await selectPaced(
    reader.silences(),
    {
      passes: (silence) => matchesAll(filter, labelsOfSilence(silence)),
      workOf: (silence) => workOf(labelsOfSilence(silence)),
    },
    pace,
  );
  const wanted = await listSilences(passing, ALL_SILENCES, { nowMs, pace });
  const page = await pageOf(wanted, { request, kind: SILENCES_V1, exchange });
  const shown = page
    .values()
    .map((silence) => withFields(printer.v1(silence), { request, exchange }));
  await sendSuccessList(exchange, jsonList(shown));
}

async function postSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  const bytes = await readBody(exchange.req, silenceLimit(context.options));
  await exchange.pace.read(bytes.length);
  const body = parseJsonBody(bytes);
  if (body.kind === "bad") throw new SyntaxProblem(body.reason);
  if (body.kind === "empty") return sendBadData(exchange, "EOF");
  const draft = decodeSilence(body.value ?? {}, { form: "v1", mend: body.mend });
  await payForSilence(context, exchange, draft);
  const problem = regexProblemOf(draft) ?? findProblem(draft, context.deps.clock.wallMs());
  if (problem !== undefined) return sendBadData(exchange, problem);
  try {
    const { tenants } = context.deps;
    const silenceId = await tenants.putSilence(exchange.tenant, draft, exchange.signal);
    sendSuccess(exchange, { silenceId });
  } catch (thrown) {
    if (draft.id === "" || !isNotFound(thrown)) throw thrown;
    sendBadData(exchange, "silence not found");
  }
}

/** Upstream compiled them while it decoded the body. */
function regexProblemOf({ matcherSets }: SilenceDraft): string | undefined {
  for (const { type, value } of matcherSets.flat()) {
    const regex = type.endsWith("~") ? compileRegex(value) : undefined;
    if (regex?.ok === false) return upstreamWords(regex.error);
  }
  return undefined;
}

function findProblem(draft: SilenceDraft, nowMs: number): string | undefined {
  if (draft.startsAtMs === draft.endsAtMs) return "start time must not be equal to end time";
  if (draft.endsAtMs <= nowMs) return "end time can't be in the past";
  const isEmpty = draft.matcherSets.every((set) => set.length === 0);
  return isEmpty ? "silence invalid: at least one matcher required" : undefined;
}

async function getSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  const { reader, nowMs } = await readTenant(context, exchange);
  const silence = reader
    .silences()
    .find(({ id, matcherSets }) => id === exchange.params.id && matcherSets.length > 0);
  if (silence === undefined) return sendProblem(exchange, 404, "Error getting silence: <nil>");
  const text = `{"status":"success","data":${new SilencePrinter(nowMs).v1(silence)}}`;
  sendText(exchange, 200, { type: JSON_TYPE, text });
}

async function deleteSilence(context: ApiContext, exchange: Exchange): Promise<void> {
  try {
    const id = exchange.params.id ?? "";
    await context.deps.tenants.expireSilence(exchange.tenant, id, exchange.signal);
    sendSuccess(exchange);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    sendBadData(exchange, "silence not found");
  }
}
