import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  bool,
  field,
  listOf,
  optional,
  secret,
  struct,
  text,
  textMap,
  trailingSlash,
  url,
} from "../schema/index.ts";
import type { Draft, Report, Scope, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/opsgenie/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface OpsgenieSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly apiKey: string;
  readonly apiKeyFile: string;
  /** Ends in a slash. */
  readonly apiUrl: string | undefined;
  /** Template, as all texts below. */
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: ReadonlyMap<string, string> | undefined;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[] | undefined;
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly updateAlerts: boolean;
}

export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** A template, or one of `RESPONDER_TYPES` in any case. */
  readonly type: string;
}

const RESPONDER_TYPES: readonly string[] = ["team", "teams", "user", "escalation", "schedule"];

const responder: StructShape<OpsgenieResponder> = struct<OpsgenieResponder>({
  id: field("id", text),
  name: field("name", text),
  username: field("username", text),
  type: field("type", text),
});

const opsgenieSettings: StructShape<OpsgenieSettings> = struct<OpsgenieSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiKey: field("api_key", secret),
    apiKeyFile: field("api_key_file", text),
    apiUrl: field("api_url", url),
    message: field("message", text, '{{ template "opsgenie.default.message" . }}'),
    description: field("description", text, '{{ template "opsgenie.default.description" . }}'),
    source: field("source", text, '{{ template "opsgenie.default.source" . }}'),
    details: field("details", textMap),
    entity: field("entity", text),
    responders: field("responders", listOf(responder, "a list of responders")),
    actions: field("actions", text),
    tags: field("tags", text),
    note: field("note", text),
    priority: field("priority", text),
    updateAlerts: field("update_alerts", bool),
  },
  { check: checkOpsgenie },
);

function checkOpsgenie(settings: OpsgenieSettings, report: Report, scope: Scope): void {
  reportBoth(report, "api_key", { value: orUnset(settings.apiKey), file: settings.apiKeyFile });
  for (const [index, given] of (settings.responders ?? []).entries()) {
    const problem = findResponderProblem(given, scope);
    if (problem === undefined) continue;
    const { id, name, username, type } = given;
    const upstream = `opsGenieConfig responder {${id} ${name} ${username} ${type}} ${problem.upstream}`;
    report(`responders[${index}] ${problem.message}`, { key: "responders", upstream });
  }
}

interface ResponderProblem {
  readonly message: string;
  readonly upstream: string;
}

function findResponderProblem(
  given: OpsgenieResponder,
  scope: Scope,
): ResponderProblem | undefined {
  if (given.id === "" && given.name === "" && given.username === "") {
    const upstream = "has to have at least one of id, username or name specified";
    return { message: 'needs an "id", "username" or "name"', upstream };
  }
  if (given.type.includes("{{")) {
    const problem = scope.checkTemplate(given.type);
    if (problem === undefined) return undefined;
    const message = `has a "type" that is no valid template: ${problem}`;
    return { message, upstream: `type contains invalid template syntax: ${problem}` };
  }
  if (RESPONDER_TYPES.includes(given.type.toLowerCase())) return undefined;
  const wanted = `wanted one of ${RESPONDER_TYPES.join(", ")}`;
  const upstream = `type does not match valid options ^(${RESPONDER_TYPES.join("|")})$`;
  return { message: `has the type ${JSON.stringify(given.type)}; ${wanted}`, upstream };
}

function inheritOpsgenie(
  settings: Draft<OpsgenieSettings>,
  global: Draft<GlobalConfig>,
  report: Report,
): void {
  inheritHttp(settings, global);
  // Upstream's receivers share the global address, so that one is changed with theirs.
  if (settings.apiUrl === undefined) global.opsgenieApiUrl = trailingSlash(global.opsgenieApiUrl);
  settings.apiUrl = trailingSlash(settings.apiUrl ?? global.opsgenieApiUrl);
  settings.apiKey ||= global.opsgenieApiKey;
  settings.apiKeyFile ||= global.opsgenieApiKeyFile;
  if (settings.apiUrl === undefined)
    report('an "api_url" is wanted, here or as global OpsGenie URL');
  if (settings.apiKey === "" && settings.apiKeyFile === "") {
    report("an OpsGenie API Key is wanted, here or globally, in place or in a file");
  }
}

export const opsgenie: ReceiverKind<OpsgenieSettings> = {
  kind: "opsgenie",
  key: "opsgenie_configs",
  shape: opsgenieSettings,
  inherit: inheritOpsgenie,
};
