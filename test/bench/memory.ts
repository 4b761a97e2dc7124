/**
 * What a tenant costs in memory: the slope between so many tenants and five times as many, each with ten
 * active alerts in three groups, told once by webhook, and one silence. All alerts are sent twice, since
 * that is how alerts are: what a re-send leaves behind counts too. The empty process does not.
 */
import { setTimeout as delay } from "node:timers/promises";
import { requestBytes } from "./connection.ts";
import type { Figure, Goal } from "./figures.ts";
import { sendAll } from "./load.ts";
import type { MeasuredProcess } from "./processes.ts";
import { withProgram, type Program } from "./programs.ts";
import { openSink } from "./sink.ts";
import { configYaml, silenceJson, tenantAlertsJson } from "./work.ts";

export interface MemoryPlan {
  readonly fewCount: number;
  readonly manyCount: number;
  /** Measured with a configuration of each tenant's own, and with the fallback for all. */
  readonly kinds: readonly ConfigKind[];
  /** After the alerts were told and before the memory is read: snapshots are written then. */
  readonly settleMs: number;
}

export type ConfigKind = "own" | "fallback";

const VALID_MS = 30 * 60_000;
const REST_MS = 2_000;
const KIB = 1_024;
const GOALS: readonly Goal[] = [
  { of: "ours", is: "at-most", bound: 40 },
  { of: "ours", is: "at-most", bound: 25, isLater: true },
];
const KIND_TEXT: Readonly<Record<ConfigKind, string>> = {
  own: "with a configuration of its own",
  fallback: "with the fallback configuration",
};

export async function measureMemory(
  programs: { readonly ours: Program; readonly peer: Program | undefined },
  plan: MemoryPlan,
  run: { readonly progress: (text: string) => void; readonly endAtMs: number },
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const peer = programs.peer && (await measurePeer(programs.peer, plan));
  let lastMs = 0;
  for (const kind of plan.kinds) {
    const beganAtMs = performance.now();
    if (beganAtMs + lastMs > run.endAtMs) {
      run.progress(`memory: tenants ${KIND_TEXT[kind]} left out, out of time`);
      continue;
    }
    run.progress(`memory: ${plan.manyCount} tenants ${KIND_TEXT[kind]}`);
    // Snapshots are written within the time that is waited: what they leave behind counts too.
    const flags = [...programs.ours.flags, "--state.snapshot-interval=10s"];
    const { few, many } = await measureTenants({ ...programs.ours, flags }, kind, plan);
    figures.push({
      id: `memory/${kind}/tenant`,
      what: `a tenant ${KIND_TEXT[kind]}`,
      unit: "KB",
      ours: (many - few) / (plan.manyCount - plan.fewCount) / KIB,
      ...(peer === undefined ? undefined : { peer: peer / KIB }),
      goals: GOALS,
    });
    figures.push({
      id: `memory/${kind}/process`,
      what: `the process with ${plan.manyCount} of them`,
      unit: "MB",
      ours: many / KIB / KIB,
    });
    lastMs = performance.now() - beganAtMs;
  }
  return figures;
}

async function measureTenants(
  program: Program,
  kind: ConfigKind,
  plan: MemoryPlan,
): Promise<{ few: number; many: number }> {
  const sink = await openSink();
  try {
    return await withProgram(program, tenantConfig(sink.url), async (running) => {
      const resident = async (from: number, to: number): Promise<number> => {
        await addTenants(running, { from, to, hookUrl: kind === "own" ? sink.url : undefined });
        await sendAlerts(running, { from: 0, to });
        await delay(plan.settleMs);
        return running.residentBytesAtRest(REST_MS);
      };
      const few = await resident(0, plan.fewCount);
      const many = await resident(plan.fewCount, plan.manyCount);
      return { few, many };
    });
  } finally {
    sink.close();
  }
}

/** The real one has no tenants, so each needs a process: what one takes with the same content. */
async function measurePeer(program: Program, { settleMs }: MemoryPlan): Promise<number> {
  const sink = await openSink();
  try {
    return await withProgram(program, tenantConfig(sink.url), async (running) => {
      await addTenants(running, { from: 0, to: 1, hookUrl: undefined });
      await sendAlerts(running, { from: 0, to: 1 });
      await delay(Math.min(settleMs, 3_000));
      return running.residentBytesAtRest(REST_MS);
    });
  } finally {
    sink.close();
  }
}

function tenantConfig(hookUrl: string): string {
  return configYaml({ hookUrl, groupWait: "1s", teamCount: 2, inhibitRuleCount: 1 });
}

interface Range {
  readonly from: number;
  readonly to: number;
}

async function addTenants(
  running: MeasuredProcess,
  range: Range & { readonly hookUrl: string | undefined },
): Promise<void> {
  const { hookUrl } = range;
  if (hookUrl !== undefined) {
    // Each text is another one, as the addresses of tenants are.
    const put = (tenant: string): Buffer => {
      const body = tenantConfig(`${hookUrl}/${tenant}`);
      return requestBytes({
        method: "PUT",
        path: "/api/v1/config",
        tenant,
        type: "text/yaml",
        body,
      });
    };
    await forTenants(running, range, put);
  }
  await sendAlerts(running, range);
  const nowMs = Date.now();
  await forTenants(running, range, (tenant, at) =>
    requestBytes({
      method: "POST",
      path: "/api/v2/silences",
      tenant,
      body: silenceJson(at, nowMs),
    }),
  );
}

async function sendAlerts(running: MeasuredProcess, range: Range): Promise<void> {
  const nowMs = Date.now();
  const times = { startsAtMs: nowMs, endsAtMs: nowMs + VALID_MS };
  await forTenants(running, range, (tenant, at) => {
    const body = tenantAlertsJson(at, times);
    return requestBytes({ method: "POST", path: "/api/v2/alerts", tenant, body });
  });
}

async function forTenants(
  running: MeasuredProcess,
  { from, to }: Range,
  request: (tenant: string, at: number) => Buffer,
): Promise<void> {
  const requests = Array.from({ length: to - from }, (_, at) =>
    request(`tenant-${`${from + at}`.padStart(5, "0")}`, from + at),
  );
  await sendAll(running.port, requests);
}
