import type { Pod } from "../pod.ts";
import type { Stage } from "../stage.ts";
import { crash, cut, stop } from "./disturbances.ts";
import { planned } from "./membership.ts";
import { mixedFor, type Scenario } from "./scenario.ts";

const STORM_MS = 90_000;

/** What may come next. Only one instance of three suffers at a time: more is not promised. */
const ACTS: readonly ((stage: Stage, victim: Pod) => Promise<void>)[] = [
  (stage, victim) => crash(stage, victim, "kept"),
  (stage, victim) => crash(stage, victim, "lost"),
  (stage, victim) => stop(stage, victim, stage.draw.between(1_000, 12_000)),
  (stage, victim) =>
    cut(stage, {
      from: [victim],
      to: stage.set.pods,
      isOneWay: stage.draw.chance(0.3),
      forMs: stage.draw.between(3_000, 14_000),
    }),
  (stage) => planned(stage, "rolling restart of", () => stage.set.rollOut()),
  (stage) => {
    const replicas = stage.set.pods.length === 3 ? 5 : 3;
    return planned(stage, `scale to ${replicas} from`, () => stage.set.scale(replicas));
  },
];

export const STORM: Scenario = {
  name: "storm",
  what: "for a minute and a half one thing after the other, drawn from the seed",
  replicas: 3,
  isFixed: true,
  extra: 2,
  disturbance: "cuts",
  traffic: mixedFor(STORM_MS - 10_000),
  runMs: STORM_MS,
  run: async (stage) => {
    await stage.until(5_000);
    while (stage.nowMs < STORM_MS - 20_000) {
      const victim = stage.draw.chance(0.5) ? stage.lastSender() : stage.draw.pick(stage.set.pods);
      await stage.draw.pick(ACTS)(stage, victim);
      await stage.pause(stage.draw.between(2_000, 8_000));
    }
  },
};
