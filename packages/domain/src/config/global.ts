/** The `global` block. Mirrors GlobalConfig of `config/config.go` in Alertmanager 0.34. */
import { hostPort } from "./host-port.ts";
import { httpConfig } from "./http-config.ts";
import type { HttpConfig } from "./http-config.ts";
import {
  bool,
  duration,
  field,
  optional,
  secret,
  secretUrl,
  shown,
  struct,
  text,
  url,
} from "./schema/index.ts";
import type { Report, StructShape } from "./schema/index.ts";
import { tlsConfig } from "./tls-config.ts";
import type { TlsConfig } from "./tls-config.ts";

/** What receivers inherit. A text that is empty is not set; every `*File` is the name of a file. */
export interface GlobalConfig {
  readonly resolveTimeoutMs: number;
  readonly httpConfig: HttpConfig | undefined;
  readonly jiraApiUrl: string | undefined;
  readonly smtpFrom: string;
  readonly smtpHello: string;
  readonly smtpSmarthost: string;
  readonly smtpAuthUsername: string;
  /** Secret. */
  readonly smtpAuthPassword: string;
  readonly smtpAuthPasswordFile: string;
  /** Secret. */
  readonly smtpAuthSecret: string;
  readonly smtpAuthSecretFile: string;
  readonly smtpAuthIdentity: string;
  readonly smtpRequireTls: boolean;
  readonly smtpTlsConfig: TlsConfig | undefined;
  readonly smtpForceImplicitTls: boolean | undefined;
  /** Secret. */
  readonly slackApiUrl: string | undefined;
  readonly slackApiUrlFile: string;
  /** Secret. */
  readonly slackAppToken: string;
  readonly slackAppTokenFile: string;
  readonly slackAppUrl: string | undefined;
  readonly pagerdutyUrl: string | undefined;
  readonly opsgenieApiUrl: string | undefined;
  /** Secret. */
  readonly opsgenieApiKey: string;
  readonly opsgenieApiKeyFile: string;
  readonly wechatApiUrl: string | undefined;
  /** Secret. */
  readonly wechatApiSecret: string;
  readonly wechatApiSecretFile: string;
  readonly wechatApiCorpId: string;
  readonly victoropsApiUrl: string | undefined;
  /** Secret. */
  readonly victoropsApiKey: string;
  readonly victoropsApiKeyFile: string;
  readonly telegramApiUrl: string | undefined;
  /** Secret. */
  readonly telegramBotToken: string;
  readonly telegramBotTokenFile: string;
  readonly webexApiUrl: string | undefined;
  readonly rocketchatApiUrl: string | undefined;
  /** Secret. Empty is set. */
  readonly rocketchatToken: string | undefined;
  readonly rocketchatTokenFile: string;
  /** Secret. Empty is set. */
  readonly rocketchatTokenId: string | undefined;
  readonly rocketchatTokenIdFile: string;
  /** Secret. */
  readonly mattermostWebhookUrl: string | undefined;
  readonly mattermostWebhookUrlFile: string;
}

const DEFAULT_RESOLVE_TIMEOUT_MS = 300_000;

export const globalConfig: StructShape<GlobalConfig> = struct<GlobalConfig>({
  resolveTimeoutMs: shown("resolve_timeout", duration, DEFAULT_RESOLVE_TIMEOUT_MS),
  httpConfig: field("http_config", optional(httpConfig), httpConfig.initial()),
  jiraApiUrl: field("jira_api_url", url),
  smtpFrom: field("smtp_from", text),
  smtpHello: field("smtp_hello", text, "localhost"),
  smtpSmarthost: field("smtp_smarthost", hostPort),
  smtpAuthUsername: field("smtp_auth_username", text),
  smtpAuthPassword: field("smtp_auth_password", secret),
  smtpAuthPasswordFile: field("smtp_auth_password_file", text),
  smtpAuthSecret: field("smtp_auth_secret", secret),
  smtpAuthSecretFile: field("smtp_auth_secret_file", text),
  smtpAuthIdentity: field("smtp_auth_identity", text),
  smtpRequireTls: shown("smtp_require_tls", bool, true),
  smtpTlsConfig: field("smtp_tls_config", optional(tlsConfig), tlsConfig.initial()),
  smtpForceImplicitTls: field("smtp_force_implicit_tls", optional(bool)),
  slackApiUrl: field("slack_api_url", secretUrl),
  slackApiUrlFile: field("slack_api_url_file", text),
  slackAppToken: field("slack_app_token", secret),
  slackAppTokenFile: field("slack_app_token_file", text),
  slackAppUrl: field("slack_app_url", url, "https://slack.com/api/chat.postMessage"),
  pagerdutyUrl: field("pagerduty_url", url, "https://events.pagerduty.com/v2/enqueue"),
  opsgenieApiUrl: field("opsgenie_api_url", url, "https://api.opsgenie.com/"),
  opsgenieApiKey: field("opsgenie_api_key", secret),
  opsgenieApiKeyFile: field("opsgenie_api_key_file", text),
  wechatApiUrl: field("wechat_api_url", url, "https://qyapi.weixin.qq.com/cgi-bin/"),
  wechatApiSecret: field("wechat_api_secret", secret),
  wechatApiSecretFile: field("wechat_api_secret_file", text),
  wechatApiCorpId: field("wechat_api_corp_id", text),
  victoropsApiUrl: field(
    "victorops_api_url",
    url,
    "https://alert.victorops.com/integrations/generic/20131114/alert/",
  ),
  victoropsApiKey: field("victorops_api_key", secret),
  victoropsApiKeyFile: field("victorops_api_key_file", text),
  telegramApiUrl: field("telegram_api_url", url, "https://api.telegram.org"),
  telegramBotToken: field("telegram_bot_token", secret),
  telegramBotTokenFile: field("telegram_bot_token_file", text),
  webexApiUrl: field("webex_api_url", url, "https://webexapis.com/v1/messages"),
  rocketchatApiUrl: field("rocketchat_api_url", url, "https://open.rocket.chat/"),
  rocketchatToken: field("rocketchat_token", optional(secret)),
  rocketchatTokenFile: field("rocketchat_token_file", text),
  rocketchatTokenId: field("rocketchat_token_id", optional(secret)),
  rocketchatTokenIdFile: field("rocketchat_token_id_file", text),
  mattermostWebhookUrl: field("mattermost_webhook_url", secretUrl),
  mattermostWebhookUrlFile: field("mattermost_webhook_url_file", text),
});

/** Checked once the whole document is read, because no block at all is a `global` too. */
export function checkGlobal(global: GlobalConfig, report: Report): void {
  const pairs: ReadonlyArray<readonly [string, string | undefined, string]> = [
    ["slack_app_token", orUnset(global.slackAppToken), global.slackAppTokenFile],
    ["slack_api_url", global.slackApiUrl, global.slackApiUrlFile],
    ["opsgenie_api_key", orUnset(global.opsgenieApiKey), global.opsgenieApiKeyFile],
    ["victorops_api_key", orUnset(global.victoropsApiKey), global.victoropsApiKeyFile],
    ["telegram_bot_token", orUnset(global.telegramBotToken), global.telegramBotTokenFile],
    ["smtp_auth_password", orUnset(global.smtpAuthPassword), global.smtpAuthPasswordFile],
    ["smtp_auth_secret", orUnset(global.smtpAuthSecret), global.smtpAuthSecretFile],
    ["rocketchat_token", global.rocketchatToken, global.rocketchatTokenFile],
    ["rocketchat_token_id", global.rocketchatTokenId, global.rocketchatTokenIdFile],
    ["wechat_api_secret", orUnset(global.wechatApiSecret), global.wechatApiSecretFile],
    ["mattermost_webhook_url", global.mattermostWebhookUrl, global.mattermostWebhookUrlFile],
  ];
  for (const [key, value, file] of pairs) reportBoth(report, key, { value, file });
  checkSlack(global, report);
}

/** An app token and the address of a webhook exclude each other, unless it is the app's own address. */
function checkSlack(global: GlobalConfig, report: Report): void {
  const hasToken = global.slackAppToken !== "" || global.slackAppTokenFile !== "";
  const hasUrl = global.slackApiUrl !== undefined || global.slackApiUrlFile !== "";
  if (!hasToken || !hasUrl || global.slackApiUrl === global.slackAppUrl) return;
  const fields =
    '"slack_app_token"/"slack_app_token_file" and "slack_api_url"/"slack_api_url_file"';
  report(`at most one of ${fields} may be set`, { key: "slack_app_token" });
}

/** Reports a value that is given both in place and as the name of a file. */
export function reportBoth(
  report: Report,
  key: string,
  given: { readonly value: string | undefined; readonly file: string },
): void {
  if (given.value === undefined || given.file === "") return;
  report(`at most one of "${key}" and "${key}_file" may be set`, { key });
}

/** A text that counts as absent when it is empty. */
export function orUnset(value: string): string | undefined {
  return value === "" ? undefined : value;
}
