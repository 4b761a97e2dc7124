/** One scenario against one program, from start to verdict. */
import type { History, Probe } from "./history.ts";
import type { Network } from "./network/index.ts";
import { judge, type Bounds, type Verdict } from "./oracle.ts";
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS, type Program } from "./programs.ts";
import type { Scenario } from "./scenarios/index.ts";
import { MACHINE_STOP, Stage } from "./stage.ts";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly program: Program;
  readonly seed: number;
  readonly network: Network["kind"] | "auto";
  /** Instead of the scenario's own number, where that is not fixed. */
  readonly replicas: number | undefined;
  /** Leaves the folder with logs and volumes behind. */
  readonly keepsFolder: boolean;
  readonly say: (text: string) => void;
}

export interface Outcome {
  readonly scenario: string;
  readonly program: Program["name"];
  readonly version: string;
  readonly seed: number;
  readonly replicas: number;
  readonly network: Network["kind"];
  readonly verdict: Verdict;
  readonly probes: readonly Probe[];
  /** POSTs of alerts that a running instance refused; senders send again. */
  readonly refusedPosts: number;
  /** Promises that were broken; a peer is measured by the same. */
  readonly broken: readonly string[];
  /** How often an instance found itself stopped by nobody but the machine. */
  readonly machineStops: number;
  /** What happened, if promises were broken. */
  readonly history: Omit<History, "readings"> | undefined;
}

/** Nothing more is sent to be told then; what is told too often has time to show itself. */
const QUIET_MS = 14_000;

/** Runs it; bounded by the scenario's own waits, each of which has an end. Rejects when `signal` aborts. */
export async function runScenario(plan: RunPlan, signal: AbortSignal): Promise<Outcome> {
  const { scenario, program, seed, say } = plan;
  const replicas =
    scenario.isFixed === true ? scenario.replicas : (plan.replicas ?? scenario.replicas);
  const stage = await Stage.open({
    program,
    seed,
    say,
    network: plan.network,
    keepsFolder: plan.keepsFolder,
    disturbance: scenario.disturbance ?? "none",
    replicas,
    replicasMax: replicas + (scenario.extra ?? 0),
    replicationFactor: scenario.replicationFactor ?? 3,
    management: scenario.management ?? "parallel",
    keepsVolumes: scenario.keepsVolumes ?? true,
    tenantCount: scenario.tenantCount ?? 4,
    flags: scenario.flags ?? [],
    traffic: scenario.traffic,
  });
  const aborted = rejectedBy(signal);
  try {
    stage.begin();
    await Promise.race([play(scenario, stage), aborted]);
    const history = await stage.finish();
    const bounds: Bounds = {
      groupWaitMs: GROUP_WAIT_MS,
      groupIntervalMs: GROUP_INTERVAL_MS,
      turnsMs: (replicas - 1) * program.turnMs,
    };
    const verdict = judge(history, bounds);
    const { probes, readings: _, ...rest } = history;
    const broken = brokenPromises(verdict, probes, scenario.delayMaxMs);
    return {
      scenario: scenario.name,
      program: program.name,
      version: program.version,
      seed,
      replicas,
      network: stage.network.kind,
      verdict,
      probes,
      refusedPosts: stage.traffic.refusedPosts,
      broken,
      machineStops: history.faults.filter(({ what }) => what === MACHINE_STOP).length,
      history: broken.length === 0 ? undefined : { ...rest, probes },
    };
  } finally {
    await stage.close();
  }
}

async function play(scenario: Scenario, stage: Stage): Promise<void> {
  await scenario.run(stage);
  await stage.until(scenario.runMs);
  await stage.pause(QUIET_MS);
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const leave = (): void => reject(new Error("interrupted"));
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return promise;
}

function brokenPromises(
  verdict: Verdict,
  probes: readonly Probe[],
  delayMaxMs: number | undefined,
): readonly string[] {
  const unexplained = verdict.duplicates - verdict.explainedDuplicates;
  const counts: readonly (readonly [string, number])[] = [
    ["lost", verdict.lost],
    ["late", verdict.late],
    ["duplicates without a reason", unexplained],
    ["firing after resolved", verdict.contradictions],
    ["resolved while firing", verdict.falseResolves],
    ["told although silenced", verdict.silencedTold],
    ["acknowledged writes lost", verdict.lostWrites],
    ["acknowledged writes lost at some", verdict.partlyLostWrites],
    ...probes.map(({ what, wrong }) => [`not: ${what}`, wrong] as const),
  ];
  const broken = counts
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what}: ${count}`);
  const delayMs = verdict.delayMaxMs ?? 0;
  if (delayMaxMs !== undefined && delayMs > delayMaxMs) {
    broken.push(`first message after ${delayMs.toFixed(0)} ms`);
  }
  return broken;
}
