/** `npm run chaos`: instances as processes, broken on purpose, and what came of it. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findProgram } from "../servers/process.ts";
import { alertmanager, tocsin, type Program } from "./programs.ts";
import { formatDetails, formatTable } from "./report.ts";
import { runScenario, type Outcome } from "./run.ts";
import { SCENARIOS, type Scenario } from "./scenarios/index.ts";

const USAGE = `npm run chaos -- [options]

  --scenario=A,B    only these (default: all)
  --seed=1,2        with each of these seeds (1)
  --programs=A,B    ours (default), and peer: gossiping Alertmanagers, if there is one on this machine
  --replicas=N      so many instances where a scenario leaves it open (3)
  --network=KIND    namespaces, loopback, or auto: namespaces where they are permitted
  --program=PATH    what is tested as ours (bin/tocsin)
  --json=FILE       writes everything there too
  --keep            leaves the folders with logs and volumes behind, and says where
  --list            says what there is

Ends with 1 if a promise was broken by this program. A scenario takes one to two minutes.`;

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    seed: { type: "string", default: "1" },
    programs: { type: "string", default: "ours" },
    replicas: { type: "string" },
    network: { type: "string", default: "auto" },
    program: { type: "string" },
    json: { type: "string" },
    keep: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else if (values.list) {
  for (const { name, what } of SCENARIOS) console.log(`${name.padEnd(24)} ${what}`);
} else {
  process.exitCode = await main();
}

/** Ends what was started before the process goes. */
async function main(): Promise<number> {
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => abort.abort());
  try {
    return await runAll(abort.signal);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    console.log("interrupted");
    // A scenario that was left may still have timers.
    process.exit(130);
  }
}

async function runAll(signal: AbortSignal): Promise<number> {
  const outcomes: Outcome[] = [];
  const programs = choosePrograms();
  for (const scenario of chooseScenarios()) {
    for (const seed of values.seed.split(",").map(Number)) {
      for (const program of programs) {
        if (scenario.only !== undefined && scenario.only !== program.name) continue;
        outcomes.push(await runOne({ scenario, program, seed }, signal));
        // After each one: a long run that is interrupted has said what it knows.
        if (values.json !== undefined)
          writeFileSync(values.json, JSON.stringify(outcomes, null, 1));
      }
    }
  }
  console.log(`\n${formatTable(outcomes)}`);
  const isGood = outcomes.every(
    ({ program, broken }) => program !== "tocsin" || broken.length === 0,
  );
  return isGood ? 0 : 1;
}

async function runOne(
  what: { readonly scenario: Scenario; readonly program: Program; readonly seed: number },
  signal: AbortSignal,
): Promise<Outcome> {
  const { scenario, program, seed } = what;
  console.log(`\n${scenario.name}, seed ${seed}, ${program.name} ${program.version}`);
  console.log(`  ${scenario.what}`);
  const options = {
    network: networkOf(values.network),
    replicas: values.replicas === undefined ? undefined : Number(values.replicas),
    keepsFolder: values.keep,
    say: (text: string) => console.log(text),
  };
  const outcome = await runScenario({ ...what, ...options }, signal);
  console.log(formatDetails(outcome));
  const { machineStops } = outcome;
  if (machineStops > 0)
    console.log(`  the machine is too busy: it stopped instances ${machineStops} times`);
  console.log(outcome.broken.length === 0 ? "ok" : `BROKEN ${outcome.broken.join("; ")}`);
  return outcome;
}

function choosePrograms(): readonly Program[] {
  return values.programs.split(",").flatMap((kind): readonly Program[] => {
    if (kind === "ours") return [tocsin(values.program)];
    if (kind !== "peer") throw new Error(`--programs are ours and peer, not "${kind}"`);
    const path = findProgram("prometheus-alertmanager") ?? findProgram("alertmanager");
    if (path !== undefined) return [alertmanager(path)];
    console.log('no Alertmanager on this machine: Debian package "prometheus-alertmanager"');
    return [];
  });
}

function chooseScenarios(): readonly Scenario[] {
  const names = values.scenario?.split(",") ?? SCENARIOS.map(({ name }) => name);
  return names.map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario "${name}"; --list shows all`);
    return scenario;
  });
}

function networkOf(kind: string): "namespaces" | "loopback" | "auto" {
  if (kind === "namespaces" || kind === "loopback" || kind === "auto") return kind;
  throw new Error(`--network is namespaces, loopback or auto, not "${kind}"`);
}
