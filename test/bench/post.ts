/**
 * What it costs to take alerts. Each round starts the programs one after the other, fills and warms them,
 * and sends batches of every size, first of known alerts and then of new ones. Nothing is notified
 * meanwhile: groups wait for half an hour.
 */
import { requestBytes } from "./connection.ts";
import type { Figure, Goal } from "./figures.ts";
import { measureLoad, sendAll } from "./load.ts";
import type { MeasuredProcess } from "./processes.ts";
import { withProgram, type Program } from "./programs.ts";
import { median, percentile } from "./statistics.ts";
import { alertJson, configYaml } from "./work.ts";

export interface PostPlan {
  readonly roundCount: number;
  /** No further round is begun that would end later than this after the first, as far as one can tell. */
  readonly budgetMs: number;
  /** Alerts sent in batches of each size. */
  readonly countByBatch: ReadonlyMap<number, number>;
  readonly knownCount: number;
  /** Known alerts sent singly before anything is measured, and a quarter as many new ones. */
  readonly warmCount: number;
}

type Mode = "re-sent" | "new";

/** Costs of one batch size in one round. */
interface Cell {
  readonly mode: Mode;
  readonly batchSize: number;
  readonly cpuUsPerAlert: number;
  readonly alertsPerSecond: number;
  readonly p99Ms: number;
}

const TENANT = "team-a";
const VALID_MS = 4 * 60_000;
const FIRST_NEW = 1_000_000;
const FIRST_WARM = 500_000;

export async function measurePosts(
  programs: { readonly ours: Program; readonly peer: Program | undefined },
  plan: PostPlan,
  progress: (text: string) => void,
): Promise<Figure[]> {
  const ours: Cell[] = [];
  const peer: Cell[] = [];
  const beganAtMs = performance.now();
  for (let round = 1; round <= plan.roundCount; round += 1) {
    const spentMs = performance.now() - beganAtMs;
    if (round > 1 && (spentMs * round) / (round - 1) > plan.budgetMs) {
      progress(`alerts: ${round - 1} of ${plan.roundCount} rounds, out of time`);
      break;
    }
    progress(`alerts, round ${round} of ${plan.roundCount}: ${programs.ours.name}`);
    ours.push(...(await measureRound(programs.ours, plan)));
    if (programs.peer === undefined) continue;
    progress(`alerts, round ${round} of ${plan.roundCount}: ${programs.peer.name}`);
    peer.push(...(await measureRound(programs.peer, plan)));
  }
  return figuresOf(plan, ours, peer);
}

async function measureRound(program: Program, plan: PostPlan): Promise<Cell[]> {
  const config = configYaml({
    hookUrl: "http://127.0.0.1:9/",
    groupWait: "30m",
    teamCount: 20,
    inhibitRuleCount: 5,
  });
  return withProgram(program, config, async (running) => {
    await warm(running, plan);
    const cells: Cell[] = [];
    let nextNew = FIRST_NEW;
    for (const mode of ["re-sent", "new"] as const) {
      for (const [batchSize, count] of plan.countByBatch) {
        const first = mode === "new" ? nextNew : 0;
        if (mode === "new") nextNew += count;
        const known = mode === "new" ? Number.MAX_SAFE_INTEGER : plan.knownCount;
        const requests = batches({ first, count, batchSize, known });
        cells.push({ mode, batchSize, ...(await measureCell(running, requests, count)) });
      }
    }
    return cells;
  });
}

async function measureCell(
  running: MeasuredProcess,
  requests: readonly Buffer[],
  alertCount: number,
): Promise<Omit<Cell, "mode" | "batchSize">> {
  const { cpuSeconds, wallMs, latenciesMs } = await measureLoad(running, requests);
  return {
    cpuUsPerAlert: (cpuSeconds * 1e6) / alertCount,
    alertsPerSecond: (alertCount * 1_000) / wallMs,
    p99Ms: percentile(latenciesMs, 0.99),
  };
}

/** All known alerts again and again, then singly, then new ones: what compiles is measured when it has. */
async function warm(running: MeasuredProcess, { knownCount, warmCount }: PostPlan): Promise<void> {
  const known = knownCount;
  for (const batchSize of [500, 500, 100, 10]) {
    await sendAll(running.port, batches({ first: 0, count: known, batchSize, known }));
  }
  await sendAll(running.port, batches({ first: 0, count: warmCount, batchSize: 1, known }));
  const unknown = { first: FIRST_WARM, count: warmCount / 4, known: Number.MAX_SAFE_INTEGER };
  await sendAll(running.port, batches({ ...unknown, batchSize: 1 }));
}

/** Requests with alerts from `first` on; above `known` they begin again at the first. */
function batches(of: {
  readonly first: number;
  readonly count: number;
  readonly batchSize: number;
  readonly known: number;
}): Buffer[] {
  const nowMs = Date.now();
  const times = { startsAtMs: nowMs, endsAtMs: nowMs + VALID_MS };
  const requests: Buffer[] = [];
  for (let done = 0; done < of.count; done += of.batchSize) {
    const size = Math.min(of.batchSize, of.count - done);
    const alerts = Array.from({ length: size }, (_, at) => {
      return alertJson((of.first + done + at) % of.known, times);
    });
    requests.push(
      requestBytes({
        method: "POST",
        path: "/api/v2/alerts",
        tenant: TENANT,
        body: `[${alerts.join(",")}]`,
      }),
    );
  }
  return requests;
}

const CPU_GOALS: readonly Goal[] = [
  { of: "ratio", is: "at-most", bound: 1 },
  { of: "ratio", is: "at-most", bound: 0.25, isLater: true },
];

function figuresOf(plan: PostPlan, ours: readonly Cell[], peer: readonly Cell[]): Figure[] {
  const figures: Figure[] = [];
  for (const mode of ["re-sent", "new"] as const) {
    for (const batchSize of plan.countByBatch.keys()) {
      const isThis = (cell: Cell): boolean => cell.mode === mode && cell.batchSize === batchSize;
      const mine = ours.filter(isThis);
      const theirs = peer.filter(isThis);
      const label = `${mode}, batch of ${batchSize}`;
      const of = (
        name: string,
        what: { readonly text: string; readonly unit: string; readonly goals?: readonly Goal[] },
        read: (cell: Cell) => number,
      ): Figure => ({
        id: `post/${mode}/${batchSize}/${name}`,
        what: `${label}: ${what.text}`,
        unit: what.unit,
        ours: median(mine.map(read)),
        ...(theirs.length === 0 ? undefined : { peer: median(theirs.map(read)) }),
        ...(what.goals === undefined ? undefined : { goals: what.goals }),
      });
      figures.push(
        of("cpu", { text: "CPU an alert", unit: "µs", goals: CPU_GOALS }, (c) => c.cpuUsPerAlert),
        of("rate", { text: "alerts a second", unit: "/s" }, (c) => c.alertsPerSecond),
        of("p99", { text: "latency p99", unit: "ms" }, (c) => c.p99Ms),
      );
    }
  }
  return figures;
}
