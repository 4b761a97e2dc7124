import { reportBoth } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { field, optional, secretUrl, struct, text } from "../schema/index.ts";
import type { Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/discord/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface DiscordSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly webhookUrl: string | undefined;
  readonly webhookUrlFile: string;
  /** Template, as all below. */
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatarUrl: string;
}

/** What is sent where a configuration says nothing, or something that cannot be rendered. */
export const DISCORD_TEXTS = {
  content: "",
  title: '{{ template "discord.default.title" . }}',
  message: '{{ template "discord.default.message" . }}',
} as const;

const discordSettings: StructShape<DiscordSettings> = struct<DiscordSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    webhookUrl: field("webhook_url", secretUrl),
    webhookUrlFile: field("webhook_url_file", text),
    content: field("content", text),
    title: field("title", text, DISCORD_TEXTS.title),
    message: field("message", text, DISCORD_TEXTS.message),
    username: field("username", text),
    avatarUrl: field("avatar_url", text),
  },
  { check: checkWebhookUrl },
);

/** For kinds that are sent to a webhook's address, in place or in a file. */
export function checkWebhookUrl(
  settings: { readonly webhookUrl: string | undefined; readonly webhookUrlFile: string },
  report: Report,
): void {
  if (settings.webhookUrl === undefined && settings.webhookUrlFile === "") {
    report('one of "webhook_url" and "webhook_url_file" is wanted');
  }
  reportBoth(report, "webhook_url", { value: settings.webhookUrl, file: settings.webhookUrlFile });
}

export const discord: ReceiverKind<DiscordSettings> = {
  kind: "discord",
  key: "discord_configs",
  shape: discordSettings,
  inherit: inheritHttp,
};
