import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  any,
  bool,
  duration,
  field,
  mapOf,
  optional,
  struct,
  text,
  textList,
  url,
} from "../schema/index.ts";
import type { Draft, Report, Scope, StructShape, YamlValue } from "../schema/index.ts";
import type { YamlNode } from "../yaml/node.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/jira/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface JiraSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  readonly apiUrl: string | undefined;
  /** `auto`, `cloud` or `datacenter`. */
  readonly apiType: string;
  /** Template, as all texts below. */
  readonly project: string;
  readonly summary: JiraField;
  readonly description: JiraField;
  readonly labels: readonly string[] | undefined;
  readonly priority: string;
  readonly issueType: string;
  readonly reopenTransition: string;
  readonly resolveTransition: string;
  readonly wontFixResolution: string;
  /** 0: an issue is reopened however old it is. */
  readonly reopenDurationMs: number;
  readonly fields: ReadonlyMap<string, YamlValue> | undefined;
}

/** A field of an issue; written as a mapping, or as the template alone. */
export interface JiraField {
  readonly template: string;
  /** Undefined is true. */
  readonly enableUpdate: boolean | undefined;
}

const API_TYPES: readonly string[] = ["auto", "cloud", "datacenter"];

const jiraField: StructShape<JiraField> = struct<JiraField>(
  {
    template: field("template", text),
    enableUpdate: field("enable_update", optional(bool)),
  },
  { decodeOther: decodeTemplate, wanted: "a text or a mapping" },
);

function decodeTemplate(node: YamlNode, scope: Scope, before: JiraField): JiraField | undefined {
  if (node.kind !== "scalar") return undefined;
  return { ...before, template: text.decode(node, scope, "") };
}

function standard(name: string): string {
  return `{{ template "jira.default.${name}" . }}`;
}

const jiraSettings: StructShape<JiraSettings> = struct<JiraSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: field("api_url", url),
    apiType: field("api_type", text, "auto"),
    project: field("project", text),
    summary: field("summary", jiraField, {
      template: standard("summary"),
      enableUpdate: undefined,
    }),
    description: field("description", jiraField, {
      template: standard("description"),
      enableUpdate: undefined,
    }),
    labels: field("labels", textList),
    priority: field("priority", text, standard("priority")),
    issueType: field("issue_type", text),
    reopenTransition: field("reopen_transition", text),
    resolveTransition: field("resolve_transition", text),
    wontFixResolution: field("wont_fix_resolution", text),
    reopenDurationMs: field("reopen_duration", duration),
    fields: field("fields", mapOf(any)),
  },
  { check: checkJira },
);

function checkJira(settings: JiraSettings, report: Report): void {
  if (settings.project === "") report('"project" is missing');
  if (settings.issueType === "") report('"issue_type" is missing');
  if (!API_TYPES.includes(settings.apiType)) {
    const wanted = `wanted ${API_TYPES.join(", ")}`;
    report(`"api_type" ${JSON.stringify(settings.apiType)} is unknown; ${wanted}`, {
      key: "api_type",
    });
  }
}

function inheritJira(settings: Draft<JiraSettings>, global: GlobalConfig, report: Report): void {
  inheritHttp(settings, global);
  settings.apiUrl ??= global.jiraApiUrl;
  if (settings.apiUrl === undefined) report('an "api_url" is wanted, here or as global Jira URL');
}

export const jira: ReceiverKind<JiraSettings> = {
  kind: "jira",
  key: "jira_configs",
  shape: jiraSettings,
  inherit: inheritJira,
};
