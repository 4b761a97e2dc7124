/**
 * What templates are given: Alertmanager's `template.Data`, `Alerts` and `Alert` with their methods.
 * Mirrors template/template.go of Alertmanager 0.34, the order of fields included, which JSON and
 * printing show.
 */
import { TIME } from "../time/methods.ts";
import { ZERO_TIME, type GoTime } from "../time/time.ts";
import {
  BOOL,
  getter,
  pointerTo,
  sliceOf,
  STRING,
  type GoField,
  type GoType,
} from "../values/types.ts";
import { GoPointer, GoSlice, type GoStruct, type GoValue } from "../values/values.ts";
import { KV, KV_TYPE } from "./kv.ts";

/** One alert. */
export class AlertData implements GoStruct {
  readonly type: GoType = ALERT_TYPE;
  readonly status: string;
  readonly labels: KV;
  readonly annotations: KV;
  readonly startsAt: GoTime;
  readonly endsAt: GoTime;
  readonly generatorUrl: string;
  readonly fingerprint: string;

  constructor(fields: AlertFields) {
    this.status = fields.status ?? "";
    this.labels = fields.labels ?? new KV(undefined);
    this.annotations = fields.annotations ?? new KV(undefined);
    this.startsAt = fields.startsAt ?? ZERO_TIME;
    this.endsAt = fields.endsAt ?? ZERO_TIME;
    this.generatorUrl = fields.generatorUrl ?? "";
    this.fingerprint = fields.fingerprint ?? "";
  }
}

export interface AlertFields {
  readonly status?: string;
  readonly labels?: KV;
  readonly annotations?: KV;
  readonly startsAt?: GoTime;
  readonly endsAt?: GoTime;
  readonly generatorUrl?: string;
  /** 16 hex digits. */
  readonly fingerprint?: string;
}

/** A notification's data. What is left out is Go's zero value: "" or a nil list or map. */
export class TemplateData implements GoStruct {
  readonly type: GoType = DATA_TYPE;
  /** Quoted for regular expressions, as upstream has it (S-60). */
  readonly receiver: string;
  readonly status: string;
  readonly alerts: GoSlice;
  readonly notificationReason: string;
  readonly groupLabels: KV;
  readonly commonLabels: KV;
  readonly commonAnnotations: KV;
  readonly routeLabels: KV;
  readonly externalUrl: string;
  /** The route labels are texts already, not templates. */
  readonly areRouteLabelsRendered: boolean;

  constructor(fields: TemplateDataFields) {
    this.receiver = fields.receiver ?? "";
    this.status = fields.status ?? "";
    this.alerts = alertList(fields.alerts, ALERTS_TYPE);
    this.notificationReason = fields.notificationReason ?? "";
    this.groupLabels = fields.groupLabels ?? new KV(undefined);
    this.commonLabels = fields.commonLabels ?? new KV(undefined);
    this.commonAnnotations = fields.commonAnnotations ?? new KV(undefined);
    this.routeLabels = fields.routeLabels ?? new KV(undefined);
    this.externalUrl = fields.externalUrl ?? "";
    this.areRouteLabelsRendered = fields.areRouteLabelsRendered ?? false;
  }
}

export interface TemplateDataFields {
  readonly receiver?: string;
  readonly status?: string;
  readonly alerts?: readonly AlertData[];
  readonly notificationReason?: string;
  readonly groupLabels?: KV;
  readonly commonLabels?: KV;
  readonly commonAnnotations?: KV;
  readonly routeLabels?: KV;
  readonly externalUrl?: string;
  readonly areRouteLabelsRendered?: boolean;
}

function alertList(alerts: readonly AlertData[] | undefined, type: GoType): GoSlice {
  if (alerts !== undefined) return new GoSlice(type, [...alerts]);
  return new GoSlice(type, [], { length: 0, capacity: 0, isNil: true });
}

const asAlert = (value: GoValue): AlertData => value as AlertData; // fields are read from their type
const asData = (value: GoValue): TemplateData => value as TemplateData; // the same

function field(name: string, type: GoType, read: (value: GoValue) => GoValue): GoField {
  const jsonName =
    name === "ExternalURL" ? "externalURL" : name.charAt(0).toLowerCase() + name.slice(1);
  return { name, type, jsonName, read };
}

const ALERT_TYPE: GoType = {
  kind: "struct",
  name: "template.Alert",
  isNamed: true,
  fields: [
    field("Status", STRING, (value) => asAlert(value).status),
    field("Labels", KV_TYPE, (value) => asAlert(value).labels),
    field("Annotations", KV_TYPE, (value) => asAlert(value).annotations),
    field("StartsAt", TIME, (value) => asAlert(value).startsAt),
    field("EndsAt", TIME, (value) => asAlert(value).endsAt),
    field("GeneratorURL", STRING, (value) => asAlert(value).generatorUrl),
    field("Fingerprint", STRING, (value) => asAlert(value).fingerprint),
  ],
};

const ALERT_LIST_TYPE: GoType = sliceOf(ALERT_TYPE);

/** The alerts of one status, as a list without methods: `.Alerts.Firing.Firing` is an error. */
function ofStatus(alerts: GoValue, status: string): GoSlice {
  const elements = alerts instanceof GoSlice ? alerts.elements() : [];
  const chosen = elements.filter((alert) => asAlert(alert).status === status);
  return new GoSlice(ALERT_LIST_TYPE, [...chosen]);
}

const ALERTS_TYPE: GoType = {
  kind: "slice",
  name: "template.Alerts",
  isNamed: true,
  elem: ALERT_TYPE,
  methods: new Map([
    ["Firing", getter((alerts) => ofStatus(alerts, "firing"))],
    ["Resolved", getter((alerts) => ofStatus(alerts, "resolved"))],
  ]),
};

/** Of the data: the one that may be long. */
export const ALERTS_FIELD = "Alerts";

const DATA_TYPE: GoType = {
  kind: "struct",
  name: "template.Data",
  isNamed: true,
  fields: [
    field("Receiver", STRING, (value) => asData(value).receiver),
    field("Status", STRING, (value) => asData(value).status),
    field(ALERTS_FIELD, ALERTS_TYPE, (value) => asData(value).alerts),
    {
      ...field("NotificationReason", STRING, (value) => asData(value).notificationReason),
      jsonName: "notification_reason",
    },
    field("GroupLabels", KV_TYPE, (value) => asData(value).groupLabels),
    field("CommonLabels", KV_TYPE, (value) => asData(value).commonLabels),
    field("CommonAnnotations", KV_TYPE, (value) => asData(value).commonAnnotations),
    field("RouteLabels", KV_TYPE, (value) => asData(value).routeLabels),
    field("ExternalURL", STRING, (value) => asData(value).externalUrl),
    {
      name: "routeLabelsRendered",
      type: BOOL,
      jsonName: undefined,
      read: (value) => asData(value).areRouteLabelsRendered,
    },
  ],
};

const DATA_POINTER_TYPE: GoType = pointerTo(DATA_TYPE);

/** The dot of a notification's templates, a pointer to the data as upstream passes it. */
export function dataPointer(data: TemplateData): GoPointer {
  return new GoPointer(DATA_POINTER_TYPE, data);
}
