import { orUnset, reportBoth } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  any,
  field,
  goDuration,
  optional,
  secretUrlTemplate,
  shown,
  struct,
  text,
  uint,
} from "../schema/index.ts";
import type { Report, StructShape, YamlValue } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/webhook/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface WebhookSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret; may be a template. */
  readonly url: string;
  readonly urlFile: string;
  /** 0: no limit. */
  readonly maxAlerts: number;
  /** 0: no timeout of its own. */
  readonly timeoutMs: number;
  /** Takes the place of the usual body; its texts are templates. Null: none. */
  readonly payload: YamlValue;
}

const webhookSettings: StructShape<WebhookSettings> = struct<WebhookSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    url: field("url", secretUrlTemplate),
    urlFile: shown("url_file", text),
    maxAlerts: shown("max_alerts", uint),
    timeoutMs: shown("timeout", goDuration),
    payload: field("payload", any),
  },
  { check: checkWebhook },
);

function checkWebhook(settings: WebhookSettings, report: Report): void {
  if (settings.url === "" && settings.urlFile === "")
    report('one of "url" and "url_file" is wanted');
  reportBoth(report, "url", { value: orUnset(settings.url), file: settings.urlFile });
}

export const webhook: ReceiverKind<WebhookSettings> = {
  kind: "webhook",
  key: "webhook_configs",
  shape: webhookSettings,
  inherit: inheritHttp,
};
