/** Requests beside the traffic, which show what users of the API see during and after a fault. */
import { setTimeout as delay } from "node:timers/promises";
import { parseTenantId, type InstanceId, type TenantId } from "@tocsin/domain/model";
import { Ring } from "@tocsin/domain/ring";
import type { Answer } from "../servers/index.ts";
import { ask, isYes, namesIn, silenceBody } from "./api.ts";
import type { Probe } from "./history.ts";
import { oneOf } from "./plan.ts";
import type { Pod } from "./pod.ts";
import type { Stage } from "./stage.ts";

const EXAMPLES_MAX = 3;
const SILENCE_INTERVAL_MS = 200;

/** Asks any instance for any tenant's alerts; wrong is each list that lacks an acknowledged one. */
export async function probeLists(stage: Stage, what: string, count: number): Promise<void> {
  const probe = stage.probe(`lists ${what} are complete`, "lists");
  for (let number = 0; number < count; number += 1) {
    const pod = stage.draw.pick(answering(stage));
    const tenant = oneOf(stage.draw, stage.tenants);
    const wanted = stage.acknowledgedAlerts(tenant);
    await note(probe, async () => {
      const answer = await ask(pod, tenant, { path: "/api/v2/alerts" });
      if (!isYes(answer)) return refusal(pod, answer);
      const names = new Set(namesIn(answer));
      const missing = wanted.filter((name) => !names.has(name));
      if (missing.length === 0) return undefined;
      return `${pod.name}: ${names.size} instead of ${wanted.length} alerts of "${tenant}"`;
    });
  }
}

/**
 * Writes a silence every 200 ms at any instance that answers, for a tenant of which a majority of the owners
 * run, and reads it at once at another instance.
 */
export async function probeSilences(stage: Stage, forMs: number): Promise<void> {
  const writes = stage.probe("silences are taken", "silences");
  const reads = stage.probe("silences are read at once elsewhere");
  const untilMs = stage.nowMs + forMs;
  const asking: Promise<void>[] = [];
  for (let number = 0; stage.nowMs < untilMs; number += 1) {
    const tenant = oneOf(stage.draw, tenantsWithQuorum(stage));
    asking.push(probeSilence(stage, { writes, reads, tenant, number }));
    await delay(SILENCE_INTERVAL_MS);
  }
  await Promise.all(asking);
}

async function probeSilence(
  stage: Stage,
  round: {
    readonly writes: Probe;
    readonly reads: Probe;
    readonly tenant: string | undefined;
    readonly number: number;
  },
): Promise<void> {
  const { tenant, number } = round;
  const [writer, reader] = [stage.draw.pick(answering(stage)), stage.draw.pick(answering(stage))];
  let id = "";
  await note(round.writes, async () => {
    const body = silenceBody(`Probe${number}`, stage.wallMs(stage.nowMs));
    const answer = await ask(writer, tenant, { path: "/api/v2/silences", method: "POST", body });
    if (!isYes(answer)) return refusal(writer, answer);
    id = answer.json<{ readonly silenceID: string }>().silenceID;
    return undefined;
  });
  if (id === "" || !reader.isRunning || reader.isStopped) return;
  await note(round.reads, async () => {
    const answer = await ask(reader, tenant, { path: `/api/v2/silence/${id}` });
    return isYes(answer) ? undefined : refusal(reader, answer);
  });
}

/** Tenants of which more than half of the owners run and are not stopped; all, where nobody owns them. */
function tenantsWithQuorum(stage: Stage): readonly (string | undefined)[] {
  const { program, set, tenants, replicationFactor } = stage;
  if (program.name === "alertmanager") return tenants;
  // Names of pods are IDs of instances.
  const ring = new Ring(set.pods.map(({ name }) => ({ id: name as InstanceId, zone: "" })));
  const alive = new Set(answering(stage).map(({ name }) => name));
  return tenants.filter((tenant) => {
    const owners = ring.owners(parseTenantId(tenant ?? "") as TenantId, replicationFactor); // It is one.
    return owners.filter((owner) => alive.has(owner)).length * 2 > owners.length;
  });
}

function answering(stage: Stage): readonly Pod[] {
  return stage.set.running.filter((pod) => !pod.isStopped);
}

/** Counts one request; `act` says what was wrong, if anything. */
export async function note(probe: Probe, act: () => Promise<string | undefined>): Promise<void> {
  const fromMs = performance.now();
  probe.asked += 1;
  const wrong = await act().catch((error: unknown) => String(error));
  probe.slowestMs = Math.max(probe.slowestMs, performance.now() - fromMs);
  if (wrong === undefined) return;
  probe.wrong += 1;
  if (probe.examples.length < EXAMPLES_MAX) probe.examples.push(wrong);
}

function refusal(pod: Pod, { status, text }: Answer): string {
  return `${pod.name} answered ${status} ${text.slice(0, 160).trim()}`;
}
