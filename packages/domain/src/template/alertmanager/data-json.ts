/** Reads `TemplateData` from JSON in webhook form, as `amtool template render` does. */
import { AppError } from "@tocsin/foundation";
import { labelSetFromRecord } from "../../model/index.ts";
import { timeFromRfc3339, type GoTime } from "../time/time.ts";
import { AlertData, TemplateData, type AlertFields } from "./data.ts";
import { KV } from "./kv.ts";

/** @throws AppError `invalid-argument` naming the field that has another type. */
export function templateDataFromJson(
  json: unknown,
  options: { readonly areRouteLabelsRendered?: boolean } = {},
): TemplateData {
  const fields = objectAt(json, "data");
  const alerts = listAt(fields["alerts"], "alerts")?.map((alert, at) =>
    alertAt(alert, `alerts[${at}]`),
  );
  return new TemplateData({
    receiver: textAt(fields["receiver"], "receiver"),
    status: textAt(fields["status"], "status"),
    ...(alerts && { alerts }),
    notificationReason: textAt(fields["notification_reason"], "notification_reason"),
    groupLabels: kvAt(fields["groupLabels"], "groupLabels"),
    commonLabels: kvAt(fields["commonLabels"], "commonLabels"),
    commonAnnotations: kvAt(fields["commonAnnotations"], "commonAnnotations"),
    routeLabels: kvAt(fields["routeLabels"], "routeLabels"),
    externalUrl: textAt(fields["externalURL"], "externalURL"),
    areRouteLabelsRendered: options.areRouteLabelsRendered ?? false,
  });
}

function alertAt(json: unknown, path: string): AlertData {
  const fields = objectAt(json, path);
  const startsAt = timeAt(fields["startsAt"], `${path}.startsAt`);
  const endsAt = timeAt(fields["endsAt"], `${path}.endsAt`);
  const alert: AlertFields = {
    status: textAt(fields["status"], `${path}.status`),
    labels: kvAt(fields["labels"], `${path}.labels`),
    annotations: kvAt(fields["annotations"], `${path}.annotations`),
    ...(startsAt && { startsAt }),
    ...(endsAt && { endsAt }),
    generatorUrl: textAt(fields["generatorURL"], `${path}.generatorURL`),
    fingerprint: textAt(fields["fingerprint"], `${path}.fingerprint`),
  };
  return new AlertData(alert);
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType(path, "an object");
  return value as Readonly<Record<string, unknown>>; // just checked
}

function listAt(value: unknown, path: string): readonly unknown[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrongType(path, "a list");
  return value as readonly unknown[];
}

function textAt(value: unknown, path: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") throw wrongType(path, "a string");
  return value.toWellFormed();
}

function timeAt(value: unknown, path: string): GoTime | undefined {
  if (value === null || value === undefined) return undefined;
  const time = typeof value === "string" ? timeFromRfc3339(value) : undefined;
  if (time === undefined) throw wrongType(path, "a time such as 2026-02-11T08:15:30Z");
  return time;
}

function kvAt(value: unknown, path: string): KV {
  if (value === null || value === undefined) return new KV(undefined);
  const entries = Object.entries(objectAt(value, path));
  return new KV(
    labelSetFromRecord(
      Object.fromEntries(entries.map(([name, text]) => [name, textAt(text, `${path}.${name}`)])),
    ),
  );
}

function wrongType(path: string, wanted: string): AppError {
  return new AppError("invalid-argument", `Cannot read template data: "${path}" is not ${wanted}`);
}
