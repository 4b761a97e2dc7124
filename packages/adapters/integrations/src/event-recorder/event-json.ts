/**
 * Events as JSON, as upstream's protobuf messages are written (`eventrecorder/` of Alertmanager 0.34):
 * what has its zero value is left out, 64-bit numbers are texts, and the order is that of the schema.
 */
import { createHash } from "node:crypto";
import {
  alertHash,
  endOf,
  fingerprint,
  formatFingerprint,
  isResolved,
  startOf,
  ZERO_TIME_MS,
} from "@tocsin/domain/alert";
import { formatMatcher } from "@tocsin/domain/matcher";
import {
  labelValue,
  type AlertRecord,
  type Instant,
  type LabelSet,
  type MatcherSpec,
  type SilenceRecord,
} from "@tocsin/domain/model";
import { groupKeyHash } from "@tocsin/domain/route";
import type { EngineEvent, EventGroup, EventNotification } from "@tocsin/engine/ports";

/** What is recorded: what the engine tells, and the beginning and end of the process. */
export type RecordedEvent =
  | EngineEvent
  | { readonly kind: "startup"; readonly version: string; readonly buildContext: string }
  | { readonly kind: "shutdown" };

export interface EventEnvelope {
  readonly event: RecordedEvent;
  readonly atMs: number;
  /** Host name. */
  readonly instance: string;
  /** Shown with tenancy only: upstream has no such field. */
  readonly tenant: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** One line, without its end. */
export function eventJson({ event, atMs, instance, tenant }: EventEnvelope): string {
  return JSON.stringify(
    compact({
      "@timestamp": timeText({ ms: atMs, subNs: 0, offsetMin: 0 }),
      instance,
      data: dataOf(event, atMs),
      tenant,
    }),
  );
}

const TYPES: Readonly<Record<RecordedEvent["kind"], string>> = {
  startup: "alertmanager_startup_event",
  shutdown: "alertmanager_shutdown_event",
  "alert-created": "alert_created",
  "alert-grouped": "alert_grouped",
  "alert-resolved": "alert_resolved",
  notification: "notification",
  "silence-created": "silence_created",
  "silence-updated": "silence_updated",
  "silence-muted-alert": "silence_muted_alert",
  "inhibition-muted-alert": "inhibition_muted_alert",
};

/** The label `event_type` of metrics. */
export function eventType({ kind }: RecordedEvent): string {
  return TYPES[kind];
}

function dataOf(event: RecordedEvent, atMs: number): Json {
  switch (event.kind) {
    case "startup": {
      const { version, buildContext } = event;
      return { alertmanagerStartupEvent: compact({ version, buildContext }) };
    }
    case "shutdown":
      return { alertmanagerShutdownEvent: {} };
    case "alert-created":
      return { alertCreated: { alert: alertJson(event.alert, atMs) } };
    case "alert-grouped":
      return { alertGrouped: inGroup(event, atMs) };
    case "alert-resolved":
      return { alertResolved: inGroup(event, atMs) };
    case "notification":
      return { notification: notificationJson(event.notification) };
    case "silence-created":
      return { silenceCreated: { silence: silenceJson(event.silence) } };
    case "silence-updated":
      return { silenceUpdated: { silence: silenceJson(event.silence) } };
    case "silence-muted-alert": {
      const silence = silenceJson(event.silence);
      return { silenceMutedAlert: { silence, mutedAlert: mutedJson(event.alert) } };
    }
    case "inhibition-muted-alert":
      return { inhibitionMutedAlert: inhibitionJson(event) };
  }
}

type InGroup = Extract<EngineEvent, { kind: "alert-grouped" | "alert-resolved" }>;

function inGroup({ alert, group }: InGroup, atMs: number): Json {
  const { matchers: _matchers, groupUuid: _uuid, ...info } = groupJson(group);
  return { alert: groupedJson(alert, alertJson(alert, atMs)), groupInfo: info };
}

function groupedJson(alert: AlertRecord, details: Json): Json {
  return { hash: decimal(alertHash(alert)), details };
}

function alertJson(alert: AlertRecord, atMs: number): Json {
  const resolved = isResolved(alert, atMs);
  return alertWith(alert, { resolved, endsAt: timeText(endOf(alert)) });
}

function alertWith(
  alert: AlertRecord,
  state: { readonly resolved: boolean; readonly endsAt: string },
): Json {
  // The text was made of names and texts.
  const annotations = JSON.parse(alert.annotations) as Readonly<Record<string, string>>;
  return compact({
    fingerprint: fingerprintText(alert),
    name: labelValue(alert, "alertname"),
    labels: labelsJson(alert),
    annotations: pairsJson(Object.entries(annotations)),
    startsAt: timeText(startOf(alert)),
    endsAt: state.endsAt,
    resolved: state.resolved,
  });
}

function groupJson(group: EventGroup): Json {
  return compact({
    groupKey: group.key,
    groupLabels: labelsJson(group.labels),
    groupId: groupKeyHash(group.key),
    receiverName: group.receiver,
    matchers: group.matchers.map(matcherJson),
    groupUuid: uuidOf(`${group.id}@${group.bornMs}`),
  });
}

/** Upstream draws one; this one is the same on all instances that hold the group. */
function uuidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

const REASONS: Readonly<Record<string, string>> = {
  "first notification": "NOTIFY_REASON_FIRST_NOTIFICATION",
  "new alerts added": "NOTIFY_REASON_NEW_ALERTS_IN_GROUP",
  "some alerts resolved": "NOTIFY_REASON_NEW_RESOLVED_ALERTS",
  "all alerts resolved": "NOTIFY_REASON_ALL_ALERTS_RESOLVED",
  "repeat interval elapsed": "NOTIFY_REASON_REPEAT_INTERVAL_ELAPSED",
};

function notificationJson(told: EventNotification): Json {
  const hashes = (list: readonly string[]): Json[] => list.map((hash) => ({ hash: decimal(hash) }));
  const { kind, index } = told.integration;
  return compact({
    alerts: told.alerts.map(({ record, resolved }) => {
      // What fires has no end in a message.
      const end = resolved ? endOf(record) : { ms: ZERO_TIME_MS, subNs: 0, offsetMin: 0 };
      return groupedJson(record, alertWith(record, { resolved, endsAt: timeText(end) }));
    }),
    firingAlerts: hashes(told.firing),
    resolvedAlerts: hashes(told.resolved),
    mutedAlerts: hashes(told.muted),
    groupInfo: groupJson(told.group),
    repeatInterval: `${told.repeatIntervalMs / 1_000}s`,
    reason: REASONS[told.reason],
    flushId: String(told.flushCount),
    integration: compact({ name: kind, index: index === 0 ? "" : String(index) }),
  });
}

function silenceJson(silence: SilenceRecord): Json {
  const sets = silence.matcherSets.map((set) => set.map(matcherJson));
  const timeOf = (ms: number): string => timeText({ ms, subNs: 0, offsetMin: 0 });
  return compact({
    id: silence.id,
    matchers: sets[0] ?? [],
    startsAt: timeOf(silence.startsAtMs),
    endsAt: timeOf(silence.endsAtMs),
    updatedAt: timeOf(silence.updatedAtMs),
    createdBy: silence.createdBy,
    comment: silence.comment,
    matcherSets: sets.map((matchers) => compact({ matchers })),
  });
}

function inhibitionJson(event: Extract<EngineEvent, { kind: "inhibition-muted-alert" }>): Json {
  const { rule, alert, source } = event;
  return {
    inhibitRules: [
      compact({
        sourceMatchers: rule.sourceMatchers.map(matcherJson),
        targetMatchers: rule.targetMatchers.map(matcherJson),
        equalLabels: rule.equal.toSorted(),
        name: rule.name,
      }),
    ],
    mutedAlert: mutedJson(alert),
    inhibitingFingerprints: [decimal(source)],
  };
}

function mutedJson(alert: LabelSet): Json {
  return compact({ labels: labelsJson(alert), fingerprint: fingerprintText(alert) });
}

const MATCHER_TYPES: Readonly<Record<MatcherSpec["type"], string>> = {
  "=": "TYPE_EQUAL",
  "=~": "TYPE_REGEXP",
  "!=": "TYPE_NOT_EQUAL",
  "!~": "TYPE_NOT_REGEXP",
};

function matcherJson({ type, name, value }: MatcherSpec): Json {
  const rendered = formatMatcher({ type, name, value });
  return compact({ type: MATCHER_TYPES[type], name, pattern: value, rendered });
}

function labelsJson({ names, values }: LabelSet): Json {
  return pairsJson(names.map((name, at) => [name, values[at] ?? ""] as const));
}

function pairsJson(pairs: readonly (readonly [string, string])[]): Json {
  return compact({ labels: pairs.map(([key, value]) => compact({ key, value })) });
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

/** Without what has its zero value. */
function compact(fields: Json): Json {
  const isZero = (value: unknown): boolean =>
    value === undefined ||
    value === "" ||
    value === false ||
    (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isZero(value)));
}

const SUB_SECOND = /\.(\d{3})Z$/;

/** RFC 3339 in UTC with 0, 3, 6 or 9 digits. */
function timeText({ ms, subNs }: Instant): string {
  if (ms === ZERO_TIME_MS) return "0001-01-01T00:00:00Z";
  const text = new Date(ms).toISOString();
  const digits = (SUB_SECOND.exec(text)?.[1] ?? "000") + String(subNs).padStart(6, "0");
  const kept = digits.replace(/(?:000)+$/, "");
  return text.replace(SUB_SECOND, kept === "" ? "Z" : `.${kept}Z`);
}

function fingerprintText(labels: LabelSet): string {
  const { hi, lo } = fingerprint(labels);
  return decimal(formatFingerprint(hi, lo));
}
