import type { Member } from "./cluster.ts";
import type { Screen } from "./screen.ts";

const ATTEMPT_TIMEOUT_MS = 8_000;
const ATTEMPTS_MAX = 6;

interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/**
 * A client as a good one is: it asks any instance and, without an answer that counts, another one. What it
 * returns was acknowledged.
 */
export class Sender {
  readonly #deps: { readonly screen: Screen; readonly signal: AbortSignal };
  readonly #members: readonly Member[];
  readonly #refusals = new Set<string>();

  constructor(
    deps: { readonly screen: Screen; readonly signal: AbortSignal },
    members: readonly Member[],
  ) {
    this.#deps = deps;
    this.#members = members;
  }

  /** Fires one alert, said once: nobody repeats it. With `first` that one is asked before others. */
  async fire(tenant: string, alert: string, first?: Member): Promise<void> {
    await this.#callAny(tenant, postOf([{ labels: labelsOf(tenant, alert) }]), first);
  }

  async resolve(tenant: string, alert: string): Promise<void> {
    const ended = { labels: labelsOf(tenant, alert), endsAt: new Date() };
    await this.#callAny(tenant, postOf([ended]));
  }

  /** Returns the silence's ID. */
  async silence(tenant: string, alert: string): Promise<string> {
    const nowMs = Date.now();
    const answer = await this.#callAny(tenant, {
      method: "POST",
      path: "/api/v2/silences",
      body: {
        matchers: [{ name: "alertname", value: alert, isRegex: false }],
        startsAt: new Date(nowMs),
        endsAt: new Date(nowMs + 3_600_000),
        createdBy: "demo",
        comment: "planned work",
      },
    });
    return (answer as { readonly silenceID: string }).silenceID;
  }

  async expireSilence(tenant: string, id: string): Promise<void> {
    await this.#callAny(tenant, { method: "DELETE", path: `/api/v2/silence/${id}` });
  }

  /** The names of the alerts that one instance shows. */
  async alertsAt(member: Member, tenant: string): Promise<ReadonlySet<string>> {
    const call = { method: "GET", path: "/api/v2/alerts" } as const;
    const list = await this.#callOne(member, tenant, call);
    const alerts = list as readonly { readonly labels: { readonly alertname: string } }[];
    return new Set(alerts.map(({ labels }) => labels.alertname));
  }

  /** State by ID of the silences that one instance shows. */
  async silencesAt(member: Member, tenant: string): Promise<ReadonlyMap<string, string>> {
    const call = { method: "GET", path: "/api/v2/silences" } as const;
    const list = await this.#callOne(member, tenant, call);
    const silences = list as readonly { readonly id: string; readonly status: { state: string } }[];
    return new Map(silences.map(({ id, status }) => [id, status.state]));
  }

  async #callAny(tenant: string, call: Call, first?: Member): Promise<unknown> {
    const count = this.#members.length;
    let at = first ? this.#members.indexOf(first) : Math.floor(Math.random() * count);
    for (let attempt = 1; ; attempt += 1) {
      const member = this.#members[at % count] as Member; // The index is within.
      try {
        return await this.#callOne(member, tenant, call);
      } catch (error) {
        this.#deps.signal.throwIfAborted();
        if (attempt === ATTEMPTS_MAX) {
          throw new Error(`nobody takes ${call.method} ${call.path}: ${reasonOf(error)}`, {
            cause: error,
          });
        }
        this.#tellRefusal(`${member.name} did not take it (${reasonOf(error)})`);
      }
      at += 1;
    }
  }

  /** Each of them once: a dead instance refuses whatever comes. */
  #tellRefusal(what: string): void {
    if (this.#refusals.has(what)) return;
    this.#refusals.add(what);
    this.#deps.screen.warn(`${what}, another one is asked`);
  }

  /** Throws unless the answer is 200. */
  async #callOne(member: Member, tenant: string, call: Call): Promise<unknown> {
    const { signal } = this.#deps;
    const response = await fetch(`${member.server.endpoint}${call.path}`, {
      method: call.method,
      headers: { "x-scope-orgid": tenant, "content-type": "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      ...(call.body === undefined ? undefined : { body: JSON.stringify(call.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text.trim()}`);
    const incomplete = response.headers.get("x-tocsin-incomplete");
    if (incomplete !== null) throw new Error(`only ${incomplete} of the owners answered`);
    return text === "" ? undefined : JSON.parse(text);
  }
}

function labelsOf(tenant: string, alert: string): object {
  return { alertname: alert, team: tenant };
}

function postOf(alerts: readonly object[]): Call {
  return { method: "POST", path: "/api/v2/alerts", body: alerts };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { readonly code?: string } | undefined)?.code;
  return code ?? (error instanceof Error ? error.message : String(error));
}
