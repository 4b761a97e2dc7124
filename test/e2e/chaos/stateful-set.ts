/**
 * A StatefulSet as Kubernetes runs it, as far as instances notice: names with ordinals, volumes, one at a
 * time in rollouts (the highest first, the next when the replacement is ready), and one at a time or all
 * at once in scaling. A process that ends by itself is started again; so is a killed one, unless its
 * node is lost.
 */
import { setTimeout as delay } from "node:timers/promises";

/** What a controller does with a pod. */
export interface Replica {
  readonly name: string;
  readonly isRunning: boolean;
  launch(): Promise<void>;
  /** Resolves when it is ready. */
  ready(): Promise<void>;
  /** Resolves when its process has ended. */
  ended(): Promise<void>;
  kill(): Promise<void>;
  terminate(): Promise<void>;
  wipe(): Promise<void>;
}

/** One at a time, or all at once. */
export type Management = "ordered" | "parallel";

export interface StatefulSetPlan<P extends Replica> {
  readonly podOf: (ordinal: number) => Promise<P>;
  /** `podManagementPolicy`. */
  readonly management: Management;
  /** Whether a pod finds its volume again when it comes back after it was removed. */
  readonly keepsVolumes: boolean;
  /** Instead of a second, before an ended process is started again. */
  readonly restartDelayMs?: number;
}

/** The kubelet waits at first so long before it starts a container again. */
const RESTART_DELAY_MS = 1_000;

export class StatefulSet<P extends Replica> {
  readonly #plan: StatefulSetPlan<P>;
  readonly #pods: P[] = [];
  /** Whom nobody starts again: its node is gone, or it is being ended. */
  readonly #leftAlone = new Set<P>();
  #isClosed = false;

  constructor(plan: StatefulSetPlan<P>) {
    this.#plan = plan;
  }

  /** All that there should be, by ordinal, whether they run or not. */
  get pods(): readonly P[] {
    return this.#pods;
  }

  /** Whose process runs, be it stopped by SIGSTOP. */
  get running(): readonly P[] {
    return this.#pods.filter((pod) => pod.isRunning);
  }

  pod(ordinal: number): P {
    const pod = this.#pods[ordinal];
    if (pod === undefined) throw new Error(`there is no pod ${ordinal}`);
    return pod;
  }

  /** `kubectl scale`: resolves when the new ones are ready and the surplus ones have ended. */
  async scale(replicas: number): Promise<void> {
    const isOrdered = this.#plan.management === "ordered";
    const starting: Promise<void>[] = [];
    while (this.#pods.length < replicas) {
      const pod = await this.#plan.podOf(this.#pods.length);
      this.#pods.push(pod);
      starting.push(this.#start(pod));
      if (isOrdered) await starting.at(-1);
    }
    await Promise.all(starting);
    const ending: Promise<void>[] = [];
    for (const pod of this.#pods.slice(replicas).reverse()) {
      ending.push(this.#remove(pod));
      if (isOrdered) await ending.at(-1);
    }
    await Promise.all(ending);
    this.#pods.length = Math.min(this.#pods.length, replicas);
  }

  /** `kubectl rollout restart`, and waits until it is done. */
  async rollOut(): Promise<void> {
    for (const pod of this.#pods.toReversed()) {
      await this.#remove(pod);
      await this.#start(pod);
    }
  }

  /** kill -9 of its process, and nobody starts it again until `recover`. */
  async lose(...pods: readonly P[]): Promise<void> {
    for (const pod of pods) this.#leftAlone.add(pod);
    await Promise.all(pods.map((pod) => pod.kill()));
  }

  /** Starts what was lost or has ended, and waits until it is ready. */
  async recover(...pods: readonly P[]): Promise<void> {
    await Promise.all(pods.map((pod) => this.#start(pod)));
  }

  /** SIGTERM to all of these at the same time; nobody starts them again until `recover`. */
  async terminate(...pods: readonly P[]): Promise<void> {
    for (const pod of pods) this.#leftAlone.add(pod);
    await Promise.all(pods.map((pod) => pod.terminate()));
  }

  /** Ends all, at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pods.map((pod) => pod.kill()));
  }

  async #start(pod: P): Promise<void> {
    this.#leftAlone.delete(pod);
    await this.#launch(pod);
    await pod.ready();
  }

  async #remove(pod: P): Promise<void> {
    await this.terminate(pod);
    if (!this.#plan.keepsVolumes) await pod.wipe();
  }

  async #launch(pod: P): Promise<void> {
    if (this.#isClosed) throw new Error(`${pod.name} is not started: all is being ended`);
    await pod.launch();
    void this.#watch(pod);
  }

  async #watch(pod: P): Promise<void> {
    await pod.ended();
    if (this.#isClosed || this.#leftAlone.has(pod)) return;
    await delay(this.#plan.restartDelayMs ?? RESTART_DELAY_MS);
    if (!this.#isClosed && !this.#leftAlone.has(pod)) await this.#launch(pod);
  }
}
