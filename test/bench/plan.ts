import type { MemoryPlan } from "./memory.ts";
import type { PostPlan } from "./post.ts";

/** How much is measured. */
export interface Plan {
  /** When nothing more is begun that can be left out. */
  readonly limitMs: number;
  readonly post: PostPlan;
  readonly memory: MemoryPlan;
  readonly startRoundCount: number;
  readonly microSampleMs: number;
}

/** Some five minutes. */
export const FULL: Plan = {
  limitMs: 330_000,
  post: {
    roundCount: 3,
    budgetMs: 170_000,
    countByBatch: new Map([
      [1, 6_000],
      [10, 20_000],
      [100, 40_000],
      [1_000, 50_000],
    ]),
    knownCount: 10_000,
    warmCount: 24_000,
  },
  memory: { fewCount: 1_000, manyCount: 5_000, kinds: ["own", "fallback"], settleMs: 14_000 },
  startRoundCount: 5,
  microSampleMs: 300,
};

/** A minute and a half: the same figures but for the second kind of tenants, with more noise. */
export const QUICK: Plan = {
  limitMs: 80_000,
  post: {
    roundCount: 3,
    budgetMs: 45_000,
    countByBatch: new Map([
      [1, 2_000],
      [10, 4_000],
      [100, 8_000],
      [1_000, 10_000],
    ]),
    knownCount: 4_000,
    warmCount: 12_000,
  },
  memory: { fewCount: 1_000, manyCount: 5_000, kinds: ["own"], settleMs: 3_000 },
  startRoundCount: 3,
  microSampleMs: 60,
};
