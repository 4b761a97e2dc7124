/**
 * What there is, counted when the page of metrics is asked for: alerts and silences by state, groups.
 * Sums over all tenants of this instance, so that the number of series does not grow with them. Counting
 * goes on in slices: with many alerts it would hold up everybody else.
 */
import { setImmediate } from "node:timers/promises";
import type { Fleet } from "@tocsin/engine/fleet";
import type { CountedAlert, Tenant } from "@tocsin/engine/tenant";
import type { Clock, MetricFamily, MetricRegistry } from "@tocsin/foundation";

export interface StateMetricsDeps {
  readonly clock: Clock;
  readonly metrics: MetricRegistry;
  readonly fleet: Fleet;
}

const SLICE_MAX_MS = 5;
/** The clock is looked at this often. */
const STEP_COUNT = 200;
const ALERT_STATES = ["active", "suppressed", "unprocessed"] as const;
const SILENCE_STATES = ["active", "expired", "pending"] as const;

type Counts = Map<string, number>;

/** @param byGroup the feature `group-key-in-metrics`: alerts are counted for each group */
export function countState(deps: StateMetricsDeps, byGroup: boolean): void {
  const { metrics } = deps;
  const names = byGroup ? ["group_key", "state"] : ["state"];
  const alerts = metrics.gauge("alertmanager_alerts", "How many alerts by state.", names);
  const silences = metrics.gauge("alertmanager_silences", "How many silences by state.", ["state"]);
  const groups = metrics.gauge(
    "alertmanager_dispatcher_aggregation_groups",
    "Number of active aggregation groups",
  );
  const sizes = [
    ["state_size", "The number of silences in the state map."],
    ["matcher_index_size", "The number of entries in the matcher cache index."],
    ["version_index_size", "The number of entries in the version index."],
  ].map(([part, help = ""]) => metrics.gauge(`alertmanager_silences_${part}`, help).with());
  constantZeros(metrics);
  let counting: Promise<void> | undefined;
  const count = async (): Promise<void> => {
    const counted = await countFleet(deps, byGroup);
    show(alerts, counted.alerts, byGroup ? [] : ALERT_STATES);
    show(silences, counted.silences, SILENCE_STATES);
    groups.with().set(counted.groups);
    const silenceCount = [...counted.silences.values()].reduce((sum, one) => sum + one, 0);
    for (const size of sizes) size.set(silenceCount);
  };
  // Several scrapes at once share one count.
  metrics.collectors.push(() => {
    counting ??= count().finally(() => (counting = undefined));
    return counting;
  });
}

/** What cannot happen here and that dashboards ask for. */
function constantZeros(metrics: MetricRegistry): void {
  const counters = [
    [
      "dispatcher_aggregation_group_creation_given_up",
      "Number of alerts dropped because aggregation group creation exceeded the retry limit.",
    ],
    [
      "dispatcher_aggregation_group_creation_retries",
      "Number of CAS retries while creating aggregation groups under contention.",
    ],
    [
      "dispatcher_aggregation_group_limit_reached",
      "Number of times when dispatcher failed to create new aggregation group due to limit.",
    ],
    ["silences_gc_errors", "How many silence GC errors were encountered."],
    [
      "silences_gossip_messages_propagated",
      "Number of received gossip messages that have been further gossiped.",
    ],
    [
      "nflog_gossip_messages_propagated",
      "Number of received gossip messages that have been further gossiped.",
    ],
  ] as const;
  for (const [name, help] of counters) metrics.counter(`alertmanager_${name}_total`, help);
}

interface FleetCounts {
  readonly alerts: Counts;
  readonly silences: Counts;
  groups: number;
}

async function countFleet(
  { fleet, clock }: StateMetricsDeps,
  byGroup: boolean,
): Promise<FleetCounts> {
  const counts: FleetCounts = { alerts: new Map(), silences: new Map(), groups: 0 };
  const slices = new Slices(clock);
  for (const tenant of Array.from(fleet.tenants())) {
    counts.groups += tenant.groupCount;
    for (const _ of tenant.prepareAlerts()) if (slices.isPast) await slices.turn();
    for (const step of stepsOf(tenant, { nowMs: clock.wallMs(), byGroup, counts })) {
      step();
      if (slices.isOver) await slices.turn();
    }
  }
  return counts;
}

/** Each step counts one thing. */
function* stepsOf(
  tenant: Tenant,
  what: { readonly nowMs: number; readonly byGroup: boolean; readonly counts: FleetCounts },
): Generator<() => void> {
  const { alerts, silences } = what.counts;
  for (const alert of tenant.alertStates(what)) yield () => add(alerts, keyOf(alert), alert.count);
  for (const state of tenant.silenceStates(what.nowMs)) yield () => add(silences, state);
}

class Slices {
  readonly #clock: Clock;
  #startedAtMs: number;
  #steps = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.monotonicMs();
  }

  get isOver(): boolean {
    this.#steps += 1;
    return this.#steps % STEP_COUNT === 0 && this.isPast;
  }

  get isPast(): boolean {
    return this.#clock.monotonicMs() - this.#startedAtMs >= SLICE_MAX_MS;
  }

  async turn(): Promise<void> {
    await setImmediate();
    this.#startedAtMs = this.#clock.monotonicMs();
  }
}

/** No key of a group contains a line break that is not escaped. */
const SEPARATOR = "\n";

function keyOf({ groupKey, state }: CountedAlert): string {
  return groupKey === undefined ? state : `${groupKey}${SEPARATOR}${state}`;
}

function add(counts: Counts, key: string, count: number = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Sets what was counted, and what was not counted any more to nothing. */
function show(family: MetricFamily, counts: Counts, always: readonly string[]): void {
  const groupKeys = new Set([...counts.keys()].map((key) => key.split(SEPARATOR).slice(0, -1)[0]));
  const wanted = new Set(always);
  for (const groupKey of groupKeys) {
    if (groupKey === undefined) continue;
    for (const state of ALERT_STATES) wanted.add(`${groupKey}${SEPARATOR}${state}`);
  }
  for (const { labels } of family.series.values()) {
    if (!wanted.has(labels.join(SEPARATOR))) family.delete(...labels);
  }
  for (const key of wanted) family.with(...key.split(SEPARATOR)).set(counts.get(key) ?? 0);
}
