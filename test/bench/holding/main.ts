/**
 * `node --conditions=tocsin-source test/bench/holding/main.ts [groups]`: for how long one act on a tenant
 * with 60,000 alerts holds the event loop, in CPU time of the thread, collecting garbage included.
 */
import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import { labelSetFromRecord, type InstanceId, type TenantId } from "@tocsin/domain/model";
import { parseConfig } from "@tocsin/domain/config";
import { ZoneOffsets } from "@tocsin/domain/time-interval";
import { compileSettings, Interner, Tenant, type TenantSettings } from "@tocsin/engine/tenant";

const ALERT_COUNT = 60_000;
const BATCH_COUNT = 1_000;
/** As the fleet does. */
const SLICE_SIZE = 1_000;
const TICKS_AT_ONCE = 100;
const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

const groupCount = Number(process.argv[2] ?? 100);
// Branded texts are made at the edges of the program.
const ID = "t" as TenantId;
const OWNER = "am" as InstanceId;

function settings(root: string, receiver = "a"): TenantSettings {
  const receivers = "[{name: a, webhook_configs: [{url: 'http://a/'}]}, {name: b}]";
  const text = `{route: {receiver: ${receiver}, ${root}}, receivers: ${receivers}}`;
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return compileSettings(parsed.config, { text, templates: {} });
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Prints how long all pieces took together and the longest of them. */
function measure(name: string, pieces: Iterable<unknown>): void {
  let [totalMs, longestMs] = [0, 0];
  let startedMs = cpuMs();
  for (const _ of pieces) {
    const tookMs = cpuMs() - startedMs;
    totalMs += tookMs;
    longestMs = Math.max(longestMs, tookMs);
    startedMs = cpuMs();
  }
  console.log(
    `${name.padEnd(40)} ${totalMs.toFixed(0).padStart(6)} ms, longest ${longestMs.toFixed(1)} ms`,
  );
}

function* posting(tenant: Tenant): Generator<void> {
  for (let from = 0; from < ALERT_COUNT; from += BATCH_COUNT) {
    const alerts = Array.from({ length: BATCH_COUNT }, (_, at) => ({
      labels: labelSetFromRecord({
        alertname: `A${(from + at) % groupCount}`,
        cluster: `c${at % 10}`,
        instance: `host-${from + at}`,
        job: "node",
      }),
      annotations: "{}",
      generatorUrl: "",
      startsAtMs: START_MS,
      endsAtMs: START_MS + HOUR_MS,
      sent: undefined,
      updatedAtMs: START_MS,
      timeout: false,
    }));
    const stamp = { tenant: ID, nowMs: START_MS, stampUs: START_MS * 1_000, stampBy: OWNER };
    yield void tenant.applyBatch({ ...stamp, alerts });
  }
}

function* changing(tenant: Tenant, next: TenantSettings): Generator<void> {
  const change = tenant.beginSettings(next, nowMs);
  if (change === undefined) return;
  let size = 0;
  for (const step of change.steps()) {
    size += step;
    if (size < SLICE_SIZE) continue;
    yield;
    size = 0;
  }
  yield;
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
  for (const { groupId, keys, tickMs } of flushes) {
    for (const { key } of keys) {
      yield void tenant.decide({ groupId, key, tickMs, nowMs, heard: ALWAYS_HEARD });
    }
  }
}

function* listing(tenant: Tenant): Generator<void> {
  const views = tenant.alerts(nowMs)[Symbol.iterator]();
  for (let isOver = false; !isOver;) {
    for (let count = 0; count < SLICE_SIZE && !isOver; count += 1)
      isOver = views.next().done === true;
    yield;
  }
}

const shared = { interner: new Interner(), zones: new ZoneOffsets(), retentionMs: HOUR_MS };
const tenant = new Tenant(ID, shared);
let nowMs = START_MS;
tenant.setSettings(settings("group_by: [alertname]"), nowMs);
measure(`store ${ALERT_COUNT} alerts`, posting(tenant));
console.log(`${tenant.groupCount} groups`);
measure("list after new alerts", listing(tenant));
nowMs += 30_000;
const flushes: Flush[] = [];
measure("spend the ticks of all groups", ticking(tenant, flushes));
measure("decide for all groups", deciding(tenant, flushes));
const byName = "group_by: [alertname]";
measure("another repeat interval", changing(tenant, settings(`${byName}, repeat_interval: 1h`)));
measure("another receiver", changing(tenant, settings(byName, "b")));
measure("a group for each alert", changing(tenant, settings("group_by: [instance]")));
measure("and back", changing(tenant, settings(byName)));
measure("list after the change", listing(tenant));
