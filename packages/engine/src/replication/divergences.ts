import type { Clock, MetricRegistry } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Digest, MapName } from "../peer/state.ts";
import type { Exchanged } from "./exchange.ts";

interface Difference {
  readonly sinceMs: number;
  /** What was here and what went over when it was last found. */
  readonly signature: string;
  /** Found twice the same although everything went over: one side has forgotten what the other still has. */
  readonly isIdle: boolean;
}

export interface Place {
  readonly peer: InstanceId;
  readonly tenant: TenantId;
  readonly map: MapName;
}

/** Differences between this owner and others that were found and are not known to be repaired. */
export class Divergences {
  readonly #clock: Clock;
  readonly #byPeer = new Map<InstanceId, Map<string, Difference>>();

  constructor(deps: { readonly clock: Clock; readonly metrics: MetricRegistry }) {
    this.#clock = deps.clock;
    const gauge = deps.metrics.gauge(
      "tocsin_replication_divergence_seconds",
      "Age of the oldest difference between this owner and another one that is not repaired yet.",
    );
    deps.metrics.collectors.push(() => gauge.with().set(this.oldestMs() / 1_000));
  }

  /** It was found, and nothing is known of its repair yet. */
  begins(place: Place): void {
    const differences = this.#of(place.peer);
    const key = keyOf(place);
    if (differences.has(key)) return;
    differences.set(key, { sinceMs: this.#clock.monotonicMs(), signature: "", isIdle: false });
  }

  /** False: the same as last time, so that comparing again at once makes no sense. */
  found(place: Place, own: Digest, { gaveCount, hasLearned }: Exchanged): boolean {
    const differences = this.#of(place.peer);
    const key = keyOf(place);
    const signature = `${own.hi}:${own.lo}:${own.count} ${gaveCount}`;
    const known = differences.get(key);
    const isIdle = !hasLearned && known?.signature === signature;
    const sinceMs = known?.sinceMs ?? this.#clock.monotonicMs();
    differences.set(key, { sinceMs, signature, isIdle });
    return !isIdle;
  }

  equal(place: Place): void {
    this.#byPeer.get(place.peer)?.delete(keyOf(place));
  }

  /** It owns nothing together with this instance any more. */
  forget(peer: InstanceId): void {
    this.#byPeer.delete(peer);
  }

  /** Age of the oldest difference that is worth repairing; 0: there is none. */
  oldestMs(): number {
    const nowMs = this.#clock.monotonicMs();
    let oldestMs = 0;
    for (const differences of this.#byPeer.values()) {
      for (const { sinceMs, isIdle } of differences.values()) {
        if (!isIdle) oldestMs = Math.max(oldestMs, nowMs - sinceMs);
      }
    }
    return oldestMs;
  }

  #of(peer: InstanceId): Map<string, Difference> {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const made = new Map<string, Difference>();
    this.#byPeer.set(peer, made);
    return made;
  }
}

/** Among the differences from one peer. */
function keyOf({ tenant, map }: Place): string {
  return `${tenant}\n${map}`;
}
