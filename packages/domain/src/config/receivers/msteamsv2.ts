import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { field, optional, secretUrl, struct, text } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { checkWebhookUrl } from "./discord.ts";
import { reportMissingClient, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/msteamsv2/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface Msteamsv2Settings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly webhookUrl: string | undefined;
  readonly webhookUrlFile: string;
  /** Template. */
  readonly title: string;
  /** Template. */
  readonly text: string;
}

const msteamsv2Settings: StructShape<Msteamsv2Settings> = struct<Msteamsv2Settings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    webhookUrl: field("webhook_url", secretUrl),
    webhookUrlFile: field("webhook_url_file", text),
    title: field("title", text, '{{ template "msteamsv2.default.title" . }}'),
    text: field("text", text, '{{ template "msteamsv2.default.text" . }}'),
  },
  { check: checkWebhookUrl },
);

/** The only kind that takes the global proxy into an own `http_config` too. */
function inheritMsteamsv2(
  settings: Draft<Msteamsv2Settings>,
  global: GlobalConfig,
  report: Report,
): void {
  const own = settings.httpConfig;
  if (own?.proxyUrl !== undefined) return;
  reportMissingClient(global, report);
  settings.httpConfig =
    own === undefined ? global.httpConfig : { ...own, proxyUrl: global.httpConfig?.proxyUrl };
}

export const msteamsv2: ReceiverKind<Msteamsv2Settings> = {
  kind: "msteamsv2",
  key: "msteamsv2_configs",
  shape: msteamsv2Settings,
  inherit: inheritMsteamsv2,
};
