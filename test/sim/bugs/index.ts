/**
 * The right column of PROTOCOL 14: for each invariant a mistake that its checker must find. Each replaces
 * methods of the engine for one run; the engine knows nothing of it.
 */
import type { FaultKind } from "../faults/index.ts";
import { runSeed, type RunOptions, type RunReport } from "../run.ts";
import { DECIDING_BUGS } from "./deciding.ts";
import type { Uproot } from "./plant.ts";
import { STORING_BUGS } from "./storing.ts";
import { MOVING_BUGS } from "./moving.ts";
import { TURN_BUGS } from "./turns.ts";

export interface Bug {
  readonly name: string;
  /** The invariant whose checker must fail. */
  readonly invariant: string;
  /** What has to go wrong in the world for the bug to matter. */
  readonly kinds: readonly FaultKind[];
  /** Runs that are known to show it, tried first. */
  readonly seeds: readonly number[];
  /** Part of the bug. */
  readonly timings?: RunOptions["timings"];
  /** The world in which it shows, and in which all is well without it. */
  readonly world?: Pick<
    RunOptions,
    "instanceCount" | "replicationFactor" | "timings" | "restMs" | "episodes" | "rare"
  >;
  readonly plant: () => Uproot;
}

/** One run with the bug in, which is out again when it is over. */
export async function runWith(bug: Bug, options: RunOptions): Promise<RunReport> {
  const { kinds, timings, world } = bug;
  const uproot = bug.plant();
  try {
    return await runSeed({
      kinds,
      ...world,
      ...(timings === undefined ? undefined : { timings }),
      ...options,
    });
  } finally {
    uproot();
  }
}

export const BUGS: readonly Bug[] = [
  ...STORING_BUGS,
  ...DECIDING_BUGS,
  ...TURN_BUGS,
  ...MOVING_BUGS,
];
