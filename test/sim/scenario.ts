/** What a run is made of, drawn from its seed: how many machines, which configuration, which faults. */
import type { TenantId } from "@tocsin/domain/model";
import { CUTTING, FAULT_KINDS, NAMED_KINDS, SCALE_KINDS, type FaultKind } from "./faults/index.ts";
import type { Draw } from "./world/events.ts";

export interface Scenario {
  readonly kinds: readonly FaultKind[];
  readonly instanceCount: number;
  readonly replicationFactor: number;
  readonly repeatMs: number;
  /** Tenants that are given configurations of their own, again and again. */
  readonly configured: readonly TenantId[];
  /** Error of one machine's clock, which the others outvote. */
  readonly wrongClockMs: number;
  readonly clockJumpMaxMs: number;
  /** Clients and machines have one time, so that whatever ends at this instant has ended, however slow the network is. */
  readonly clocksAreRight: boolean;
  readonly episodes: boolean;
  /** Ends are posted when they happen, even while the last renewal is under way, not with the next one. */
  readonly endsAtOnce: boolean;
}

export const TENANTS: readonly TenantId[] = ["t-0", "t-1"] as TenantId[];
const REPLICATION_FACTOR = 3;
export const GROUP_WAIT_MS = 1_000;
export const GROUP_INTERVAL_MS = 5_000;

export interface Given {
  readonly kinds?: readonly FaultKind[];
  readonly instanceCount?: number;
  readonly replicationFactor?: number;
  /** Any number of machines from 1 to 10, which changes, and any replication factor. */
  readonly wide?: boolean;
  /** Beside the usual alerts some that end and fire again, again and again. */
  readonly episodes?: boolean;
  /** Beside the usual faults one or two of those that are otherwise asked for by name, and ends at once. */
  readonly rare?: boolean;
}

/** Few kinds a run, so that each is met with and without the others. */
export function drawScenario(draw: Draw, given: Given): Scenario {
  const count = draw.int(0, 4);
  const drawn = Array.from({ length: count }, () => draw.pick(FAULT_KINDS));
  const usual = draw.chance(0.2) ? 5 : 3;
  const wide = given.wide === true ? drawWide(draw) : undefined;
  const instanceCount = given.instanceCount ?? wide?.instanceCount ?? usual;
  const replicationFactor =
    given.replicationFactor ?? wide?.replicationFactor ?? REPLICATION_FACTOR;
  const isAlone = Math.min(instanceCount, replicationFactor) === 1;
  const rare = given.rare === true ? drawRare(draw) : [];
  const kinds = (given.kinds ?? [...drawn, ...(wide?.kinds ?? []), ...rare]).filter(
    (kind) => !isAlone || !NEEDS_A_COPY.includes(kind),
  );
  // Two members cannot outvote a wrong clock (PROTOCOL 12.7), and three outvote one.
  const isFew = instanceCount < 3 || kinds.some((kind) => SCALING.includes(kind));
  const isLosing = isFew || kinds.some((kind) => LOSING_MEMBERS.includes(kind));
  const wrongClocks = isLosing || kinds.includes("clock") ? [0, 200] : [0, 200, -3_000, 3_000];
  return {
    kinds,
    instanceCount,
    replicationFactor,
    repeatMs: draw.pick([3_600_000, 40_000]),
    configured: draw.chance(0.4) ? TENANTS.slice(1) : [],
    wrongClockMs: draw.pick(kinds.includes("slow") ? [0] : wrongClocks),
    clocksAreRight: kinds.includes("slow") && !kinds.includes("clock"),
    clockJumpMaxMs: isLosing ? 200 : 4_000,
    episodes: given.episodes === true,
    endsAtOnce: given.rare === true,
  };
}

function drawWide(draw: Draw): Pick<Scenario, "kinds" | "instanceCount" | "replicationFactor"> {
  const replicationFactor = draw.pick([1, 2, 3, 3, 5]);
  const instanceCount = draw.chance(0.5) ? draw.int(1, 11) : draw.int(2, 6);
  const count = draw.int(0, 3);
  const kinds = Array.from({ length: count }, () => draw.pick(SCALE_KINDS));
  return { kinds, instanceCount, replicationFactor };
}

function drawRare(draw: Draw): readonly FaultKind[] {
  return Array.from({ length: draw.int(1, 3) }, () => draw.pick(NAMED_KINDS));
}

/** What one copy alone cannot survive (PROTOCOL 12). */
const NEEDS_A_COPY: readonly FaultKind[] = ["wipe", "power", "disk-full", "kill-for-good"];
const SCALING: readonly FaultKind[] = SCALE_KINDS;
const LOSING_MEMBERS: readonly FaultKind[] = [
  "kill",
  "kill-two",
  "kill-all",
  "power",
  "power-all",
  "wipe",
  "restart",
  "restart-all",
  "drain",
  "stop",
  "stop-two",
  ...CUTTING,
];

/** Every other pair of configurations groups otherwise, which makes all groups anew. */
export function groupByOf(number: number): string {
  return number % 4 >= 2 ? "alertname, tenant" : "alertname";
}

/** The number of the configuration whose text this is. */
export function configNumber(text: string): number {
  return Number(/^# (\d+)/.exec(text)?.[1]);
}

/** `P0` and `P1` go to a receiver with two integrations; `I0` and `I1` are muted by their sources. */
export function configText(what: { readonly number: number; readonly repeatMs: number }): string {
  return `# ${what.number}
route:
  receiver: sink
  group_by: [${groupByOf(what.number)}]
  group_wait: ${GROUP_WAIT_MS / 1_000}s
  group_interval: ${GROUP_INTERVAL_MS / 1_000}s
  repeat_interval: ${what.repeatMs / 1_000}s
  routes:
  - receiver: pair
    matchers: ['alertname=~"P[01]"']
inhibit_rules:
${[0, 1].map(inhibitRule).join("")}
receivers:
- name: sink
  webhook_configs:
  - url: http://127.0.0.1:9/
- name: pair
  webhook_configs:
  - url: http://127.0.0.1:9/one
  - url: http://127.0.0.1:9/two
`;
}

function inhibitRule(at: number): string {
  return `- source_matchers: ['alertname="${sourceOf(`I${at}`)}"']
  target_matchers: ['alertname="I${at}"']
  equal: [tenant]
`;
}

/** The group whose alerts inhibit those of an `I` group. */
export function sourceOf(group: string): string {
  return group.replace("I", "M");
}

/** The integrations that are told of a group, as `Attempt.place` names them. */
export function placesOf(group: string): readonly string[] {
  return /^P[01]$/.test(group) ? ["pair/0", "pair/1"] : ["sink/0"];
}
