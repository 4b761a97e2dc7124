/** Small worlds for the tests beside this file. */
import { expect } from "vitest";
import {
  ALWAYS_HEARD,
  type CompletedAlert,
  fingerprint,
  formatFingerprint,
  type HeardTime,
} from "@tocsin/domain/alert";
import type { Config, RouteConfig } from "@tocsin/domain/config";
import {
  labelSetFromRecord,
  type AlertRecord,
  type InstanceId,
  type SilenceRecord,
  type TenantId,
} from "@tocsin/domain/model";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import type { PartialState } from "../peer/index.ts";
import { Interner } from "./interner.ts";
import { compileSettings, type TenantSettings } from "./settings.ts";
import { Tenant, type TenantShared } from "./tenant.ts";
import type { AlertBatch, Decision, DueFlush, FlushKey, Told } from "./types.ts";

export const START_MS: number = Date.UTC(2026, 5, 1, 12);
export const SECOND_MS = 1_000;
export const MINUTE_MS: number = 60_000;
export const HOUR_MS: number = 3_600_000;
export const RETENTION_MS: number = 120 * HOUR_MS;
// Branded texts are made at the edges of the program, and a test is one.
export const TENANT = "team-a" as TenantId;
export const OWNER = "am-1" as InstanceId;

export function sharedOf(): TenantShared {
  return { interner: new Interner(), zones: new ZoneOffsets(), retentionMs: RETENTION_MS };
}

const ROUTE: RouteConfig = {
  receiver: undefined,
  groupBy: undefined,
  groupByAll: false,
  matchers: [],
  continue: false,
  groupWaitMs: undefined,
  groupIntervalMs: undefined,
  repeatIntervalMs: undefined,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  labels: undefined,
  routes: [],
};

export function routeOf(part: Partial<RouteConfig>): RouteConfig {
  return { ...ROUTE, ...part };
}

const WEBHOOK = { kind: "webhook", index: 0, sendResolved: true, settings: {} };

/** Groups by alert name; waits 30 s, then 5 min, repeats after 4 h; receivers `hook` and `pair`. */
export function configOf(part: Partial<Config> = {}, root: Partial<RouteConfig> = {}): Config {
  return {
    resolveTimeoutMs: 5 * MINUTE_MS,
    route: routeOf({ receiver: "hook", groupBy: ["alertname"], ...root }),
    receivers: [
      { name: "hook", integrations: [WEBHOOK] },
      { name: "pair", integrations: [WEBHOOK, { ...WEBHOOK, index: 1 }] },
      { name: "quiet", integrations: [{ ...WEBHOOK, sendResolved: false }] },
      { name: "nobody", integrations: [] },
    ],
    inhibitRules: [],
    timeIntervals: new Map(),
    templates: [],
    ...part,
  };
}

export function settingsOf(
  part: Partial<Config> = {},
  root: Partial<RouteConfig> = {},
): TenantSettings {
  const text = JSON.stringify([part, root], (_name, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  return compileSettings(configOf(part, root), { text, templates: {} });
}

export function tenantOf(settings: TenantSettings | undefined = settingsOf()): Tenant {
  const tenant = new Tenant(TENANT, sharedOf());
  tenant.setSettings(settings, START_MS);
  return tenant;
}

export type Labels = Readonly<Record<string, string>>;

export interface AlertTimes {
  readonly startsAtMs?: number;
  readonly endsAtMs?: number;
}

/** An alert that starts now and runs out in five minutes, unless the times say otherwise. */
export function alertOf(labels: Labels, nowMs: number, times: AlertTimes = {}): CompletedAlert {
  return {
    labels: labelSetFromRecord(labels),
    annotations: "{}",
    generatorUrl: "",
    startsAtMs: nowMs,
    endsAtMs: nowMs + 5 * MINUTE_MS,
    sent: undefined,
    updatedAtMs: nowMs,
    timeout: false,
    ...times,
  };
}

export function batchOf(nowMs: number, alerts: readonly CompletedAlert[]): AlertBatch {
  return { tenant: TENANT, nowMs, stampUs: nowMs * 1_000, stampBy: OWNER, alerts };
}

/** An instant, or one with other times of the alerts than those of `alertOf`. */
export type At = number | (AlertTimes & { readonly nowMs: number });

/** Posts alerts with these labels as one batch. */
export function post(tenant: Tenant, at: At, ...labels: readonly Labels[]): PartialState {
  const { nowMs, ...times } = typeof at === "number" ? { nowMs: at } : at;
  const alerts = labels.map((one) => alertOf(one, nowMs, times));
  return tenant.applyBatch(batchOf(nowMs, alerts)).state;
}

/** The record that an owner makes of a new alert. */
export function recordOf(labels: Labels, at: At): AlertRecord {
  const { alerts } = post(tenantOf(), at, labels);
  const [record] = alerts ?? [];
  if (record === undefined) throw new Error("A batch of one alert made no record");
  return record;
}

export function fingerprintOf(labels: Labels): string {
  const { hi, lo } = fingerprint(labelSetFromRecord(labels));
  return formatFingerprint(hi, lo);
}

/** A silence of an hour from `nowMs` on these labels. */
export function silenceOf(
  labels: Labels,
  nowMs: number,
  part: Partial<SilenceRecord> = {},
): SilenceRecord {
  const set = Object.entries(labels).map(([name, value]) => ({ type: "=" as const, name, value }));
  return {
    id: "silence-1",
    matcherSets: [set],
    startsAtMs: nowMs,
    endsAtMs: nowMs + HOUR_MS,
    updatedAtMs: nowMs,
    createdBy: "ann",
    comment: "works",
    annotations: {},
    expiredOnRequest: false,
    stampUs: nowMs * 1_000,
    stampBy: OWNER,
    keepUntilMs: nowMs + HOUR_MS + RETENTION_MS,
    ...part,
  };
}

export interface Asking {
  readonly nowMs?: number;
  readonly heard?: HeardTime;
}

/** What the first (or the given) integration of a flush is owed, right at its tick and in full contact. */
export function ask(
  tenant: Tenant,
  flush: DueFlush,
  asking: Asking & { readonly key?: FlushKey } = {},
): Decision {
  const [first] = flush.keys;
  const key = asking.key ?? first;
  if (key === undefined) throw new Error("The flush has no key to ask about");
  const question = {
    groupId: flush.groupId,
    key: key.key,
    tickMs: flush.tickMs,
    nowMs: asking.nowMs ?? flush.tickMs,
    heard: asking.heard ?? ALWAYS_HEARD,
  };
  const prospect = tenant.foresee(question);
  const decision = tenant.decide(question);
  // Whatever is decided in any test was foreseen.
  const wanted =
    decision.kind === "nothing" ? decision : { kind: "owed", news: decision.told.news };
  expect(prospect).toEqual(wanted);
  return decision;
}

/** Writes into the log that this was told at the tick of the flush. */
export function tell(
  tenant: Tenant,
  flush: DueFlush,
  { key, told }: { readonly key: FlushKey; readonly told: Told },
): void {
  const entry = tenant.recordFor(told, {
    key: key.key,
    groupKey: flush.groupKey,
    groupId: flush.groupId,
    receiver: key.receiver,
    integration: key.integration.kind,
    index: key.integration.index,
    version: { us: flush.tickMs * 1_000, by: OWNER },
    timestampMs: flush.tickMs,
    tickMs: flush.tickMs,
    receiverData: {},
    retentionMs: RETENTION_MS,
  });
  tenant.merge({ log: [entry] }, flush.tickMs);
}

/** Runs all ticks that are due, with receivers that say yes to all. Returns what was decided. */
export function runTicks(tenant: Tenant, nowMs: number, asking: Asking = {}): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const flush of tenant.takeDue(nowMs).flushes) {
    for (const key of flush.keys) {
      const decision = ask(tenant, flush, { nowMs, ...asking, key });
      decisions.push(decision);
      if (decision.kind !== "nothing") tell(tenant, flush, { key, told: decision.told });
      const result = decision.kind === "nothing" ? "waived" : "told";
      tenant.finishKey({ groupId: flush.groupId, key: key.key, tickMs: flush.tickMs, result });
    }
  }
  return decisions;
}

/** The reason of a message, or why there was none. */
export function outcomeOf(decision: Decision | undefined): string {
  if (decision === undefined) return "no flush";
  if (decision.kind === "nothing") return decision.why;
  return decision.kind === "record" ? "record" : decision.job.reason;
}

/** The first one that is due; by default at a first tick. */
export function firstFlush(tenant: Tenant, nowMs: number = START_MS + 30 * SECOND_MS): DueFlush {
  const [flush] = tenant.takeDue(nowMs).flushes;
  if (flush === undefined) throw new Error("No flush is due");
  return flush;
}

/** Instances of the alerts of a message. */
export function toldAlerts(decision: Decision | undefined): readonly string[] {
  if (decision?.kind !== "send") return [];
  return decision.job.alerts.map(({ record, resolved }) => {
    return `${record.values[record.names.indexOf("instance")]}${resolved ? " resolved" : ""}`;
  });
}
