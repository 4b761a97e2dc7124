/**
 * `node --conditions=tocsin-source test/bench/holding/main.ts [groups]`: for how long one act on a tenant
 * with 60,000 alerts holds the event loop, in CPU time of the thread, collecting garbage included.
 */
import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import { labelSetFromRecord, type InstanceId, type TenantId } from "@tocsin/domain/model";
import { parseConfig } from "@tocsin/domain/config";
import { templateDataJsonSteps, templateDataSteps } from "@tocsin/domain/template";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import type { NotifyJob } from "@tocsin/engine/ports";
import {
  COMPILE_SLICE_SIZE,
  Interner,
  settingsSteps,
  Tenant,
  type TenantSettings,
} from "@tocsin/engine/tenant";
import { atOnce, type Steps } from "@tocsin/foundation";
import { measure, resultOf, slicesOf } from "./measure.ts";

const ALERT_COUNT = 60_000;
const BATCH_COUNT = 1_000;
/** As the fleet does. */
const SLICE_SIZE = 1_000;
const TICKS_AT_ONCE = 100;
/** As who writes messages does. */
const MESSAGE_SLICE_SIZE = 300;
const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

const groupCount = Number(process.argv[2] ?? 100);
// Branded texts are made at the edges of the program.
const ID = "t" as TenantId;
const OWNER = "am" as InstanceId;

function settings(root: string, receiver = "a", more = ""): TenantSettings {
  return atOnce(compiling(root, receiver, more));
}

/** Parsing is done in a thread of its own, so it is not counted. */
function compiling(root: string, receiver = "a", more = ""): Steps<TenantSettings> {
  const receivers = "[{name: a, webhook_configs: [{url: 'http://a/'}]}, {name: b}]";
  const text = `{route: {receiver: ${receiver}, ${root}}, receivers: ${receivers}${more}}`;
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return settingsSteps(parsed.config, { text, templates: {} });
}

/** Each has two regular expressions. */
function routes(count: number): string {
  const route = (at: number) =>
    `{matchers: ['instance=~"host-${at}[0-9]+x?(a|b)*"', 'job=~"n[a-z]de${at}"']}`;
  return `routes: [${Array.from({ length: count }, (_, at) => route(at)).join(",")}]`;
}

/** They have all alerts for targets, and each has a source that fires in every cluster. */
function rules(count: number): string {
  const rule = (at: number) =>
    `{source_matchers: ['source="s${at % 100}"'], target_matchers: ['job="node"', 'a!="${at}"'], equal: [rack]}`;
  return `, inhibit_rules: [${Array.from({ length: count }, (_, at) => rule(at)).join(",")}]`;
}

type Labels = (at: number) => Readonly<Record<string, string>>;

const usual: { readonly labels: Labels } = {
  labels: (at) => ({
    alertname: `A${at % groupCount}`,
    cluster: `c${at % 10}`,
    instance: `host-${at}`,
    job: "node",
  }),
};

function* posting(
  tenant: Tenant,
  alertCount: number,
  { labels, endsAtMs = START_MS + 24 * HOUR_MS }: { labels: Labels; endsAtMs?: number },
): Generator<void> {
  for (let from = 0; from < alertCount; from += BATCH_COUNT) {
    const alerts = Array.from({ length: Math.min(BATCH_COUNT, alertCount - from) }, (_, at) => ({
      labels: labelSetFromRecord(labels(from + at)),
      annotations: "{}",
      generatorUrl: "",
      startsAtMs: START_MS,
      endsAtMs,
      sent: undefined,
      updatedAtMs: nowMs,
      timeout: false,
    }));
    const stamp = { tenant: ID, nowMs, stampUs: nowMs * 1_000, stampBy: OWNER };
    yield void tenant.applyBatch({ ...stamp, alerts });
  }
}

function* changing(tenant: Tenant, next: TenantSettings): Generator<void> {
  const change = tenant.beginSettings(next, nowMs);
  if (change === undefined) return;
  yield* slicesOf(change.steps(), SLICE_SIZE);
  change.finish(nowMs);
  yield;
}

type Flush = ReturnType<Tenant["takeDue"]>["flushes"][number];

function* ticking(tenant: Tenant, flushes: Flush[]): Generator<void> {
  let due = tenant.takeDue(nowMs, { countMax: TICKS_AT_ONCE });
  flushes.push(...due.flushes);
  yield;
  while (due.left.length > 0) {
    due = tenant.takeDue(nowMs, { countMax: TICKS_AT_ONCE, due: due.left });
    flushes.push(...due.flushes);
    yield;
  }
}

function* deciding(tenant: Tenant, flushes: readonly Flush[]): Generator<void> {
  for (const { groupId, groupKey, keys, tickMs } of flushes) {
    yield* slicesOf(tenant.prepareDecision(groupId, nowMs), SLICE_SIZE);
    for (const { key, receiver, integration } of keys) {
      const question = { groupId, key, tickMs, nowMs, heard: ALWAYS_HEARD };
      yield* slicesOf(tenant.foreseeing(question), SLICE_SIZE);
      const decision = yield* resultOf(tenant.deciding(question), SLICE_SIZE);
      yield;
      if (decision.kind === "nothing") continue;
      if (decision.kind === "send") jobs.push(decision.job);
      const entry = tenant.recordFor(decision.told, {
        key,
        groupKey,
        groupId,
        receiver,
        integration: integration.kind,
        tickMs,
        index: integration.index,
        version: { us: nowMs * 1_000, by: OWNER },
        timestampMs: nowMs,
        receiverData: {},
        retentionMs: HOUR_MS,
      });
      yield void tenant.merge({ log: [entry] }, nowMs);
      yield* slicesOf(tenant.finishing({ groupId, key, tickMs, result: "told" }), SLICE_SIZE);
    }
  }
}

function* writing({ alerts, receiver, groupLabels, reason }: NotifyJob): Generator<void> {
  const input = { alerts, receiver, groupLabels, reason, externalUrl: "http://a/" };
  const data = yield* resultOf(templateDataSteps(input), MESSAGE_SLICE_SIZE);
  yield* slicesOf(templateDataJsonSteps(data), MESSAGE_SLICE_SIZE);
}

function* listing(tenant: Tenant): Generator<void> {
  const views = tenant.alerts(nowMs)[Symbol.iterator]();
  for (let isOver = false; !isOver;) {
    for (let count = 0; count < SLICE_SIZE && !isOver; count += 1)
      isOver = views.next().done === true;
    yield;
  }
}

function flush(name: string): void {
  const flushes: Flush[] = [];
  measure(`spend the ticks of all groups${name}`, ticking(tenant, flushes));
  measure(`decide for all groups${name}`, deciding(tenant, flushes));
}

let nowMs = START_MS;
const shared = { interner: new Interner(), zones: new ZoneOffsets(), retentionMs: HOUR_MS };
const tenant = new Tenant(ID, shared);
tenant.setSettings(settings("group_by: [alertname]"), nowMs);
measure(`store ${ALERT_COUNT} alerts`, posting(tenant, ALERT_COUNT, usual));
console.log(`${tenant.groupCount} groups`);
measure("list after new alerts", listing(tenant));
nowMs += 30_000;
const jobs: NotifyJob[] = [];
flush("");
nowMs += HOUR_MS;
measure("all fire on", posting(tenant, ALERT_COUNT, usual));
flush(" again");
const byName = "group_by: [alertname]";
measure("another repeat interval", changing(tenant, settings(`${byName}, repeat_interval: 1h`)));
measure("another receiver", changing(tenant, settings(byName, "b")));
measure("a group for each alert", changing(tenant, settings("group_by: [instance]")));
measure("and back", changing(tenant, settings(byName)));
measure("list after the change", listing(tenant));
const [job] = jobs;
if (job !== undefined) measure(`a message of ${job.alerts.length} alerts`, writing(job));
nowMs += HOUR_MS;
measure("all end", posting(tenant, ALERT_COUNT, { ...usual, endsAtMs: nowMs }));
flush(" of ends");
nowMs += HOUR_MS;
measure("all fire anew", posting(tenant, ALERT_COUNT, usual));
nowMs += 30_000;
flush(" after ends");
const twenty = Array.from({ length: 20 }, (_, at) => {
  return `{matchers: [job="node"], continue: true, group_by: [cluster, "l${at}"]}`;
});
measure("each alert in 20 groups", changing(tenant, settings(`routes: [${twenty.join(",")}]`)));
measure("compile 10,000 routes", slicesOf(compiling(routes(10_000)), COMPILE_SLICE_SIZE));
measure("place under 10,000 routes", changing(tenant, settings(routes(10_000))));
measure("compile 2,000 rules", slicesOf(compiling(byName, "a", rules(2_000)), COMPILE_SLICE_SIZE));
const inhibited = new Tenant(ID, shared);
inhibited.setSettings(settings("group_by: [job]", "a", rules(2_000)), nowMs);
const sources: Labels = (at) => ({ alertname: "S", source: `s${at}`, rack: "other" });
for (const _ of posting(inhibited, 100, { labels: sources }));
measure("600 alerts under 2,000 rules: store", posting(inhibited, 600, usual));
nowMs += 30_000;
const due: Flush[] = [];
measure("600 alerts under 2,000 rules: ticks", ticking(inhibited, due));
measure("600 alerts under 2,000 rules: decide", deciding(inhibited, due));
