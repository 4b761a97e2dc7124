/** `npm run sim -- --seed=N` replays one run; `--seeds=N --from=M` runs many and stops at nothing. */
import { parseArgs } from "node:util";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import { runSeed, type RunReport } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    kinds: { type: "string" },
    instances: { type: "string", default: "3" },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(`npm run sim -- [options]

  --seed=N         one run, with all that was seen
  --seeds=N        so many runs (100), from seed --from (1)
  --kinds=A,B      only these faults: ${FAULT_KINDS.join(", ")}
  --instances=N    machines (3)
  --trace          what the instances log, in one run`);
} else if (values.seed !== undefined) {
  show(await run(Number(values.seed)));
} else {
  await runMany();
}

async function run(seed: number): Promise<RunReport> {
  const kinds = values.kinds?.split(",").filter(isKind);
  return runSeed({
    seed,
    instanceCount: Number(values.instances),
    logLevel: values.trace ? "info" : "warn",
    ...(kinds === undefined ? undefined : { kinds }),
  });
}

function isKind(text: string): text is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(text);
}

function show({ seed, world, history, faults }: RunReport): void {
  for (const { kind, targets, fromMs, untilMs } of faults.all) {
    console.log(`fault ${kind} ${targets.join(",")} ${fromMs.toFixed(0)} to ${untilMs.toFixed(0)}`);
  }
  for (const one of world.receiver.attempts) {
    const states = one.alerts.map(({ name, resolved }) => `${name}${resolved ? " resolved" : ""}`);
    const end =
      one.acceptedMs === undefined ? "not accepted" : `accepted ${one.acceptedMs.toFixed(0)}`;
    console.log(
      `sent ${one.firstByteMs.toFixed(0)} ${end} ${one.from} ${one.group} [${states.join("; ")}]`,
    );
  }
  if (values.trace) {
    for (const { atMs, from, level, text } of world.lines) {
      console.log(`log ${atMs.toFixed(0)} ${from} ${level} ${text}`);
    }
  }
  for (const one of history.refusals) {
    console.log(`refused ${one.what} ${one.beganMs.toFixed(0)} by ${one.by}: ${one.why}`);
  }
  for (const { invariant, atMs, message } of history.violations) {
    console.log(`VIOLATED ${invariant} at ${atMs.toFixed(0)}: ${message}`);
  }
  console.log(`seed ${seed}: ${history.violations.length === 0 ? "clean" : "NOT clean"}`);
  process.exitCode = history.violations.length === 0 ? 0 : 1;
}

async function runMany(): Promise<void> {
  let failed = 0;
  const count = Number(values.seeds);
  for (let seed = Number(values.from); seed < Number(values.from) + count; seed += 1) {
    const { history } = await run(seed);
    const first = history.violations[0];
    if (first === undefined) continue;
    failed += 1;
    console.log(
      `seed ${seed}: ${history.violations.length} violations, first ${first.invariant}: ${first.message}`,
    );
  }
  console.log(`${count - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
