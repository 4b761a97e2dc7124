/** Makes the data of a notification's templates from records. Mirrors Template.Data of Alertmanager 0.34. */
import { atOnce, type Steps } from "@tocsin/foundation";
import { endOf, formatFingerprint, startOf } from "../../alert/index.ts";
import {
  labelSetFromRecord,
  type AlertRecord,
  type Instant,
  type LabelSet,
} from "../../model/index.ts";
import { fixedZone, UTC } from "../time/zone.ts";
import { GoTime, ZERO_TIME } from "../time/time.ts";
import { CommonLabels } from "./common-labels.ts";
import { AlertData, TemplateData } from "./data.ts";
import { KV } from "./kv.ts";

export interface TemplateDataInput {
  /** The receiver's name as it is configured. */
  readonly receiver: string;
  readonly groupLabels: LabelSet;
  /** The route's labels: templates, or texts when `areRouteLabelsRendered`. */
  readonly routeLabels?: LabelSet;
  readonly areRouteLabelsRendered?: boolean;
  /** In the order in which they are shown, and as they are told: the record alone does not decide. */
  readonly alerts: readonly { readonly record: TemplateAlert; readonly resolved: boolean }[];
  readonly externalUrl: string;
  /** Why the notification is sent, such as `first notification`. */
  readonly reason: string;
}

/** What templates show of an alert's record. */
export type TemplateAlert = Pick<
  AlertRecord,
  | "names"
  | "values"
  | "fpHi"
  | "fpLo"
  | "annotations"
  | "generatorUrl"
  | "startsAtMs"
  | "endsAtMs"
  | "sent"
>;

export function buildTemplateData(input: TemplateDataInput): TemplateData {
  return atOnce(templateDataSteps(input));
}

/** `buildTemplateData` in steps of one alert each, yielded as what it costs, in simple alerts. */
export function* templateDataSteps(input: TemplateDataInput): Steps<TemplateData> {
  const labels = new CommonLabels();
  const annotations = new CommonLabels();
  const alerts: AlertData[] = [];
  for (const { record, resolved } of input.alerts) {
    const annotated = parseAnnotations(record.annotations);
    labels.add(record);
    annotations.add(annotated);
    alerts.push(alertData(record, annotated, resolved));
    yield 1 + (record.names.length >> 7) + (record.annotations.length >> 10);
  }
  const isFiring = alerts.some(({ status }) => status === "firing");
  return new TemplateData({
    receiver: quoteMeta(input.receiver),
    status: isFiring ? "firing" : "resolved",
    alerts,
    notificationReason: input.reason,
    groupLabels: new KV(input.groupLabels),
    commonLabels: new KV(labels.found()),
    commonAnnotations: new KV(annotations.found()),
    routeLabels: new KV(input.routeLabels ?? NO_LABELS),
    externalUrl: formatExternalUrl(input.externalUrl),
    areRouteLabelsRendered: input.areRouteLabelsRendered ?? false,
  });
}

const NO_LABELS: LabelSet = { names: [], values: [] };

function alertData(alert: TemplateAlert, annotations: LabelSet, resolved: boolean): AlertData {
  return new AlertData({
    status: resolved ? "resolved" : "firing",
    labels: new KV(alert),
    annotations: new KV(annotations),
    startsAt: timeOf(startOf(alert)),
    // An end in the future is a promise, not news, so it is not shown.
    endsAt: resolved ? timeOf(endOf(alert)) : ZERO_TIME,
    generatorUrl: alert.generatorUrl,
    fingerprint: formatFingerprint(alert.fpHi, alert.fpLo),
  });
}

/** The annotations of a record, which keeps them as JSON text. */
export function parseAnnotations(json: string): LabelSet {
  if (json === "" || json === "{}") return NO_LABELS;
  return labelSetFromRecord(JSON.parse(json) as Record<string, string>); // we wrote it so
}

function timeOf({ ms, subNs, offsetMin }: Instant): GoTime {
  const seconds = Math.floor(ms / 1000);
  const zone = offsetMin === 0 ? UTC : fixedZone("", offsetMin * 60);
  return new GoTime(seconds, (ms - seconds * 1000) * 1_000_000 + subNs, zone);
}

/** Go's `regexp.QuoteMeta` (S-60). */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** A URL as Go prints it again after parsing: what may not stand in host and path is encoded. */
export function formatExternalUrl(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(url);
  if (parts === null) return url;
  const [, scheme = "", authority = "", path = "", query = "", fragment = ""] = parts;
  const host = authority.replace(/[^\0-\x7f]+/gu, encodeURIComponent);
  const encode = (text: string): string =>
    text.replace(
      /%(?![0-9a-fA-F]{2})|[^A-Za-z0-9\-._~$&+,/:;=@!'()*[\]%?#]+/gu,
      encodeURIComponent,
    );
  return scheme.toLowerCase() + host + encode(path) + query + encode(fragment);
}
