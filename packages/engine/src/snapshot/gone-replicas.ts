/**
 * Snapshots of replicas that are gone (PROTOCOL 10): the first owner of a tenant deletes what lies there
 * of instances that have owned nothing of it for a day, after its own snapshot is written.
 *
 * A listing never says that something is to be kept: one that fails or is empty changes nothing. The
 * day is counted by this process, so after a restart it begins anew.
 */
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { View } from "../cluster/view.ts";
import type { Timings } from "../cluster/timings.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { StateStore } from "../ports/index.ts";

export interface GoneReplicasDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fleet: Fleet;
  readonly store: StateStore;
  readonly ownId: InstanceId;
  readonly view: () => View;
  /** The own snapshot of this tenant was written in this life. */
  readonly hasWritten: (tenant: TenantId) => boolean;
}

/** So often within the day each tenant is looked at. */
const LOOKS_PER_KEEP = 4;

export class GoneReplicas {
  readonly #deps: GoneReplicasDeps;
  readonly #keepMs: number;
  /** Monotonic: since when a replica of a tenant has been seen to be gone. */
  readonly #goneSinceMs = new Map<TenantId, Map<InstanceId, number>>();

  constructor(deps: GoneReplicasDeps, timings: Pick<Timings, "goneReplicaKeepMs">) {
    this.#deps = deps;
    this.#keepMs = timings.goneReplicaKeepMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(this.#keepMs / LOOKS_PER_KEEP, signal).catch(() => {});
      if (!signal.aborted) await this.round(signal);
    }
  }

  /** Looks at every tenant of which this instance is the first owner. */
  async round(signal: AbortSignal): Promise<void> {
    for (const tenant of this.#deps.fleet.names()) {
      if (signal.aborted) return;
      if (!this.#isMine(tenant)) {
        this.#goneSinceMs.delete(tenant);
        continue;
      }
      try {
        await this.#look(tenant, signal);
      } catch (error) {
        const { message } = AppError.from(error, "unavailable");
        this.#deps.logger.log("debug", "Snapshots of a tenant not listed", {
          tenant,
          err: message,
        });
      }
    }
  }

  #isMine(tenant: TenantId): boolean {
    const { view, ownId, hasWritten } = this.#deps;
    return !view().inTransition && view().oldOwners(tenant)[0] === ownId && hasWritten(tenant);
  }

  async #look(tenant: TenantId, signal: AbortSignal): Promise<void> {
    const { store, view, clock, logger } = this.#deps;
    const replicas = await store.replicas(tenant, signal);
    const known = this.#goneSinceMs.get(tenant);
    const since = new Map<InstanceId, number>();
    for (const instance of replicas) {
      if (view().owns(instance, tenant)) continue;
      const sinceMs = known?.get(instance) ?? clock.monotonicMs();
      if (clock.monotonicMs() - sinceMs < this.#keepMs) {
        since.set(instance, sinceMs);
        continue;
      }
      await store.removeSnapshot({ tenant, instance }, signal);
      logger.log("info", "Snapshot of a replica that is gone is deleted", { tenant, instance });
    }
    if (since.size > 0) this.#goneSinceMs.set(tenant, since);
    else this.#goneSinceMs.delete(tenant);
  }
}
