/** What others lose, measured on Cortex and its kin: each of these shows whether that is lost here. */
import { readdir, rename, rm } from "node:fs/promises";
import type { Answer } from "../../servers/index.ts";
import type { Draw } from "../../../sim/world/events.ts";
import { ask, isYes } from "../api.ts";
import { episode, oneOf, silence, type TrafficPlan } from "../plan.ts";
import { note, probeLists, probeSilences } from "../probes.ts";
import { configFor } from "../programs.ts";
import type { Stage } from "../stage.ts";
import { lose } from "./disturbances.ts";
import { planned } from "./membership.ts";
import type { Scenario } from "./scenario.ts";

type Tenants = readonly (string | undefined)[];

/** The bar: others take 16 s, and 31 s when two are gone. */
const FAILOVER_MAX_MS = 6_000;
const SET_TENANTS = 12;
/** When everything of a set has been sent, acknowledged and told. */
const SET_TOLD_MS = 8_000;

export const LOSSES: readonly Scenario[] = [
  {
    name: "lists-after-restart",
    what: "one of three is restarted without a volume; then 300 lists are read (others: 45 % empty)",
    replicas: 3,
    keepsVolumes: false,
    tenantCount: SET_TENANTS,
    traffic: (_, tenants) => planSet(tenants, { alerts: 20, silences: 0 }),
    runMs: 15_000,
    run: async (stage) => {
      await stage.until(SET_TOLD_MS);
      const pod = stage.draw.pick(stage.set.pods);
      await planned(stage, "restart of one of", async () => {
        await stage.set.terminate(pod);
        await pod.wipe();
        await stage.set.recover(pod);
      });
      await probeLists(stage, "after a restart", 300);
    },
  },
  {
    name: "lists-3-5-3",
    what: "3 → 5 → 3 instances; 300 lists are read after each step (others: 42 %, then 81 % empty)",
    replicas: 3,
    isFixed: true,
    extra: 2,
    keepsVolumes: false,
    tenantCount: 30,
    traffic: (_, tenants) => planSet(tenants, { alerts: 10, silences: 3 }),
    runMs: 20_000,
    run: async (stage) => {
      await stage.until(SET_TOLD_MS);
      await planned(stage, "scale to 5 from", () => stage.set.scale(5));
      await probeLists(stage, "after 3 → 5", 300);
      await planned(stage, "scale to 3 from", () => stage.set.scale(3));
      await probeLists(stage, "after 5 → 3", 300);
    },
  },
  {
    name: "failover-kill",
    what: "10 alerts a second; kill -9 of one; silences for 25 s (others: 16 s late; 24 % refused)",
    replicas: 3,
    tenantCount: 24,
    traffic: planStream,
    delayMaxMs: FAILOVER_MAX_MS,
    runMs: 45_000,
    run: async (stage) => {
      await stage.until(15_000);
      await lose(stage, [stage.lastSender()]);
      await probeSilences(stage, 25_000);
    },
  },
  {
    name: "failover-kill-two",
    what: "the same with kill -9 of two of five at once (others: 31 s late; 60 % refused)",
    replicas: 5,
    isFixed: true,
    tenantCount: 24,
    traffic: planStream,
    delayMaxMs: FAILOVER_MAX_MS,
    runMs: 45_000,
    run: async (stage) => {
      await stage.until(15_000);
      const first = stage.lastSender();
      const second = stage.draw.pick(stage.set.pods.filter((pod) => pod !== first));
      await lose(stage, [first, second]);
      await probeSilences(stage, 25_000);
    },
  },
  {
    name: "failover-stop",
    what: "the same with SIGSTOP of one for 25 s (others: 16 s late; 21 % refused)",
    replicas: 3,
    tenantCount: 24,
    traffic: planStream,
    delayMaxMs: FAILOVER_MAX_MS,
    runMs: 62_000,
    run: async (stage) => {
      await stage.until(15_000);
      const pod = stage.lastSender();
      const fault = stage.fault("stop", "SIGSTOP of", [pod]);
      pod.stop();
      await probeSilences(stage, 25_000);
      pod.goOn();
      stage.over(fault);
    },
  },
  ...restarts(),
  {
    name: "empty-bucket",
    what: "the object store shows nothing while one restarts (others: tenants stop, state deleted)",
    replicas: 3,
    only: "tocsin",
    tenantCount: SET_TENANTS,
    flags: ["--state.snapshot-interval=2s"],
    traffic: (_, tenants) => planSet(tenants, { alerts: 10, silences: 3 }),
    runMs: 40_000,
    run: hideTheBucket,
  },
  {
    name: "alone",
    what: "replication factor 1: alerts of one group, 12 s apart (others: only the first is told)",
    replicas: 1,
    isFixed: true,
    replicationFactor: 1,
    tenantCount: 1,
    traffic: (_, tenants) => ({
      silences: [],
      episodes: [0, 12e3, 24e3, 36e3].map((startAtMs, instance) =>
        episode({ tenant: tenants[0], name: "Alone", kind: "one-shot" }, instance, {
          startAtMs,
          lifeMs: undefined,
        }),
      ),
    }),
    runMs: 45_000,
    run: async () => {},
  },
];

/** All at once, with and without time to say good-bye, with and without volumes. */
function restarts(): Scenario[] {
  const others = {
    "term/kept": "0 of 120 alerts left",
    "term/lost": "no alert and no silence left, all told again",
    "kill/kept": "no alert and no silence left, all told again",
    "kill/lost": "no alert left",
  } as const;
  return Object.entries(others).map(([key, lost]) => {
    const [signal, volume] = key.split("/") as ["term" | "kill", "kept" | "lost"]; // The keys above.
    return {
      name: `restart-all-${signal}-${volume}`,
      what: `all at once: SIG${signal.toUpperCase()}, and back with volumes ${volume} (others: ${lost})`,
      replicas: 3,
      tenantCount: SET_TENANTS,
      flags: ["--state.snapshot-interval=5s"],
      traffic: (_, tenants) => planSet(tenants, { alerts: 10, silences: 3 }),
      runMs: 35_000,
      run: async (stage) => {
        // Whoever is killed without a volume has what was in its last snapshot.
        await stage.until(SET_TOLD_MS + 7_000);
        const { pods } = stage.set;
        const kind = signal === "kill" ? "kill" : "planned";
        const fault = stage.fault(
          kind,
          `SIG${signal.toUpperCase()} to all, volumes ${volume}:`,
          pods,
        );
        await (signal === "kill" ? stage.set.lose(...pods) : stage.set.terminate(...pods));
        if (volume === "lost") await Promise.all(pods.map((pod) => pod.wipe()));
        await stage.set.recover(...pods);
        stage.over(fault);
        await probeLists(stage, "after the restart", 100);
      },
    } satisfies Scenario;
  });
}

async function hideTheBucket(stage: Stage): Promise<void> {
  const { sharedFolder, set, tenants } = stage;
  const configs = stage.probe("configurations are there");
  const configOf = (tenant: string | undefined): string =>
    `${configFor(stage.sink.url)}# of ${tenant}\n`;
  for (const tenant of tenants) {
    const put = { path: "/api/v1/config", method: "PUT", body: configOf(tenant) };
    await note(configs, () => insist(() => ask(set.pod(0), tenant, put)));
  }
  await stage.until(SET_TOLD_MS + 6_000);
  const before = await filesIn(sharedFolder);
  const hidden = `${sharedFolder}.hidden`;
  await rename(sharedFolder, hidden);
  stage.say("the object store is empty");
  const pod = stage.draw.pick(set.pods);
  await set.terminate(pod);
  await set.recover(pod);
  await probeLists(stage, "while the bucket is empty", 100);
  await stage.pause(10_000);
  await rm(sharedFolder, { recursive: true, force: true });
  await rename(hidden, sharedFolder);
  stage.say("the object store shows everything again");
  await stage.pause(5_000);
  await probeLists(stage, "after the bucket was empty", 100);
  for (const tenant of tenants) {
    for (const reader of set.pods) {
      await note(configs, async () => {
        const answer = await ask(reader, tenant, { path: "/api/v1/config" });
        return answer.text === configOf(tenant) ? undefined : `${reader.name}: ${answer.text}`;
      });
    }
  }
  const objects = stage.probe("objects are still in the bucket");
  const after = new Set(await filesIn(sharedFolder));
  for (const file of before) await note(objects, async () => (after.has(file) ? undefined : file));
}

/** Asks until it is taken; says why not if it never is. */
async function insist(act: () => Promise<Answer>): Promise<string | undefined> {
  const TRIES_MAX = 10;
  let wrong: string | undefined;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const answer = await act();
    if (isYes(answer)) return undefined;
    wrong = `${answer.status} ${answer.text}`;
  }
  return wrong;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) =>
    entry.isFile() ? `${entry.parentPath.slice(folder.length)}/${entry.name}` : [],
  );
}

/** So many one-shot alerts, each a group of its own, and silences, of each tenant, at once. */
function planSet(
  tenants: Tenants,
  counts: { readonly alerts: number; readonly silences: number },
): TrafficPlan {
  const groupOf = (tenant: string | undefined, name: string) =>
    ({ tenant, name: `${name}-${tenant}`, kind: "one-shot" }) as const;
  return {
    episodes: tenants.flatMap((tenant) =>
      Array.from({ length: counts.alerts }, (_, number) =>
        // Spread over two seconds: a burst is something else.
        episode(groupOf(tenant, `Set${number}`), 0, {
          startAtMs: (2_000 * number) / counts.alerts,
          lifeMs: undefined,
        }),
      ),
    ),
    silences: tenants.flatMap((tenant) =>
      Array.from({ length: counts.silences }, (_, number) =>
        silence(groupOf(tenant, `Quiet${number}`), 500 * number, undefined),
      ),
    ),
  };
}

const STREAM_MS = 40_000;
const STREAM_INTERVAL_MS = 100;

/** Ten new groups a second, of any tenant. */
function planStream(draw: Draw, tenants: Tenants): TrafficPlan {
  const episodes = Array.from({ length: STREAM_MS / STREAM_INTERVAL_MS }, (_, number) => {
    const group = {
      tenant: oneOf(draw, tenants),
      name: `Stream${number}`,
      kind: "one-shot",
    } as const;
    return episode(group, 0, { startAtMs: number * STREAM_INTERVAL_MS, lifeMs: undefined });
  });
  return { episodes, silences: [] };
}
