import { fingerprint, isResolved } from "@tocsin/domain/alert";
import { labelSetFromRecord } from "@tocsin/domain/model";
import {
  buildTemplateData,
  compileTemplates,
  KV,
  payloadToJson,
  renderPayload,
  TemplateCache,
  TemplateData,
  templateDataFromJson,
  templateDataToJson,
  type PayloadValue,
  type TemplateAlert,
} from "@tocsin/domain/template";
import { judge, type VectorCase, type Verdict } from "../vector.ts";

const OPTIONS = { nowMs: Date.parse("2026-01-01T00:00:00Z") };
const ZERO_TIME_MS = -62_135_596_800_000;
const TEMPLATES = compileTemplates([], { cache: new TemplateCache() });

interface RawAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

interface DataInput {
  readonly alerts: readonly RawAlert[];
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly routeLabels: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly externalURL: string;
  readonly now: string;
}

/** What templates are given, as JSON in webhook form. */
export function playData({ input, want }: VectorCase): Verdict {
  const raw = input as DataInput;
  const data = buildTemplateData({
    receiver: raw.receiver,
    groupLabels: labelSetFromRecord(raw.groupLabels),
    routeLabels: labelSetFromRecord(raw.routeLabels),
    alerts: raw.alerts.map((alert) => {
      const record = recordOf(alert);
      return { record, resolved: isResolved(record, Date.parse(raw.now)) };
    }),
    externalUrl: raw.externalURL,
    reason: raw.reason,
  });
  return judge((want as { output: unknown }).output, JSON.parse(templateDataToJson(data)));
}

function recordOf(alert: RawAlert): TemplateAlert {
  const labels = labelSetFromRecord(alert.labels);
  const { hi, lo } = fingerprint(labels);
  return {
    ...labels,
    fpHi: hi,
    fpLo: lo,
    annotations: JSON.stringify(alert.annotations),
    generatorUrl: alert.generatorURL,
    startsAtMs: Date.parse(alert.startsAt),
    endsAtMs: alert.endsAt === "" ? ZERO_TIME_MS : Date.parse(alert.endsAt),
    sent: undefined,
  };
}

/** Labels of a route, rendered; those that fail are left out. */
export function playRouteLabels(vector: VectorCase): Verdict {
  const { routeLabels } = vector.input as { routeLabels: Readonly<Record<string, string>> };
  const labels = new KV(labelSetFromRecord(routeLabels));
  const data = dataOf(vector);
  const fields = { ...data, alerts: data?.alerts.elements(), routeLabels: labels };
  const rendered = TEMPLATES.renderRouteLabels(
    new TemplateData(fields as ConstructorParameters<typeof TemplateData>[0]),
    OPTIONS,
  );
  const output: Record<string, string> = {};
  const failed: Record<string, string> = {};
  for (const [name, result] of rendered) {
    if (result.ok) output[name] = result.text;
    else failed[name] = result.problem.message;
  }
  return judge(vector.want, { output, failed });
}

interface PayloadWant {
  readonly output?: unknown;
  readonly token?: string;
  readonly jsonError?: string;
}

/** Custom payloads; numbers are compared as JSON writes them. */
export function playPayload(vector: VectorCase): Verdict {
  const { value } = vector.input as { value: unknown };
  const want = vector.want as PayloadWant;
  const data = dataOf(vector);
  const result = renderPayload(asYaml(value), (text) => TEMPLATES.renderText(text, data, OPTIONS));
  if (!result.ok) {
    const hasToken = want.token !== undefined && result.problem.message.includes(want.token);
    return judge(true, hasToken);
  }
  const json = payloadToJson(result.value);
  if (want.jsonError !== undefined) return judge(want.jsonError, json.ok ? json.json : json.reason);
  return judge(normalized(want.output), json.ok ? normalized(plain(result.value)) : json.reason);
}

type YamlValue = Parameters<typeof renderPayload>[0];

/** JSON as the configuration's reader gives it: mappings are maps. */
function asYaml(value: unknown): YamlValue {
  if (Array.isArray(value)) return value.map(asYaml);
  if (typeof value !== "object" || value === null) return value as YamlValue;
  return new Map(Object.entries(value).map(([name, inner]) => [name, asYaml(inner)]));
}

function plain(value: PayloadValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, PayloadValue>)].map(([name, inner]) => [name, plain(inner)]),
    );
  }
  return Array.isArray(value) ? value.map((inner: PayloadValue) => plain(inner)) : value;
}

/** Large integers by their digits, as JSON writes them; -0 is written 0 by some. */
function normalized(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, normalized(inner)]));
}

/** The data that a case names. */
export function dataOf(vector: VectorCase, areRouteLabelsRendered = false): TemplateData | null {
  const { data } = vector.input as { data: string | null };
  if (data === null) return null;
  const sets = vector.data as Readonly<Record<string, unknown>>;
  return templateDataFromJson(sets[data], { areRouteLabelsRendered });
}
