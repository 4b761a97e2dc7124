export { decodeConfig, type DecodedConfig } from "./decode-config.ts";
export { locate } from "./locate.ts";
export { findHostAccess, type HostAccess } from "./host-access.ts";
export type { ConfigDocument } from "./document.ts";
export type {
  EventRecorderConfig,
  FileOutput,
  KafkaOutput,
  StdoutOutput,
  WebhookOutput,
} from "./event-recorder.ts";
export type { GlobalConfig } from "./global.ts";
export type { Authorization, BasicAuth, HttpConfig } from "./http-config.ts";
export { marshalConfigInUse } from "./in-use.ts";
export type { HttpHeader, HttpHeaders } from "./http-headers.ts";
export {
  isTlsWanted,
  parseWebConfig,
  type ClientAuth,
  type WebConfig,
  type WebConfigParse,
  type WebRateLimit,
  type WebTlsConfig,
} from "./web-config.ts";
export { JWT_BEARER, type OAuth2Config } from "./oauth2.ts";
export {
  marshalConfig,
  parseConfig,
  type ConfigLimits,
  type ConfigParse,
  type ParseConfigOptions,
  type ParsedConfig,
} from "./parse-config.ts";
export { parseHttpConfig, type HttpConfigParse } from "./parse-http-config.ts";
export type { ReceiverDocument } from "./receiver.ts";
export type { RouteDocument } from "./route.ts";
export type { ProxyConfig } from "./proxy-config.ts";
export {
  INTEGRATION_KINDS,
  RECEIVER_KINDS,
  type IntegrationKind,
  type SettingsByKind,
} from "./receivers/kinds.ts";
export type { CommonSettings, ReceiverKind } from "./receivers/kind.ts";
export { DISCORD_TEXTS, type DiscordSettings } from "./receivers/discord.ts";
export type { EmailSettings, EmailThreading } from "./receivers/email.ts";
export type { IncidentioSettings } from "./receivers/incidentio.ts";
export type { JiraField, JiraSettings } from "./receivers/jira.ts";
export type {
  MattermostPriority,
  MattermostProps,
  MattermostSettings,
} from "./receivers/mattermost.ts";
export type { MattermostAttachment, MattermostField } from "./receivers/mattermost-attachment.ts";
export type { MsteamsSettings } from "./receivers/msteams.ts";
export type { Msteamsv2Settings } from "./receivers/msteamsv2.ts";
export type { OpsgenieResponder, OpsgenieSettings } from "./receivers/opsgenie.ts";
export type { PagerdutyImage, PagerdutyLink, PagerdutySettings } from "./receivers/pagerduty.ts";
export type { PushoverSettings } from "./receivers/pushover.ts";
export type {
  RocketchatAction,
  RocketchatField,
  RocketchatSettings,
} from "./receivers/rocketchat.ts";
export type { SlackField, SlackSettings } from "./receivers/slack.ts";
export type { SlackAction, SlackConfirmation } from "./receivers/slack-action.ts";
export type { Sigv4Config, SnsSettings } from "./receivers/sns.ts";
export type { TelegramSettings } from "./receivers/telegram.ts";
export type { VictoropsSettings } from "./receivers/victorops.ts";
export type { WebexSettings } from "./receivers/webex.ts";
export type { WebhookSettings } from "./receivers/webhook.ts";
export type { WechatSettings } from "./receivers/wechat.ts";
export { formatGoUrl, parseGoUrl, type GoUrl, type GoUrlResult } from "./schema/go-url.ts";
export {
  SECRET_MARK,
  type ConfigProblem,
  type Field,
  type Shape,
  type StructShape,
  type YamlValue,
} from "./schema/index.ts";
export type { TracingClientType, TracingConfig } from "./tracing.ts";
export type { TlsConfig, TlsVersion } from "./tls-config.ts";
export type {
  Config,
  InhibitRuleConfig,
  IntegrationConfig,
  NumberRange,
  ReceiverConfig,
  RouteConfig,
  TimeIntervalConfig,
} from "./types.ts";
export {
  configRefusal,
  hostAccessRefusal,
  MATCHER_WARNINGS,
  matcherRefusal,
  utf8Refusal,
  webConfigRefusal,
} from "./words/index.ts";
