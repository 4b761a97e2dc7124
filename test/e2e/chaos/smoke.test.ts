import { expect, it } from "vitest";
import { eventually } from "../servers/index.ts";
import { judge } from "./oracle.ts";
import { episode, silence, type TrafficPlan } from "./plan.ts";
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS, tocsin } from "./programs.ts";
import { crash } from "./scenarios/disturbances.ts";
import { MACHINE_STOP, MissingProgram, Stage } from "./stage.ts";

const TRAFFIC_MS = 5_000;
const TOLD_TIMEOUT_MS = 60_000;

/** One-shots alone: what is sent again and again runs out where the sender itself has to wait for the machine. */
function plan(tenants: readonly (string | undefined)[]): TrafficPlan {
  const episodes = Array.from({ length: 10 }, (_, number) =>
    episode({ tenant: tenants[number % 2], name: `Shot${number}`, kind: "one-shot" }, 0, {
      startAtMs: (TRAFFIC_MS * number) / 10,
      lifeMs: number % 3 === 0 ? 4_000 : undefined,
    }),
  );
  const quiet = { tenant: tenants[0], name: "Quiet", kind: "one-shot" } as const;
  return {
    episodes: [...episodes, episode(quiet, 0, { startAtMs: 4_000, lifeMs: undefined })],
    silences: [silence(quiet, 0, undefined)],
  };
}

it("three instances lose nothing and contradict nothing when the one who sends is killed", async ({
  skip,
}) => {
  const opening = Stage.open({
    program: tocsin(),
    seed: 1,
    network: "loopback",
    disturbance: "none",
    replicas: 3,
    replicasMax: 3,
    replicationFactor: 3,
    management: "parallel",
    keepsVolumes: true,
    tenantCount: 2,
    flags: [],
    keepsFolder: false,
    traffic: (_, tenants) => plan(tenants),
    say: () => {},
  });
  const stage = await opening.catch((error: unknown) => {
    if (error instanceof MissingProgram) return error.message;
    throw error;
  });
  if (typeof stage === "string") return skip(stage);
  try {
    stage.begin();
    await eventually("the first message", () => stage.sink.deliveries.length > 0);
    await crash(stage, stage.lastSender(), "kept");
    await stage.until(TRAFFIC_MS);
    const untold = (): readonly string[] => stage.untold();
    await eventually(
      () => `told: ${untold().join(" ")}`,
      () => untold().length === 0,
      TOLD_TIMEOUT_MS,
    );
    const bounds = { groupWaitMs: GROUP_WAIT_MS, groupIntervalMs: GROUP_INTERVAL_MS, turnsMs: 0 };
    const history = await stage.finish();
    const verdict = judge(history, bounds);
    const good = { contradictions: 0, falseResolves: 0, silencedTold: 0, lostWrites: 0 };
    expect(verdict).toMatchObject(good);
    expect(verdict.told).toBeGreaterThanOrEqual(10);
    // Who was stopped by the machine may have been replaced; how often is not what this test is about.
    if (history.faults.some(({ what }) => what === MACHINE_STOP)) return;
    expect(verdict.duplicates, verdict.examples.join("\n")).toBe(verdict.explainedDuplicates);
  } finally {
    await stage.close();
  }
}, 150_000);
