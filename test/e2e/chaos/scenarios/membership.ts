/** What operators do: roll out, scale up, scale down. None of it excuses anything. */
import type { Pod } from "../pod.ts";
import type { Stage } from "../stage.ts";
import { mixedFor, type Scenario } from "./scenario.ts";

const FIRST_CHANGE_MS = 6_000;

export const MEMBERSHIP: readonly Scenario[] = [
  {
    name: "roll-out",
    what: "`kubectl rollout restart`: one after the other, the next when the former is ready",
    replicas: 3,
    traffic: mixedFor(42_000),
    runMs: 50_000,
    run: (stage) => planned(stage, "rolling restart of", () => stage.set.rollOut()),
  },
  {
    name: "roll-out-empty",
    what: "the same, and each comes back with an empty volume",
    replicas: 3,
    keepsVolumes: false,
    traffic: mixedFor(42_000),
    runMs: 50_000,
    run: (stage) => planned(stage, "rolling restart of", () => stage.set.rollOut()),
  },
  {
    name: "scale-3-9-3",
    what: "`kubectl scale` from 3 to 9 and back to 3, all new ones and all surplus ones at once",
    replicas: 3,
    isFixed: true,
    extra: 6,
    keepsVolumes: false,
    traffic: mixedFor(60_000),
    runMs: 70_000,
    run: async (stage) => {
      await planned(stage, "scale to 9 from", () => stage.set.scale(9));
      await stage.until(35_000);
      await planned(stage, "scale to 3 from", () => stage.set.scale(3));
    },
  },
  {
    name: "scale-in-order",
    what: "`kubectl scale` from 3 to 6 and back to 3, one after the other",
    replicas: 3,
    isFixed: true,
    extra: 3,
    management: "ordered",
    keepsVolumes: false,
    traffic: mixedFor(50_000),
    runMs: 60_000,
    run: async (stage) => {
      await planned(stage, "scale to 6 from", () => stage.set.scale(6));
      await stage.until(30_000);
      await planned(stage, "scale to 3 from", () => stage.set.scale(3));
    },
  },
];

/** Something that nobody may notice. */
export async function planned(stage: Stage, what: string, act: () => Promise<void>): Promise<void> {
  await stage.until(FIRST_CHANGE_MS);
  const pods: readonly Pod[] = [...stage.set.pods];
  const counts = new Map(pods.map((pod) => [pod, pod.terminations.length]));
  const fault = stage.fault("planned", what, pods);
  await act();
  stage.over(fault);
  const ended = pods.flatMap((pod) =>
    pod.terminations.slice(counts.get(pod)).map((termination) => ({ pod, ...termination })),
  );
  if (ended.length === 0) return;
  const probe = stage.probe("ended by SIGTERM in time, with code 0");
  for (const { pod, tookMs, exitCode } of ended) {
    probe.asked += 1;
    probe.slowestMs = Math.max(probe.slowestMs, tookMs);
    if (exitCode === 0) continue;
    probe.wrong += 1;
    probe.examples.push(`${pod.name}: ${exitCode === null ? "killed" : `code ${exitCode}`}`);
  }
}
