import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { field, optional, secretUrl, struct, text } from "../schema/index.ts";
import type { StructShape } from "../schema/index.ts";
import { checkWebhookUrl } from "./discord.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/msteams/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface MsteamsSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly webhookUrl: string | undefined;
  readonly webhookUrlFile: string;
  /** Template, as all below. */
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

const msteamsSettings: StructShape<MsteamsSettings> = struct<MsteamsSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    webhookUrl: field("webhook_url", secretUrl),
    webhookUrlFile: field("webhook_url_file", text),
    title: field("title", text, '{{ template "msteams.default.title" . }}'),
    summary: field("summary", text, '{{ template "msteams.default.summary" . }}'),
    text: field("text", text, '{{ template "msteams.default.text" . }}'),
  },
  { check: checkWebhookUrl },
);

export const msteams: ReceiverKind<MsteamsSettings> = {
  kind: "msteams",
  key: "msteams_configs",
  shape: msteamsSettings,
  inherit: inheritHttp,
};
