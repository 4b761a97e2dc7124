import { setTimeout as delay } from "node:timers/promises";
import type { Draw } from "../../sim/world/events.ts";
import { ask, isYes, silenceBody } from "./api.ts";
import type { Episode, SilenceLife } from "./history.ts";
import { nextOf, type TrafficPlan } from "./plan.ts";
import type { Pod } from "./pod.ts";

/** A Prometheus that is faster than the real one (1 min, 4 min, 15 min), so that a run shows what it shows. */
const RESEND_MS = 2_000;
const VALID_FOR_MS = 4 * RESEND_MS;
const RESOLVED_FOR_MS = 15_000;
const ONE_SHOT_VALID_FOR_MS = 3_600_000;
const TICK_MS = 100;
const RETRY_MS = 300;

export interface TrafficDeps {
  readonly draw: Draw;
  readonly nowMs: () => number;
  /** Wall clock of a time of the run. */
  readonly wallMs: (atMs: number) => number;
  /** Whose processes run now, be they stopped. */
  readonly running: () => readonly Pod[];
  /** Who sends an alert once stays with the instance that said yes before, as long as it runs. */
  readonly isFaithful: boolean;
}

type State = "before" | "firing" | "ended";

/** One alert in one POST. */
interface Sending {
  readonly episode: Episode;
  readonly state: Exclude<State, "before">;
}

/**
 * Sends what the plan says. Re-sent alerts go to every instance every 2 s, and as resolved for 15 s after
 * their end; a POST that fails is not repeated before its time. A one-shot alert goes to one instance, and
 * to another one until somebody has said yes.
 */
export class Traffic {
  readonly #deps: TrafficDeps;
  readonly #plan: TrafficPlan;
  readonly #sentStates = new Map<Episode, State>();
  readonly #sentAtMs = new Map<Episode, number>();
  /** POSTs of re-sent alerts that are under way, by instance: a stopped one is not flooded. */
  readonly #waiting = new Map<Pod, number>();
  /** What one sender of one-shots has still to say of a group: it does not overtake itself. */
  readonly #lines = new Map<string, Promise<void>>();
  readonly #homes = new Map<string, Pod>();
  readonly #abort = new AbortController();
  /** POSTs that an instance refused although its process ran. */
  refusedPosts = 0;

  constructor(deps: TrafficDeps, plan: TrafficPlan) {
    this.#deps = deps;
    this.#plan = plan;
  }

  /** Sends until `stop`. */
  start(): void {
    void this.#tick();
    for (const silence of this.#plan.silences) void this.#live(silence).catch(() => {});
  }

  stop(): void {
    this.#abort.abort();
  }

  async #tick(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      this.#sendDue();
      await delay(TICK_MS);
    }
  }

  #sendDue(): void {
    const nowMs = this.#deps.nowMs();
    const due = this.#plan.episodes.flatMap((episode): Sending[] => {
      const state = stateOf(episode, nowMs);
      if (state === "before" || !this.#isDue(episode, state, nowMs)) return [];
      this.#sentStates.set(episode, state);
      this.#sentAtMs.set(episode, nowMs);
      return [{ episode, state }];
    });
    const shots = due.filter(({ episode }) => episode.kind === "one-shot");
    const byTenant = Object.groupBy(
      due.filter(({ episode }) => episode.kind === "resent"),
      ({ episode }) => episode.tenant ?? "",
    );
    for (const batch of Object.values(byTenant)) if (batch !== undefined) this.#sendToAll(batch);
    // The alerts of one group come together.
    const byGroup = Object.groupBy(shots, ({ episode }) => episode.group);
    for (const [group, batch] of Object.entries(byGroup)) {
      if (batch === undefined) continue;
      const before = this.#lines.get(group) ?? Promise.resolve();
      this.#lines.set(
        group,
        before.then(() => this.#insist(batch)).catch(() => {}),
      );
    }
  }

  #isDue(episode: Episode, state: State, nowMs: number): boolean {
    if (this.#sentStates.get(episode) !== state) return true;
    if (episode.kind === "one-shot") return false;
    if (state === "ended" && nowMs > (episode.endAtMs ?? 0) + RESOLVED_FOR_MS) return false;
    // It knows one life of an alert at a time.
    const next = nextOf(episode, this.#plan.episodes);
    if (next !== undefined && nowMs >= next.startAtMs) return false;
    return nowMs - (this.#sentAtMs.get(episode) ?? 0) >= RESEND_MS;
  }

  #sendToAll(batch: readonly Sending[]): void {
    const WAITING_MAX = 8;
    for (const pod of this.#deps.running()) {
      const count = this.#waiting.get(pod) ?? 0;
      if (count >= WAITING_MAX) continue;
      this.#waiting.set(pod, count + 1);
      void this.#post(pod, batch).finally(() => {
        this.#waiting.set(pod, (this.#waiting.get(pod) ?? 1) - 1);
      });
    }
  }

  async #insist(batch: readonly Sending[]): Promise<void> {
    const group = batch[0]?.episode.group ?? "";
    await this.#untilYes(async (drawn) => {
      const home = this.#deps.isFaithful ? this.#homes.get(group) : undefined;
      const pod = home?.isRunning === true ? home : drawn;
      const isTaken = await this.#post(pod, batch);
      if (isTaken) this.#homes.set(group, pod);
      return isTaken;
    });
  }

  /** Tells whether it was taken. */
  async #post(pod: Pod, batch: readonly Sending[]): Promise<boolean> {
    const tenant = batch[0]?.episode.tenant;
    const body = JSON.stringify(batch.map((sending) => this.#payload(sending)));
    const answer = await ask(pod, tenant, { path: "/api/v2/alerts", method: "POST", body }).catch(
      () => undefined,
    );
    if (answer === undefined || !isYes(answer)) {
      if (pod.isRunning && !pod.isStopped) this.refusedPosts += 1;
      return false;
    }
    const nowMs = this.#deps.nowMs();
    for (const { episode, state } of batch) {
      if (state === "firing") episode.firingAckAtMs ??= nowMs;
      else episode.endAckAtMs ??= nowMs;
    }
    return true;
  }

  #payload({ episode, state }: Sending): unknown {
    const { nowMs, wallMs } = this.#deps;
    const { startAtMs, endAtMs } = episode;
    const validForMs = episode.kind === "resent" ? VALID_FOR_MS : ONE_SHOT_VALID_FOR_MS;
    const endsAtMs = state === "ended" ? (endAtMs ?? 0) : nowMs() + validForMs;
    return {
      labels: { alertname: episode.group, instance: episode.instance },
      startsAt: new Date(wallMs(startAtMs)),
      endsAt: new Date(wallMs(endsAtMs)),
    };
  }

  async #live(silence: SilenceLife): Promise<void> {
    const { nowMs, wallMs } = this.#deps;
    const { signal } = this.#abort;
    await delay(Math.max(0, silence.atMs - nowMs()), undefined, { signal });
    await this.#untilYes(async (pod) => {
      const body = silenceBody(silence.group, wallMs(nowMs()));
      const request = { path: "/api/v2/silences", method: "POST", body };
      const answer = await ask(pod, silence.tenant, request);
      if (!isYes(answer)) return false;
      silence.id = answer.json<{ readonly silenceID: string }>().silenceID;
      silence.ackAtMs = nowMs();
      return true;
    });
    if (silence.expireAtMs === undefined || silence.id === undefined) return;
    await delay(Math.max(0, silence.expireAtMs - nowMs()), undefined, { signal });
    await this.#untilYes(async (pod) => {
      silence.expireAskedAtMs ??= nowMs();
      const request = { path: `/api/v2/silence/${silence.id}`, method: "DELETE" };
      if (!isYes(await ask(pod, silence.tenant, request))) return false;
      silence.expireAckAtMs = nowMs();
      return true;
    });
  }

  /** Asks one instance after the other, at random, until one takes it. */
  async #untilYes(act: (pod: Pod) => Promise<boolean>): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const running = this.#deps.running();
      const isTaken =
        running.length > 0 && (await act(this.#deps.draw.pick(running)).catch(() => false));
      if (isTaken) return;
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}

function stateOf({ startAtMs, endAtMs }: Episode, nowMs: number): State {
  if (nowMs < startAtMs) return "before";
  return endAtMs !== undefined && nowMs >= endAtMs ? "ended" : "firing";
}
