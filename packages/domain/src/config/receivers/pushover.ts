import { orUnset, reportBoth } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { bool, field, goDurationText, optional, secret, struct, text } from "../schema/index.ts";
import type { Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors PushoverConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface PushoverSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly userKey: string;
  readonly userKeyFile: string;
  /** Secret. */
  readonly token: string;
  readonly tokenFile: string;
  /** Template, as all texts below. */
  readonly title: string;
  readonly message: string;
  readonly url: string;
  readonly urlTitle: string;
  readonly device: string;
  readonly sound: string;
  readonly priority: string;
  readonly retryMs: number;
  readonly expireMs: number;
  /** 0: kept by the service as long as it likes. */
  readonly ttlMs: number;
  readonly html: boolean;
  readonly monospace: boolean;
}

const PRIORITY = '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}';
const RETRY_MS = 60_000;
const EXPIRE_MS = 3_600_000;

const pushoverSettings: StructShape<PushoverSettings> = struct<PushoverSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    userKey: field("user_key", secret),
    userKeyFile: field("user_key_file", text),
    token: field("token", secret),
    tokenFile: field("token_file", text),
    title: field("title", text, '{{ template "pushover.default.title" . }}'),
    message: field("message", text, '{{ template "pushover.default.message" . }}'),
    url: field("url", text, '{{ template "pushover.default.url" . }}'),
    urlTitle: field("url_title", text),
    device: field("device", text),
    sound: field("sound", text),
    priority: field("priority", text, PRIORITY),
    retryMs: field("retry", goDurationText, RETRY_MS),
    expireMs: field("expire", goDurationText, EXPIRE_MS),
    ttlMs: field("ttl", goDurationText),
    html: field("html", bool),
    monospace: field("monospace", bool),
  },
  { check: checkPushover },
);

function checkPushover(settings: PushoverSettings, report: Report): void {
  const { userKey, userKeyFile, token, tokenFile } = settings;
  if (userKey === "" && userKeyFile === "")
    report('one of "user_key" and "user_key_file" is wanted');
  reportBoth(report, "user_key", { value: orUnset(userKey), file: userKeyFile });
  if (token === "" && tokenFile === "") report('one of "token" and "token_file" is wanted');
  reportBoth(report, "token", { value: orUnset(token), file: tokenFile });
  if (settings.html && settings.monospace)
    report('at most one of "monospace" and "html" may be set');
}

export const pushover: ReceiverKind<PushoverSettings> = {
  kind: "pushover",
  key: "pushover_configs",
  shape: pushoverSettings,
  inherit: inheritHttp,
};
