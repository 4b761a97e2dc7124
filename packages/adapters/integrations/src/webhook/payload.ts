/**
 * The body of a webhook, version 4: byte for byte what Alertmanager 0.34 sends (`notify/webhook`,
 * `template/template.go`), so that whoever signs, compares or stores bodies sees no difference. It is
 * written field by field, because the order is upstream's and numbers need no library.
 */
import { compareText, type AlertRecord } from "@tocsin/domain/model";
import { endOf, formatFingerprint, startOf } from "@tocsin/domain/alert";
import type { NotifyJob, ToldAlert } from "@tocsin/engine/ports";
import { goJsonText, goJsonTexts } from "../go-json.ts";
import { formatInstant, ZERO_TIME } from "../go-time.ts";

type Pairs = readonly (readonly [string, string])[];

interface MessageAlert {
  readonly told: ToldAlert;
  readonly labels: Pairs;
  readonly annotations: Pairs;
}

/** `maxAlerts` 0: no limit. Alerts beyond it are only counted; nothing in the message knows them. */
export function webhookPayload(
  job: NotifyJob,
  options: { readonly externalUrl: string; readonly maxAlerts: number },
): string {
  const shownCount = options.maxAlerts === 0 ? job.alerts.length : options.maxAlerts;
  const alerts = job.alerts.slice(0, shownCount).map(messageAlert);
  const { names, values } = job.groupLabels;
  const groupLabels = names.map((name, at) => [name, values[at] ?? ""] as const);
  const fields: readonly (readonly [string, string])[] = [
    ["receiver", goJsonText(quoteRegexp(job.receiver))],
    ["status", goJsonText(alerts.some(({ told }) => !told.resolved) ? "firing" : "resolved")],
    ["alerts", `[${alerts.map(alertJson).join(",")}]`],
    ["notification_reason", goJsonText(job.reason)],
    ["groupLabels", goJsonTexts(groupLabels)],
    ["commonLabels", goJsonTexts(common(alerts.map(({ labels }) => labels)))],
    ["commonAnnotations", goJsonTexts(common(alerts.map(({ annotations }) => annotations)))],
    ["routeLabels", goJsonTexts(sorted(job.routeLabels))],
    ["externalURL", goJsonText(options.externalUrl)],
    ["version", goJsonText("4")],
    ["groupKey", goJsonText(job.groupKey)],
    ["truncatedAlerts", String(job.alerts.length - alerts.length)],
  ];
  return `${objectJson(fields)}\n`; // Go's encoder ends each value with a line break.
}

function messageAlert(told: ToldAlert): MessageAlert {
  const { names, values } = told.record;
  return {
    told,
    labels: names.map((name, at) => [name, values[at] ?? ""] as const),
    annotations: annotationsOf(told.record),
  };
}

function alertJson({ told, labels, annotations }: MessageAlert): string {
  const { record, resolved } = told;
  const fingerprint = formatFingerprint(record.fpHi, record.fpLo);
  return objectJson([
    ["status", goJsonText(resolved ? "resolved" : "firing")],
    ["labels", goJsonTexts(labels)],
    ["annotations", goJsonTexts(annotations)],
    ["startsAt", goJsonText(formatInstant(startOf(record)))],
    ["endsAt", goJsonText(resolved ? formatInstant(endOf(record)) : ZERO_TIME)],
    ["generatorURL", goJsonText(record.generatorUrl)],
    ["fingerprint", goJsonText(fingerprint)],
  ]);
}

function objectJson(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, json]) => `"${name}":${json}`).join(",")}}`;
}

/** A record keeps them as the JSON text of an object of texts. */
function annotationsOf(record: AlertRecord): Pairs {
  return sorted(JSON.parse(record.annotations) as Record<string, string>);
}

/** By name as Go sorts; an object's own order puts names that look like numbers first. */
function sorted(texts: Readonly<Record<string, string>>): Pairs {
  return Object.entries(texts).sort(([left], [right]) => compareText(left, right));
}

/** Those of the first that all have with the same value. One that is absent counts as empty (S-67). */
function common(all: readonly Pairs[]): Pairs {
  const [first = [], ...others] = all;
  const maps = others.map((pairs) => new Map(pairs));
  return first.filter(([name, value]) => maps.every((map) => (map.get(name) ?? "") === value));
}

/** The receiver's name as a regular expression that matches just it (S-60). */
function quoteRegexp(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}
