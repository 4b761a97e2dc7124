import type { SilenceRecord } from "@tocsin/domain/model";
import type { AlertView } from "@tocsin/engine/tenant";
import type { ListKind } from "./list-request.ts";
import type { ShownGroup } from "./views/alert-view.ts";

const ALERT_FIELDS: readonly string[] =
  "labels annotations startsAt endsAt generatorURL status receivers fingerprint".split(" ");

function labelOf(name: string): (view: AlertView) => string {
  return ({ record }) => record.values[record.names.indexOf(name)] ?? "";
}

function alertKind(fields: readonly string[]): ListKind<AlertView> {
  return {
    id: ({ fingerprint }) => fingerprint,
    sorts: {
      fingerprint: ({ fingerprint }) => fingerprint,
      alertname: labelOf("alertname"),
      severity: labelOf("severity"),
      startsAt: ({ record }) => record.startsAtMs,
      endsAt: ({ record }) => record.endsAtMs,
      updatedAt: ({ record }) => record.updatedAtMs,
    },
    fields,
  };
}

export const ALERTS_V2: ListKind<AlertView> = alertKind([...ALERT_FIELDS, "updatedAt"]);
export const ALERTS_V1: ListKind<AlertView> = alertKind(ALERT_FIELDS);

/** Two routes may group alike for one receiver: their number tells them apart. */
export const GROUPS: ListKind<ShownGroup> = {
  id: ({ group: { receiver, labels, route } }) =>
    JSON.stringify([receiver, labels.names, labels.values, route.idx]),
  sorts: {
    receiver: ({ group }) => group.receiver,
    alerts: ({ alerts }) => alerts.length,
  },
  fields: ["alerts", "labels", "receiver", "routeLabels"],
};

const SILENCE_FIELDS: readonly string[] =
  "id status updatedAt comment createdBy endsAt matchers startsAt".split(" ");

function silenceKind(fields: readonly string[]): ListKind<SilenceRecord> {
  return {
    id: ({ id }) => id,
    sorts: {
      id: ({ id }) => id,
      startsAt: ({ startsAtMs }) => startsAtMs,
      endsAt: ({ endsAtMs }) => endsAtMs,
      updatedAt: ({ updatedAtMs }) => updatedAtMs,
      createdBy: ({ createdBy }) => createdBy,
    },
    fields,
  };
}

export const SILENCES_V2: ListKind<SilenceRecord> = silenceKind([...SILENCE_FIELDS, "annotations"]);
export const SILENCES_V1: ListKind<SilenceRecord> = silenceKind(SILENCE_FIELDS);
