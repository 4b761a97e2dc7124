/** `npm run sim -- --seed=N` replays one run; `--seeds=N --from=M` runs many and stops at nothing. */
import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { BUGS, runWith } from "./bugs/index.ts";
import { addFound, MODES } from "./found.ts";
import { ALL_KINDS, NAMED_KINDS, type FaultKind } from "./faults/index.ts";
import type { Violation } from "./history.ts";
import { runSeed, type RunReport } from "./run.ts";
import { traceHash, traceOf } from "./trace.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    step: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    kinds: { type: "string" },
    instances: { type: "string" },
    factor: { type: "string" },
    wide: { type: "boolean", default: false },
    episodes: { type: "boolean", default: false },
    rare: { type: "boolean", default: false },
    nightly: { type: "boolean", default: false },
    bug: { type: "string" },
    about: { type: "string" },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Above those that are chosen by hand. */
const FIRST_RANDOM_SEED = 1_000_000;
const RANDOM_SEEDS = 1_000_000_000;
const TRACES_MAX = 3;
const count = Number(values.seeds);
const jobs = values.nightly && values.jobs === "1" ? availableParallelism() : Number(values.jobs);

if (values.help) {
  console.log(`npm run sim -- [options]

  --seed=N         one run, and all that was seen in it
  --about=t-0/P1   of that only what concerns one group
  --trace          with what the instances log
  --bug=TEXT       with the planted bug whose name has this in it
  --seeds=N        so many runs (100), from seed --from (1)
  --jobs=N         in so many processes (1)
  --nightly        random seeds in all processors: usual, wide, with episodes, with rare faults; with traces
  --wide           1 to 10 machines that come and go, replication factors 1, 2, 3 and 5
  --episodes       beside the usual alerts some that end and fire again
  --rare           with one or two of ${NAMED_KINDS.join(", ")}
  --kinds=A,B      only these faults: ${ALL_KINDS.join(", ")}
  --instances=N    machines (3 or 5, by seed)
  --factor=N       replication factor (3)`);
} else if (values.seed !== undefined) {
  show(await run(Number(values.seed)));
} else if (process.send !== undefined) {
  await runMany((failure) => process.send?.(failure));
} else if (values.nightly) {
  await nightly();
} else {
  await summarize();
}

interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

async function run(seed: number): Promise<RunReport> {
  const logLevel = values.trace ? "info" : "warn";
  const text = values.bug;
  const bug = text === undefined ? undefined : BUGS.find(({ name }) => name.includes(text));
  if (bug !== undefined) return runWith(bug, { seed, logLevel });
  return runSeed({
    seed,
    logLevel,
    ...(values.kinds === undefined ? undefined : { kinds: values.kinds.split(",").filter(isKind) }),
    ...(values.instances === undefined ? undefined : { instanceCount: Number(values.instances) }),
    ...(values.factor === undefined ? undefined : { replicationFactor: Number(values.factor) }),
    wide: values.wide,
    episodes: values.episodes,
    rare: values.rare,
  });
}

function isKind(text: string): text is FaultKind {
  return (ALL_KINDS as readonly string[]).includes(text);
}

function show(report: RunReport): void {
  const { seed, history, scenario } = report;
  for (const line of traceOf(report, values.about)) console.log(line);
  const { kinds, instanceCount, replicationFactor } = scenario;
  const size = `${instanceCount} machines, factor ${replicationFactor}`;
  console.log(`\nseed ${seed}: ${size}, faults ${kinds.join(", ") || "none"}`);
  console.log(`trace ${traceHash(report).slice(0, 16)}, ${history.readCount} reads checked`);
  for (const { invariant, atMs, message } of history.violations) {
    console.log(`VIOLATED ${invariant} at ${atMs.toFixed(0)}: ${message}`);
  }
  console.log(history.violations.length === 0 ? "clean" : "NOT clean");
  process.exitCode = history.violations.length === 0 ? 0 : 1;
}

/** As many runs of each mode, from seeds nobody has chosen. What fails is added to the fixed list. */
async function nightly(): Promise<void> {
  const from = FIRST_RANDOM_SEED + randomInt(RANDOM_SEEDS);
  for (const mode of MODES) {
    const asked = mode === "usual" ? [] : [`--${mode}`];
    const failures = await runAll([`--from=${from}`, ...asked]);
    for (const { seed } of failures.slice(0, TRACES_MAX)) {
      show(await runSeed({ seed, [mode]: true }));
    }
    await addFound(
      failures.map(({ seed, violations }) => ({ seed, mode, why: violations[0]?.message ?? "" })),
    );
    if (failures.length > 0) console.log("Added to test/sim/found.json, which npm test runs.");
  }
}

async function runMany(report: (failure: Failure) => void): Promise<void> {
  const from = Number(values.from);
  for (let seed = from; seed < from + count; seed += Number(values.step)) {
    const { violations } = (await run(seed)).history;
    if (violations.length > 0) report({ seed, violations });
  }
}

async function summarize(): Promise<void> {
  const failures = await runAll([]);
  if (failures.length > 0) console.log(`Replay one with --seed=${failures[0]?.seed} --trace`);
}

/** Runs all, shows each failing seed as it comes, and how often each invariant was violated. */
async function runAll(more: readonly string[]): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const report = (failure: Failure): void => {
    failures.push(failure);
    const [first] = failure.violations;
    const { invariant, message } = first ?? { invariant: "", message: "" };
    const others = failure.violations.length > 1 ? ` (+${failure.violations.length - 1})` : "";
    console.log(`seed ${failure.seed}: ${invariant}${others}: ${message}`);
  };
  const startedAtMs = performance.now();
  if (jobs === 1 && more.length === 0) await runMany(report);
  else await Promise.all(Array.from({ length: jobs }, (_, at) => work(at, more, report)));
  const tookS = (performance.now() - startedAtMs) / 1_000;
  const counts = new Map<string, number>();
  for (const { violations } of failures) {
    for (const invariant of new Set(violations.map((one) => one.invariant))) {
      counts.set(invariant, (counts.get(invariant) ?? 0) + 1);
    }
  }
  for (const [invariant, seeds] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`${invariant.padEnd(6)} violated in ${seeds} seeds`);
  }
  const passed = count - failures.length;
  console.log(`${passed} passed, ${failures.length} failed in ${tookS.toFixed(0)} s`);
  if (failures.length > 0) process.exitCode = 1;
  return failures;
}

/** One process that runs every so-manieth seed. */
function work(
  at: number,
  more: readonly string[],
  report: (failure: Failure) => void,
): Promise<void> {
  const first = more.find((arg) => arg.startsWith("--from="))?.slice("--from=".length);
  const from = Number(first ?? values.from) + at;
  const args = [...process.argv.slice(2), ...more].filter(
    (arg) => !/^--(from|step|seeds|jobs|nightly)/.test(arg),
  );
  const own = [`--from=${from}`, `--seeds=${count - at}`, `--step=${jobs}`];
  const child = fork(import.meta.filename, [...args, ...own], { execArgv: process.execArgv });
  child.on("message", (failure) => report(failure as Failure)); // What `runMany` sends.
  return new Promise((resolve, reject) => {
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`A worker ended with code ${code}`)),
    );
  });
}
