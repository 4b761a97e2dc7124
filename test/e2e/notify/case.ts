import { timesFrom, fingerprint, startOf } from "@tocsin/domain/alert";
import { parseConfig, type IntegrationConfig } from "@tocsin/domain/config";
import {
  labelSetFromRecord,
  type AlertRecord,
  type GroupKey,
  type Instant,
  type TenantId,
} from "@tocsin/domain/model";
import type { NotifyJob } from "@tocsin/engine/ports";

type Texts = Readonly<Record<string, string>>;

/** One recorded case; see the README. */
export interface NotifyCase {
  readonly name: string;
  readonly config: string;
  readonly files?: Texts;
  readonly isolate?: boolean;
  readonly sink?: readonly SinkRule[];
  readonly post: readonly { readonly alerts: readonly PostedJson[]; readonly files?: Texts }[];
  readonly want: {
    readonly requests?: readonly WantedRequest[];
    readonly retried?: unknown;
    readonly unordered?: boolean;
    readonly failedReason?: string;
    readonly log?: string;
    readonly logContains?: readonly string[];
    readonly logNotContains?: readonly string[];
    readonly startFails?: boolean;
  };
}

export interface SinkRule {
  readonly match?: { readonly path?: string };
  readonly times?: number;
  readonly status?: number;
  readonly headers?: Texts;
  readonly body?: string;
  readonly json?: unknown;
  readonly delayMs?: number;
  readonly close?: boolean;
}

export interface WantedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Texts;
  readonly body?: string | { readonly $long: { readonly sha256: string } };
  readonly json?: MessageJson;
}

interface PostedJson {
  readonly labels: Texts;
  readonly annotations?: Texts;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

interface MessageJson {
  readonly alerts: readonly (PostedJson & { readonly status: string })[];
  readonly notification_reason: string;
  readonly groupLabels: Texts;
  readonly routeLabels: Texts;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
}

/** The instant that stands for the moment of the first POST. */
export const T0 = "2026-11-22T03:04:05.678Z";

/** The message that a wanted request came from; what was truncated is filled up with copies. */
export function jobFrom(
  vector: NotifyCase,
  message: MessageJson,
  integration: IntegrationConfig,
): NotifyJob {
  const shown = message.alerts.map((alert) => {
    return { record: recordFrom(alert), resolved: alert.status === "resolved" };
  });
  const hidden = Array.from({ length: message.truncatedAlerts }, () => shown[0]!);
  return {
    tenant: "anonymous" as TenantId,
    receiver: receiverOf(vector),
    integration,
    groupKey: message.groupKey as GroupKey,
    groupLabels: labelSetFromRecord(message.groupLabels),
    routeLabels: message.routeLabels,
    templateFiles: [],
    alerts: [...shown, ...hidden],
    reason: message.notification_reason,
    nowMs: Date.parse(T0),
    repeatIntervalMs: 4 * 3_600_000,
    receiverData: {},
    idempotencyKey: `key of ${vector.name}`,
  };
}

/** The message of cases whose requests do not show it: custom payloads and those that want none. */
export function anyMessage(vector: NotifyCase): MessageJson {
  const alerts = vector.post[0]!.alerts.map((alert) => ({ ...alert, status: "firing" }));
  return {
    alerts,
    notification_reason: "first notification",
    groupLabels: { alertname: alerts[0]?.labels["alertname"] ?? "" },
    routeLabels: {},
    groupKey: "{}:{}",
    truncatedAlerts: 0,
  };
}

/** The receiver under test is the one that is not the black hole; mostly it has the case's name. */
export function receiverOf(vector: NotifyCase): string {
  const names = [...vector.config.matchAll(/^- name: (.+)$/gm)].map(([, name]) => name!);
  const name = names.find((each) => each !== "blackhole")!;
  return name.replace(/^(["'])(.*)\1$/, "$2");
}

function recordFrom(alert: PostedJson): AlertRecord {
  const labels = labelSetFromRecord(alert.labels);
  const { hi, lo } = fingerprint(labels);
  const start = instantFrom(alert.startsAt);
  const times = timesFrom(start, instantFrom(alert.endsAt));
  return {
    ...labels,
    fpHi: hi,
    fpLo: lo,
    annotations: JSON.stringify(alert.annotations ?? {}),
    generatorUrl: alert.generatorURL ?? "",
    ...times,
    past: undefined,
    updatedAtMs: startOf(times).ms,
    timeout: false,
    stampUs: 1,
    stampBy: "am-1" as AlertRecord["stampBy"],
    prevUs: 0,
    prevBy: "",
    keepUntilMs: 0,
  };
}

function instantFrom(text = T0): Instant {
  const parts = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text.replace("{{T0}}", T0))!;
  const [, seconds, fraction = "", zone] = parts;
  const ns = Number(fraction.padEnd(9, "0"));
  const [hours = 0, minutes = 0] = zone === "Z" ? [] : zone!.slice(1).split(":").map(Number);
  const sign = zone!.startsWith("-") ? -1 : 1;
  return {
    ms: Date.parse(`${seconds}${zone}`) + Math.trunc(ns / 1e6),
    subNs: ns % 1e6,
    offsetMin: sign * (hours * 60 + minutes),
  };
}

/** A message by webhook to this URL; `settings` are further lines of its configuration. */
export function jobTo(url: string, settings = ""): NotifyJob {
  const lines = ["route: {receiver: r}", "receivers:", "- name: r", "  webhook_configs:"];
  const parsed = parseConfig([...lines, `  - url: "${url}"`, settings, ""].join("\n"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const integration: IntegrationConfig = parsed.config.receivers[0]!.integrations[0]!;
  const labels = { alertname: "QueueBacklog" };
  const vector: NotifyCase = {
    name: "one webhook",
    config: "- name: r",
    post: [{ alerts: [{ labels }] }],
    want: {},
  };
  return jobFrom(vector, anyMessage(vector), integration);
}
