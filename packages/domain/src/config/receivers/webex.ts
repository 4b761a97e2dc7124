import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { field, optional, shown, struct, text, url } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors WebexConfig of `config/notifiers.go` in Alertmanager 0.34. */
export interface WebexSettings extends CommonSettings {
  /** Always with an `authorization` of its own. */
  readonly httpConfig: HttpConfig | undefined;
  readonly apiUrl: string | undefined;
  /** Template. */
  readonly message: string;
  /** Template. */
  readonly roomId: string;
}

const webexSettings: StructShape<WebexSettings> = struct<WebexSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: field("api_url", url),
    message: field("message", text, '{{ template "webex.default.message" . }}'),
    roomId: shown("room_id", text),
  },
  { check: checkWebex },
);

function checkWebex(settings: WebexSettings, report: Report): void {
  if (settings.roomId === "") report('"room_id" is missing');
  if (settings.httpConfig?.authorization === undefined) {
    report('"http_config.authorization" is missing; the global one does not count');
  }
}

function inheritWebex(settings: Draft<WebexSettings>, global: GlobalConfig, report: Report): void {
  inheritHttp(settings, global);
  settings.apiUrl ??= global.webexApiUrl;
  if (settings.apiUrl === undefined) report('an "api_url" is wanted, here or as global Webex URL');
}

export const webex: ReceiverKind<WebexSettings> = {
  kind: "webex",
  key: "webex_configs",
  shape: webexSettings,
  inherit: inheritWebex,
};
