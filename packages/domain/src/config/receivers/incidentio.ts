import { orUnset, reportBoth } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  field,
  goDuration,
  optional,
  secret,
  shown,
  struct,
  text,
  uint,
  url,
} from "../schema/index.ts";
import type { Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/incidentio/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface IncidentioSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  readonly url: string | undefined;
  readonly urlFile: string;
  /** Secret. */
  readonly alertSourceToken: string;
  readonly alertSourceTokenFile: string;
  /** 0: no limit. */
  readonly maxAlerts: number;
  /** 0: no timeout of its own. */
  readonly timeoutMs: number;
}

const incidentioSettings: StructShape<IncidentioSettings> = struct<IncidentioSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    url: shown("url", url),
    urlFile: shown("url_file", text),
    alertSourceToken: field("alert_source_token", secret),
    alertSourceTokenFile: field("alert_source_token_file", text),
    maxAlerts: shown("max_alerts", uint),
    timeoutMs: shown("timeout", goDuration),
  },
  { check: checkIncidentio },
);

function checkIncidentio(settings: IncidentioSettings, report: Report): void {
  const { alertSourceToken, alertSourceTokenFile } = settings;
  const tokenFields = '"alert_source_token" or "alert_source_token_file"';
  if (settings.url === undefined && settings.urlFile === "") {
    report('one of "url" and "url_file" is wanted');
  }
  reportBoth(report, "url", { value: settings.url, file: settings.urlFile });
  reportBoth(report, "alert_source_token", {
    value: orUnset(alertSourceToken),
    file: alertSourceTokenFile,
  });
  if (settings.httpConfig === undefined) return;
  // As upstream, a missing token is only noticed when there is an own http_config.
  const hasToken = alertSourceToken !== "" || alertSourceTokenFile !== "";
  const hasAuthorization = settings.httpConfig.authorization !== undefined;
  if (hasToken && hasAuthorization) {
    report(`${tokenFields} may not be set with "http_config.authorization"`);
  }
  if (!hasToken && !hasAuthorization) {
    report(`one of ${tokenFields} and "http_config.authorization" is wanted`);
  }
}

export const incidentio: ReceiverKind<IncidentioSettings> = {
  kind: "incidentio",
  key: "incidentio_configs",
  shape: incidentioSettings,
  inherit: inheritHttp,
  keepsPaths: true,
};
