/** One run: a world, its clients, its faults, its checkers; first under faults, then healed to the end. */
import { checkAtEnd, watch, type Watch } from "./checkers/index.ts";
import { aboveFloor, checkForgotten, differences } from "./checkers/ending.ts";
import { Equality } from "./checkers/equality.ts";
import { checkRead } from "./checkers/reads.ts";
import { Http } from "./clients/http.ts";
import { Faults } from "./faults/index.ts";
import { History } from "./history.ts";
import { configText, drawScenario, type Given } from "./scenario.ts";
import { addTraffic } from "./traffic.ts";
import { Draw } from "./world/events.ts";
import { World, type WorldOptions } from "./world/world.ts";

export interface RunOptions extends Given {
  readonly seed: number;
  readonly logLevel?: "debug" | "info" | "warn";
  readonly timings?: WorldOptions["timings"];
  /** How long the world goes on without clients, to see what it lets go of. Default: not at all. */
  readonly restMs?: number;
}

export interface RunReport extends Watch {
  readonly seed: number;
  readonly logLineCount: number;
}

const BOOT_MS = 10_000;
const FAULTS_END_MS = 75_000;
const END_MS = 125_000;
/** No divisor of what is sent again and again: it would look each time while the same is under way. */
const LOOK_INTERVAL_MS = 1_009;

const USUAL_CLOCKS = { skewMaxMs: 50, rateErrorMax: 0.002 };
const RIGHT_CLOCKS = { skewMaxMs: 0, rateErrorMax: 0 };
const USUAL_END_LAG_MS = 1_000;

/** Runs one seed. What went wrong is in `history.violations`. */
export async function runSeed(options: RunOptions): Promise<RunReport> {
  const draw = new Draw(options.seed);
  const scenario = drawScenario(draw, options);
  const world = new World({
    seed: draw.seed(),
    instanceCount: scenario.instanceCount,
    replicationFactor: scenario.replicationFactor,
    config: configText({ number: 0, repeatMs: scenario.repeatMs }),
    ...(scenario.clocksAreRight ? RIGHT_CLOCKS : USUAL_CLOCKS),
    wrongClockMs: scenario.wrongClockMs,
    ...(options.timings === undefined ? undefined : { timings: options.timings }),
  });
  world.logLevel = options.logLevel ?? "warn";
  const history = new History();
  const faults = new Faults(world, history, {
    draw: new Draw(draw.seed()),
    clockJumpMaxMs: scenario.clockJumpMaxMs,
  });
  const report = { world, history, faults, scenario };
  const records = watch(report);
  for (const machine of world.machines) world.start(machine);
  await world.events.runUntil(BOOT_MS);
  const span = { fromMs: BOOT_MS, untilMs: FAULTS_END_MS };
  const http = new Http(world, history, new Draw(draw.seed()));
  http.onRead = (read, result) => checkRead(report, read, result);
  // No owner's clock finds an end still to come.
  http.endLagMs = scenario.clocksAreRight ? 0 : USUAL_END_LAG_MS;
  http.endsAtOnce = scenario.endsAtOnce;
  const traffic = { ...span, draw: new Draw(draw.seed()), endMs: END_MS };
  faults.plan(scenario.kinds, span, addTraffic(http, scenario, traffic));
  const equality = new Equality(report);
  for (let atMs = BOOT_MS; atMs < END_MS;) {
    atMs = Math.min(atMs + LOOK_INTERVAL_MS, END_MS);
    await world.events.runUntil(atMs);
    equality.look();
  }
  await awaitEqual(world);
  checkAtEnd(report, records);
  if (options.restMs !== undefined) {
    http.isOver = true;
    world.receiver.onFirstByte = () => {};
    await world.events.runUntil(world.events.nowMs + options.restMs);
    checkForgotten(report);
  }
  for (const error of world.fatal) history.violate("fatal", world.events.nowMs, error.message);
  return { seed: options.seed, logLineCount: world.lines.length, ...report };
}

/** Owners tick within their clocks' differences: waits for an instant between two ticks. */
async function awaitEqual(world: World): Promise<void> {
  const isRestless = (): boolean => differences(world).length > 0 || aboveFloor(world).length > 0;
  for (let tries = 0; tries < 30 && isRestless(); tries += 1) {
    await world.events.runUntil(world.events.nowMs + 100);
  }
}
