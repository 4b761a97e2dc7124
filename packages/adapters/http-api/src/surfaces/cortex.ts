/** The configuration API of Cortex and Mimir, below `/cortex`: `pkg/alertmanager/api.go` of Cortex. */
import { AppError } from "@tocsin/foundation";
import type { ConfigWrite } from "@tocsin/engine/api";
import { readBody } from "../body.ts";
import type { ApiContext } from "../context.ts";
import { formatEnvelope, parseEnvelope } from "../cortex-envelope.ts";
import { failureFrom, setFailureHeaders } from "../errors.ts";
import { configLimit } from "../options.ts";
import type { Exchange } from "../exchange.ts";
import { sendEmpty, sendPageNotFound, sendProblem, sendText, YAML_TYPE } from "../reply.ts";
import type { Surface } from "../surface.ts";

const BAD_ENVELOPE = "error marshalling YAML Alertmanager config: ";
const BAD_CONFIG = "error validating Alertmanager config: ";
const EMPTY_CONFIG =
  "configuration provided is empty, if you'd like to remove your configuration please use the " +
  "delete configuration endpoint";

/** What is mounted at `/cortex`, beside the APIs below `/cortex/alertmanager`. */
export function cortexSurface(context: ApiContext): Surface {
  const config = {
    path: "/api/v1/alerts",
    label: "/cortex/api/v1/alerts",
    needsTenant: true,
    methods: {
      GET: (exchange: Exchange) => getConfig(context, exchange),
      POST: (exchange: Exchange) => postConfig(context, exchange),
      DELETE: (exchange: Exchange) => deleteConfig(context, exchange),
    },
  };
  const deletion = "/multitenant_alertmanager/delete_tenant_config";
  const deleteTenant = {
    path: deletion,
    label: `/cortex${deletion}`,
    needsTenant: true,
    methods: { POST: (exchange: Exchange) => deleteConfig(context, exchange) },
  };
  return { ...cortexManners, routes: [config, deleteTenant] };
}

const cortexManners: Omit<Surface, "routes"> = {
  slashAtEnd: false,
  measuresRefusals: false,
  before: () => false,
  beforeHandler: () => false,
  methodNotAllowed: (exchange) => sendEmpty(exchange, 405),
  notFound: sendPageNotFound,

  noTenant(exchange, answer) {
    const prefix = answer.missing ? "" : "unable to determine the OrgID: ";
    sendProblem(exchange, answer.status, `${prefix}${answer.text}`);
  },

  fail(exchange, thrown) {
    const failure = failureFrom(exchange, thrown);
    if (failure.kind === "gone") return;
    setFailureHeaders(exchange, failure.status);
    sendProblem(exchange, failure.status, failure.message);
  },
};

async function getConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  const { record } = await context.deps.tenants
    .getConfig(exchange.tenant, exchange.signal)
    .catch((thrown: unknown) => {
      throw isCode(thrown, "not-found") ? notStored() : thrown;
    });
  if (record.text === undefined) throw notStored();
  const text = formatEnvelope({ text: record.text, templates: record.templates });
  sendText(exchange, 200, { type: YAML_TYPE, text });
}

async function postConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange.req, configLimit(context.options));
  const parsed = parseEnvelope(body.toString("utf8"));
  if (!parsed.ok) return sendProblem(exchange, 400, `${BAD_ENVELOPE}${parsed.reason}`);
  const { text, templates } = parsed.envelope;
  const problem = text === "" ? EMPTY_CONFIG : findNameProblem(Object.keys(templates));
  if (problem !== undefined) return sendProblem(exchange, 400, `${BAD_CONFIG}${problem}`);
  const write: ConfigWrite = { text, templates, expectedVersion: undefined };
  try {
    await context.deps.tenants.putConfig(exchange.tenant, write, exchange.signal);
    sendEmpty(exchange, 201);
  } catch (thrown) {
    if (!isCode(thrown, "invalid-argument")) throw thrown;
    // Clients compare them; the own API of configurations tells the places.
    const { words } = thrown.details;
    sendProblem(exchange, 400, `${BAD_CONFIG}${words ?? thrown.message}`);
  }
}

/** Also 200 when there was nothing, as in Cortex. */
async function deleteConfig(context: ApiContext, exchange: Exchange): Promise<void> {
  try {
    await context.deps.tenants.deleteConfig(exchange.tenant, exchange.signal);
  } catch (thrown) {
    if (!isCode(thrown, "not-found")) throw thrown;
  }
  sendEmpty(exchange, 200);
}

function findNameProblem(names: readonly string[]): string | undefined {
  const bad = names.find((name) => /^(?:|\.|\.\.)$|[/\\]/.test(name));
  if (bad === undefined) return undefined;
  return `invalid template name ${JSON.stringify(bad)}: the template name cannot contain any path`;
}

function notStored(): AppError {
  return new AppError("not-found", "alertmanager storage object not found");
}

function isCode(thrown: unknown, code: AppError["code"]): thrown is AppError {
  return thrown instanceof AppError && thrown.code === code;
}
