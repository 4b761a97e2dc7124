import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  any,
  field,
  goDuration,
  listOf,
  mapOf,
  optional,
  secret,
  shown,
  struct,
  text,
  url,
} from "../schema/index.ts";
import type { Draft, Report, StructShape, YamlValue } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/pagerduty/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface PagerdutySettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret; the first version of the API. */
  readonly serviceKey: string;
  readonly serviceKeyFile: string;
  /** Secret; the second version of the API. */
  readonly routingKey: string;
  readonly routingKeyFile: string;
  readonly url: string | undefined;
  /** Template, as all texts below. */
  readonly client: string;
  readonly clientUrl: string;
  readonly description: string;
  /** Always has `firing`, `resolved`, `num_firing` and `num_resolved`. */
  readonly details: ReadonlyMap<string, YamlValue> | undefined;
  readonly images: readonly PagerdutyImage[] | undefined;
  readonly links: readonly PagerdutyLink[] | undefined;
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  /** 0: no timeout of its own. */
  readonly timeoutMs: number;
}

export interface PagerdutyImage {
  readonly src: string;
  readonly alt: string;
  readonly href: string;
}

export interface PagerdutyLink {
  readonly href: string;
  readonly text: string;
}

const DEFAULT_DETAILS: ReadonlyMap<string, string> = new Map([
  ["firing", "{{ .Alerts.Firing | toJson }}"],
  ["resolved", "{{ .Alerts.Resolved | toJson }}"],
  ["num_firing", "{{ .Alerts.Firing | len }}"],
  ["num_resolved", "{{ .Alerts.Resolved | len }}"],
]);

const image: StructShape<PagerdutyImage> = struct<PagerdutyImage>({
  src: field("src", text),
  alt: field("alt", text),
  href: field("href", text),
});

const link: StructShape<PagerdutyLink> = struct<PagerdutyLink>({
  href: field("href", text),
  text: field("text", text),
});

const pagerdutySettings: StructShape<PagerdutySettings> = struct<PagerdutySettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    serviceKey: field("service_key", secret),
    serviceKeyFile: field("service_key_file", text),
    routingKey: field("routing_key", secret),
    routingKeyFile: field("routing_key_file", text),
    url: field("url", url),
    client: field("client", text, '{{ template "pagerduty.default.client" . }}'),
    clientUrl: field("client_url", text, '{{ template "pagerduty.default.clientURL" . }}'),
    description: field("description", text, '{{ template "pagerduty.default.description" .}}'),
    details: field("details", mapOf(any)),
    images: field("images", listOf(image, "a list of images")),
    links: field("links", listOf(link, "a list of links")),
    source: field("source", text),
    severity: field("severity", text),
    class: field("class", text),
    component: field("component", text),
    group: field("group", text),
    timeoutMs: shown("timeout", goDuration),
  },
  { check: checkPagerduty },
);

function checkPagerduty(settings: Draft<PagerdutySettings>, report: Report): void {
  const { routingKey, routingKeyFile, serviceKey, serviceKeyFile } = settings;
  if ([routingKey, routingKeyFile, serviceKey, serviceKeyFile].every((key) => key === "")) {
    report('a "service_key" or "routing_key" is wanted');
  }
  reportBoth(report, "routing_key", { value: orUnset(routingKey), file: routingKeyFile });
  reportBoth(report, "service_key", { value: orUnset(serviceKey), file: serviceKeyFile });
  settings.source ||= settings.client;
  settings.details = new Map([...DEFAULT_DETAILS, ...(settings.details ?? [])]);
}

function inheritPagerduty(
  settings: Draft<PagerdutySettings>,
  global: GlobalConfig,
  report: Report,
): void {
  inheritHttp(settings, global);
  settings.url ??= global.pagerdutyUrl;
  if (settings.url === undefined) report('a "url" is wanted, here or as global PagerDuty URL');
}

export const pagerduty: ReceiverKind<PagerdutySettings> = {
  kind: "pagerduty",
  key: "pagerduty_configs",
  shape: pagerdutySettings,
  inherit: inheritPagerduty,
};
