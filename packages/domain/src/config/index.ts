export type { ConfigDocument } from "./document.ts";
export type { GlobalConfig } from "./global.ts";
export type { Authorization, BasicAuth, HttpConfig } from "./http-config.ts";
export type { HttpHeader, HttpHeaders } from "./http-headers.ts";
export { JWT_BEARER, type OAuth2Config } from "./oauth2.ts";
export {
  marshalConfig,
  parseConfig,
  type ConfigParse,
  type ParseConfigOptions,
  type ParsedConfig,
} from "./parse-config.ts";
export type { ProxyConfig } from "./proxy-config.ts";
export { RECEIVER_KINDS, type IntegrationKind, type SettingsByKind } from "./receivers/kinds.ts";
export type { CommonSettings } from "./receivers/kind.ts";
export type { WebhookSettings } from "./receivers/webhook.ts";
export { SECRET_MARK, type ConfigProblem, type YamlValue } from "./schema/index.ts";
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
