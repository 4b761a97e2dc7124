/**
 * Keeps co-owners equal whatever was lost on the way (PROTOCOL 5): every few seconds two co-owners
 * compare digests of the tenants that changed since they last agreed, now and then of all. Where a map
 * differs they exchange versions in slices and then the records, in both directions.
 */
import {
  AppError,
  type Clock,
  type Logger,
  type MetricFamily,
  type MetricRegistry,
} from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Fleet } from "../fleet/fleet.ts";
import { MAP_NAMES, type MapName } from "../peer/state.ts";
import type { Timings } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";
import { Divergences, type Place } from "./divergences.ts";
import { exchangeMap } from "./exchange.ts";
import type { PeerCalls } from "./peer-calls.ts";

export interface AntiEntropyDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly fleet: Fleet;
  readonly calls: PeerCalls;
  readonly ownId: InstanceId;
  readonly view: () => View;
  readonly isSuspected: (id: InstanceId) => boolean;
}

const COMPARE_SIZE = 200;
const CALL_MS = 2_000;

export class AntiEntropy {
  readonly #deps: AntiEntropyDeps;
  readonly #timings: Timings;
  /** Per peer: changed since the last time both were found equal. */
  readonly #dirty = new Map<InstanceId, Set<TenantId>>();
  readonly #differences: MetricFamily;
  readonly #divergences: Divergences;
  #allAtMs = 0;

  constructor(deps: AntiEntropyDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
    this.#differences = deps.metrics.counter(
      "tocsin_replication_differences_total",
      "Maps of a tenant that two owners found to differ when they compared digests.",
    );
    this.#divergences = new Divergences(deps);
    deps.fleet.onChange((tenant) => this.#changed(tenant));
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(this.#timings.digestIntervalMs, signal).catch(() => {});
      if (signal.aborted) return;
      await this.round(signal);
    }
  }

  /** Compares with every trusted co-owner once. */
  async round(signal: AbortSignal): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#allAtMs >= this.#timings.digestAllIntervalMs) {
      this.#allAtMs = nowMs;
      for (const id of this.#deps.fleet.names()) this.#changed(id);
    }
    const peers = [...this.#dirty.keys()].filter((id) => !this.#deps.isSuspected(id));
    await Promise.all(peers.map((id) => this.#compareWith(id, signal)));
  }

  #changed(tenant: TenantId): void {
    const { view, ownId } = this.#deps;
    // State of others' tenants is handed over, not kept equal.
    if (!view().owns(ownId, tenant)) return;
    for (const set of view().owners(tenant).sets) {
      for (const id of set) {
        if (id === ownId) continue;
        let dirty = this.#dirty.get(id);
        if (dirty === undefined) this.#dirty.set(id, (dirty = new Set()));
        dirty.add(tenant);
      }
    }
  }

  async #compareWith(peer: InstanceId, signal: AbortSignal): Promise<void> {
    const dirty = this.#dirty.get(peer);
    if (dirty === undefined || dirty.size === 0) return;
    if (this.#deps.view().member(peer) === undefined) {
      this.#dirty.delete(peer);
      this.#divergences.forget(peer);
      return;
    }
    try {
      const names = [...dirty];
      for (let at = 0; at < names.length; at += COMPARE_SIZE) {
        await this.#compareSlice(peer, names.slice(at, at + COMPARE_SIZE), signal);
      }
    } catch (error) {
      const { message } = AppError.from(error);
      this.#deps.logger.log("debug", "Comparing with owner failed", { peer, err: message });
    }
  }

  async #compareSlice(
    peer: InstanceId,
    names: readonly TenantId[],
    signal: AbortSignal,
  ): Promise<void> {
    const tenants = names.flatMap((tenant) => {
      const digests = this.#deps.fleet.get(tenant)?.digests();
      return digests === undefined ? [] : [{ tenant, digests }];
    });
    const dirty = this.#dirty.get(peer);
    const open = new Set(tenants.map(({ tenant }) => tenant));
    // Whatever changes from here on is compared again in the next round.
    for (const tenant of open) dirty?.delete(tenant);
    try {
      const request = { kind: "compare" as const, body: { tenants } };
      const reply = await this.#deps.calls.call({ id: peer, delayMs: CALL_MS }, request, signal);
      const differing = new Map(reply.differing.map(({ tenant, maps }) => [tenant, maps]));
      for (const tenant of open) this.#note(peer, tenant, differing.get(tenant) ?? []);
      for (const { tenant } of tenants) {
        for (const map of differing.get(tenant) ?? []) {
          if (await this.#repair({ peer, tenant, map }, signal)) dirty?.add(tenant);
        }
        open.delete(tenant);
      }
    } finally {
      // So is what could not be compared or repaired.
      for (const tenant of open) dirty?.add(tenant);
    }
  }

  #note(peer: InstanceId, tenant: TenantId, differing: readonly MapName[]): void {
    for (const map of MAP_NAMES) {
      if (differing.includes(map)) this.#divergences.begins({ peer, tenant, map });
      else this.#divergences.equal({ peer, tenant, map });
    }
  }

  /** Makes both sides hold the union of one map. False: there is nothing to be gained by it any more. */
  async #repair(place: Place, signal: AbortSignal): Promise<boolean> {
    this.#differences.with().inc();
    const exchanged = await exchangeMap(this.#deps, { ...place, takes: true }, signal);
    const own = this.#deps.fleet.get(place.tenant)?.digests()[place.map];
    return own !== undefined && this.#divergences.found(place, own, exchanged);
  }
}
