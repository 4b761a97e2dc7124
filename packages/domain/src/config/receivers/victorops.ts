import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  field,
  optional,
  secret,
  shown,
  struct,
  text,
  textMap,
  trailingSlash,
  url,
} from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors VictorOpsConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface VictoropsSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly apiKey: string;
  readonly apiKeyFile: string;
  /** Ends in a slash. */
  readonly apiUrl: string | undefined;
  /** Template, as all texts below. */
  readonly routingKey: string;
  readonly messageType: string;
  readonly stateMessage: string;
  readonly entityDisplayName: string;
  readonly monitoringTool: string;
  readonly customFields: ReadonlyMap<string, string> | undefined;
}

/** Names that the message has already. */
const OWN_FIELDS: readonly string[] = [
  "routing_key",
  "message_type",
  "state_message",
  "entity_display_name",
  "monitoring_tool",
  "entity_id",
  "entity_state",
];

function standard(name: string): string {
  return `{{ template "victorops.default.${name}" . }}`;
}

const victoropsSettings: StructShape<VictoropsSettings> = struct<VictoropsSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiKey: field("api_key", secret),
    apiKeyFile: field("api_key_file", text),
    apiUrl: shown("api_url", url),
    routingKey: shown("routing_key", text),
    messageType: shown("message_type", text, "CRITICAL"),
    stateMessage: shown("state_message", text, standard("state_message")),
    entityDisplayName: shown("entity_display_name", text, standard("entity_display_name")),
    monitoringTool: shown("monitoring_tool", text, standard("monitoring_tool")),
    customFields: field("custom_fields", textMap),
  },
  { check: checkVictorops },
);

function checkVictorops(settings: VictoropsSettings, report: Report): void {
  if (settings.routingKey === "") report('the Routing key "routing_key" is missing');
  reportBoth(report, "api_key", { value: orUnset(settings.apiKey), file: settings.apiKeyFile });
  for (const name of OWN_FIELDS) {
    if (settings.customFields?.has(name) !== true) continue;
    report(`custom field "${name}" is one that every message has`, { key: "custom_fields" });
  }
}

function inheritVictorops(
  settings: Draft<VictoropsSettings>,
  global: Draft<GlobalConfig>,
  report: Report,
): void {
  inheritHttp(settings, global);
  // Upstream's receivers share the global address, so that one is changed with theirs.
  if (settings.apiUrl === undefined) global.victoropsApiUrl = trailingSlash(global.victoropsApiUrl);
  settings.apiUrl = trailingSlash(settings.apiUrl ?? global.victoropsApiUrl);
  settings.apiKey ||= global.victoropsApiKey;
  settings.apiKeyFile ||= global.victoropsApiKeyFile;
  if (settings.apiUrl === undefined)
    report('an "api_url" is wanted, here or as global VictorOps URL');
  if (settings.apiKey === "" && settings.apiKeyFile === "") {
    report("a VictorOps API Key is wanted, here or globally, in place or in a file");
  }
}

export const victorops: ReceiverKind<VictoropsSettings> = {
  kind: "victorops",
  key: "victorops_configs",
  shape: victoropsSettings,
  inherit: inheritVictorops,
};
