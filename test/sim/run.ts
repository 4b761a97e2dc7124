/** One run: a world, its clients, its faults, its checkers; first under faults, then healed to the end. */
import type { TenantId } from "@tocsin/domain/model";
import { checkEnding, differences } from "./checkers/ending.ts";
import { watchSends } from "./checkers/sends.ts";
import { Clients } from "./clients.ts";
import { FAULT_KINDS, Faults, type FaultKind } from "./faults.ts";
import { History } from "./history.ts";
import { Draw } from "./world/events.ts";
import { World } from "./world/world.ts";

export interface RunOptions {
  readonly seed: number;
  readonly instanceCount?: number;
  readonly kinds?: readonly FaultKind[];
  readonly logLevel?: "debug" | "info" | "warn";
}

export interface RunReport {
  readonly seed: number;
  readonly world: World;
  readonly history: History;
  readonly faults: Faults;
}

const CONFIG = `
route:
  receiver: sink
  group_by: [alertname]
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 1h
receivers:
- name: sink
  webhook_configs:
  - url: http://127.0.0.1:9/
`;

const TENANTS = ["t-0", "t-1"] as TenantId[];
const BOOT_MS = 10_000;
const FAULTS_END_MS = 75_000;
const END_MS = 125_000;

/** Runs one seed. What went wrong is in `history.violations`. */
export async function runSeed(options: RunOptions): Promise<RunReport> {
  const draw = new Draw(options.seed);
  const kinds = pickKinds(draw, options.kinds);
  const world = new World({
    seed: draw.seed(),
    instanceCount: options.instanceCount ?? 3,
    replicationFactor: 3,
    config: CONFIG,
    skewMaxMs: 50,
    wrongClockMs: draw.pick(kinds.some(isLosingMembers) ? [0, 200] : [0, 200, -3_000, 3_000]),
  });
  world.logLevel = options.logLevel ?? "warn";
  const history = new History();
  const faults = new Faults(world, new Draw(draw.seed()));
  watchSends({ world, history, faults });
  for (const machine of world.machines) world.start(machine);
  await world.events.runUntil(BOOT_MS);
  const clients = new Clients(world, history, { draw: new Draw(draw.seed()), untilMs: END_MS });
  addTraffic(clients, new Draw(draw.seed()));
  faults.plan(kinds, { fromMs: BOOT_MS, untilMs: FAULTS_END_MS });
  await world.events.runUntil(END_MS);
  await awaitEqual(world);
  checkEnding({ world, history, faults });
  for (const error of world.fatal) history.violate("fatal", world.events.nowMs, error.message);
  return { seed: options.seed, world, history, faults };
}

/** Two members cannot outvote a wrong clock (PROTOCOL 12.7): it comes only where three stay together. */
function isLosingMembers(kind: FaultKind): boolean {
  return ["kill", "kill-all", "restart", "stop", "cut", "lossy"].includes(kind);
}

/** Owners tick within their clocks' differences: waits for an instant between two ticks. */
async function awaitEqual(world: World): Promise<void> {
  for (let tries = 0; tries < 30 && differences(world).length > 0; tries += 1) {
    await world.events.runUntil(world.events.nowMs + 100);
  }
}

/** Few kinds a run, so that each is met with and without the others. */
function pickKinds(draw: Draw, given: readonly FaultKind[] | undefined): readonly FaultKind[] {
  if (given !== undefined) return given;
  const count = draw.int(0, 4);
  return Array.from({ length: count }, () => draw.pick(FAULT_KINDS));
}

/** About a dozen groups a tenant, of four kinds. */
function addTraffic(clients: Clients, draw: Draw): void {
  const during = (fromMs: number, untilMs: number): number => draw.between(fromMs, untilMs);
  for (const tenant of TENANTS) {
    for (let at = 0; at < 4; at += 1) {
      const startMs = during(BOOT_MS, FAULTS_END_MS - 15_000);
      const endMs = draw.chance(0.5) ? undefined : startMs + during(3_000, 25_000);
      for (let inst = 0; inst < draw.int(1, 4); inst += 1) {
        clients.prometheus(
          { tenant, group: `P${at}`, instance: String(inst) },
          { startMs: startMs + during(0, 2_000), endMs },
        );
      }
    }
    for (let at = 0; at < 4; at += 1) {
      const startMs = during(BOOT_MS, FAULTS_END_MS - 15_000);
      const endMs = draw.chance(0.4) ? undefined : startMs + during(3_000, 25_000);
      clients.oneShot({ tenant, group: `O${at}`, instance: "0" }, { startMs, endMs });
    }
    for (let at = 0; at < 3; at += 1) {
      const group = `S${at}`;
      const startMs = during(BOOT_MS, FAULTS_END_MS - 25_000);
      const endMs = draw.chance(0.5) ? startMs + during(8_000, 14_000) : undefined;
      const leadMs = draw.pick([50, 400, 1_500]);
      clients.silence({ tenant, group }, { startMs, endMs }, () => {
        clients.oneShot(
          { tenant, group, instance: "0" },
          { startMs: clients.nowMs + leadMs, endMs: undefined },
        );
      });
    }
  }
  clients.reader(TENANTS);
}
