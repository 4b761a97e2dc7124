/** `npm run bench`: what an alert and a tenant cost, beside the real Alertmanager in the same run. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Figure } from "./figures.ts";
import { measureMemory } from "./memory.ts";
import { configBench } from "./micro/config.ts";
import { makeInhibitBench } from "./micro/inhibit.ts";
import { matcherBench } from "./micro/matcher.ts";
import { measureMicro } from "./micro/measure.ts";
import { makeRouteBench } from "./micro/route.ts";
import { makeSilenceBench } from "./micro/silence.ts";
import { makeTemplateBench } from "./micro/template.ts";
import { FULL, QUICK } from "./plan.ts";
import { measurePosts } from "./post.ts";
import { peer, tocsin } from "./programs.ts";
import { describeScene, formatTable } from "./report.ts";
import { measureStarts } from "./start.ts";

const USAGE = `npm run bench -- [options]

  --quick           less work and more noise: a minute and a half instead of five
  --only=A,B        only these parts: start, post, memory, micro
  --json=FILE       writes the figures there too
  --program=PATH    what is measured as ours (bin/tocsin)`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "post,memory,start,micro" },
    json: { type: "string" },
    program: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  // Ends what was started: processes go with this one.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
  await bench();
}

async function bench(): Promise<void> {
  const plan = values.quick ? QUICK : FULL;
  const endAtMs = performance.now() + plan.limitMs;
  const programs = { ours: tocsin(values.program), peer: peer() };
  const scene = describeScene(programs);
  console.log(`machine  ${scene.machine}\nruntime  ${scene.runtime}\ncommit   ${scene.commit}`);
  console.log(`ours     ${scene.ours}\npeer     ${scene.peer ?? MISSING_PEER}`);
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  const parts: Readonly<Record<string, { title: string; measure: () => Promise<Figure[]> }>> = {
    start: { title: "start", measure: () => measureStarts(programs, plan.startRoundCount) },
    post: { title: "taking alerts", measure: () => measurePosts(programs, plan.post, progress) },
    memory: {
      title: "memory a tenant",
      measure: () => measureMemory(programs, plan.memory, { progress, endAtMs }),
    },
    micro: {
      title: "small pieces, of CPU time",
      measure: () => Promise.resolve(measureAllMicro(plan.microSampleMs, progress)),
    },
  };
  const wanted = new Set(values.only.split(","));
  const all: Figure[] = [];
  for (const [name, { title, measure }] of Object.entries(parts)) {
    if (!wanted.has(name)) continue;
    const figures = await measure();
    all.push(...figures);
    console.log(`\n${formatTable(title, figures)}`);
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ scene, figures: all }, null, 2)}\n`);
  }
}

const MISSING_PEER = "skipped: prometheus-alertmanager is not installed, so there are no ratios";

function measureAllMicro(sampleMs: number, progress: (text: string) => void): Figure[] {
  progress("small pieces");
  const benches = [
    makeRouteBench(),
    makeInhibitBench(),
    makeSilenceBench(),
    matcherBench,
    configBench,
    makeTemplateBench(),
  ];
  return benches.map((bench) => measureMicro(bench, sampleMs));
}
