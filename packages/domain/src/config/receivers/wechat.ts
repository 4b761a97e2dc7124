import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { field, optional, secret, struct, text, trailingSlash, url } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors WechatConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface WechatSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly apiSecret: string;
  readonly apiSecretFile: string;
  /** Template, as all texts below but `messageType`. */
  readonly corpId: string;
  readonly message: string;
  /** Ends in a slash. */
  readonly apiUrl: string | undefined;
  readonly toUser: string;
  readonly toParty: string;
  readonly toTag: string;
  readonly agentId: string;
  /** `text` or `markdown`. */
  readonly messageType: string;
}

const MESSAGE_TYPES: readonly string[] = ["text", "markdown"];

const wechatSettings: StructShape<WechatSettings> = struct<WechatSettings>(
  {
    sendResolved: sendResolved(false),
    httpConfig: field("http_config", optional(httpConfig)),
    apiSecret: field("api_secret", secret),
    apiSecretFile: field("api_secret_file", text),
    corpId: field("corp_id", text),
    message: field("message", text, '{{ template "wechat.default.message" . }}'),
    apiUrl: field("api_url", url),
    toUser: field("to_user", text, '{{ template "wechat.default.to_user" . }}'),
    toParty: field("to_party", text, '{{ template "wechat.default.to_party" . }}'),
    toTag: field("to_tag", text, '{{ template "wechat.default.to_tag" . }}'),
    agentId: field("agent_id", text, '{{ template "wechat.default.agent_id" . }}'),
    messageType: field("message_type", text),
  },
  { check: checkWechat },
);

function checkWechat(settings: Draft<WechatSettings>, report: Report): void {
  settings.messageType ||= "text";
  if (!MESSAGE_TYPES.includes(settings.messageType)) {
    const wanted = `wanted one of ${MESSAGE_TYPES.join(", ")}`;
    report(`message type ${JSON.stringify(settings.messageType)} is unknown; ${wanted}`, {
      key: "message_type",
    });
  }
  reportBoth(report, "api_secret", {
    value: orUnset(settings.apiSecret),
    file: settings.apiSecretFile,
  });
}

function inheritWechat(
  settings: Draft<WechatSettings>,
  global: Draft<GlobalConfig>,
  report: Report,
): void {
  inheritHttp(settings, global);
  // Upstream's receivers share the global address, so that one is changed with theirs.
  if (settings.apiUrl === undefined) global.wechatApiUrl = trailingSlash(global.wechatApiUrl);
  settings.apiUrl = trailingSlash(settings.apiUrl ?? global.wechatApiUrl);
  if (settings.apiSecret === "" && settings.apiSecretFile === "") {
    settings.apiSecret = global.wechatApiSecret;
    settings.apiSecretFile = global.wechatApiSecretFile;
  }
  settings.corpId ||= global.wechatApiCorpId;
  if (settings.apiUrl === undefined) report('an "api_url" is wanted, here or as global Wechat URL');
  if (settings.apiSecret === "" && settings.apiSecretFile === "") {
    report("a Wechat Api Secret is wanted, here or globally, in place or in a file");
  }
  if (settings.corpId === "") report('a "corp_id" is wanted, here or as global Wechat CorpID');
}

export const wechat: ReceiverKind<WechatSettings> = {
  kind: "wechat",
  key: "wechat_configs",
  shape: wechatSettings,
  inherit: inheritWechat,
};
