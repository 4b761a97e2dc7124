import { call, type Answer, type Call } from "../servers/index.ts";
import type { Reading } from "./history.ts";
import type { Pod } from "./pod.ts";

/** No sender waits longer for an answer. */
const TIMEOUT_MS = 5_000;

/** One request to one instance as one tenant. Rejects when nobody answers. */
export function ask(
  pod: Pod,
  tenant: string | undefined,
  { path, ...request }: Call & { readonly path: string },
): Promise<Answer> {
  return call(`${pod.endpoint}${path}`, {
    timeoutMs: TIMEOUT_MS,
    ...request,
    headers: {
      "Content-Type": "application/json",
      ...(tenant === undefined ? undefined : { "X-Scope-OrgID": tenant }),
    },
  });
}

export function isYes({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The body that silences one group for half an hour. */
export function silenceBody(group: string, wallMs: number): string {
  return JSON.stringify({
    matchers: [{ name: "alertname", value: group, isRegex: false, isEqual: true }],
    startsAt: new Date(wallMs),
    endsAt: new Date(wallMs + 1_800_000),
    createdBy: "chaos",
    comment: group,
  });
}

interface AlertView {
  readonly labels: { readonly alertname: string; readonly instance?: string };
}

interface SilenceView {
  readonly id: string;
  readonly status: { readonly state: string };
}

/** `group/instance` of the alerts of a list. */
export function namesIn(answer: Answer): readonly string[] {
  return answer
    .json<readonly AlertView[]>()
    .map(({ labels }) => `${labels.alertname}/${labels.instance ?? ""}`);
}

/** Everything that one instance shows of one tenant; undefined when it does not answer, or not completely. */
export async function read(pod: Pod, tenant: string | undefined): Promise<Reading | undefined> {
  try {
    const alerts = await ask(pod, tenant, { path: "/api/v2/alerts" });
    const silences = await ask(pod, tenant, { path: "/api/v2/silences" });
    for (const answer of [alerts, silences]) {
      if (!isYes(answer) || answer.headers["x-tocsin-incomplete"] !== undefined) return undefined;
    }
    const states = silences.json<readonly SilenceView[]>();
    return {
      instance: pod.name,
      tenant,
      alerts: new Set(namesIn(alerts)),
      silences: new Map(states.map(({ id, status }) => [id, status.state])),
    };
  } catch {
    return undefined;
  }
}
