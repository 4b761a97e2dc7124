/**
 * Snapshots of tenants in the object store (PROTOCOL 10): written when something changed, read when no
 * owner answers. Each replica has keys of its own, so writers never meet; a cold start merges all.
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
import type { PartialState } from "../peer/state.ts";
import type { ObjectVersion, StateStore } from "../ports/index.ts";
import type { Timings } from "../cluster/timings.ts";

export interface SnapshotsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly fleet: Fleet;
  readonly store: StateStore;
  readonly ownId: InstanceId;
  readonly owns: (tenant: TenantId) => boolean;
}

const ROUND_MS = 500;
const IN_FLIGHT_MAX = 8;
/** What fails on a clean exit has no later round. */
const TRIES_AT_EXIT = 2;

export class Snapshots {
  readonly #deps: SnapshotsDeps;
  readonly #timings: Timings;
  /** Monotonic instant at which a changed tenant is written at the latest. */
  readonly #dueMs = new Map<TenantId, number>();
  readonly #versions = new Map<TenantId, ObjectVersion>();
  /** Ends with the last round that was begun: two at once would write a tenant on top of one version. */
  #rounds: Promise<void> = Promise.resolve();
  readonly #written: MetricFamily;
  readonly #failed: MetricFamily;
  #isFailing = false;

  constructor(deps: SnapshotsDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
    this.#written = deps.metrics.counter(
      "tocsin_snapshots_written_total",
      "Tenant snapshots written.",
    );
    this.#failed = deps.metrics.counter(
      "tocsin_snapshots_failed_total",
      "Tenant snapshots that could not be written; they are tried again.",
    );
    deps.fleet.onChange((tenant, state) => this.#changed(tenant, state));
  }

  /** Tenants that changed since they were last written. */
  get pending(): number {
    return this.#dueMs.size;
  }

  /** Whether this process has written a snapshot of the tenant. */
  hasWritten(tenant: TenantId): boolean {
    return this.#versions.has(tenant);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(ROUND_MS, signal).catch(() => {});
      if (signal.aborted) return;
      const nowMs = this.#deps.clock.monotonicMs();
      await this.#inTurn((dueMs) => dueMs <= nowMs, signal);
    }
  }

  /** Writes all that changed, for a clean exit, when what is being written is. Never throws. */
  async writeAll(signal: AbortSignal): Promise<void> {
    for (let tries = 0; tries < TRIES_AT_EXIT; tries += 1) await this.#inTurn(() => true, signal);
  }

  /** Merges all replicas' snapshots and the configuration of every tenant owned here. */
  async readAll(signal: AbortSignal): Promise<void> {
    const tenants = (await this.#deps.store.tenants(signal)).filter((id) => this.#deps.owns(id));
    await inParallel(tenants, IN_FLIGHT_MAX, async (tenant) => {
      const config = await this.#deps.store.readConfig(tenant, signal);
      if (config !== undefined) {
        await this.#deps.fleet.mergeInTurns(tenant, { config: config.record });
      }
      for (const { state } of await this.#deps.store.readSnapshots(tenant, signal)) {
        await this.#deps.fleet.mergeInTurns(tenant, state);
      }
    });
  }

  #changed(tenant: TenantId, state: PartialState): void {
    const delayMs =
      state.silences === undefined || state.silences.length === 0
        ? this.#timings.snapshotIntervalMs
        : this.#timings.silenceSnapshotDelayMs;
    const dueMs = this.#deps.clock.monotonicMs() + delayMs;
    const known = this.#dueMs.get(tenant);
    if (known === undefined || dueMs < known) this.#dueMs.set(tenant, dueMs);
  }

  #inTurn(isDue: (dueMs: number) => boolean, signal: AbortSignal): Promise<void> {
    this.#rounds = this.#rounds.then(() => this.#writeWhere(isDue, signal));
    return this.#rounds;
  }

  async #writeWhere(isDue: (dueMs: number) => boolean, signal: AbortSignal): Promise<void> {
    const due = [...this.#dueMs].filter(([, dueMs]) => isDue(dueMs)).map(([tenant]) => tenant);
    await inParallel(due, IN_FLIGHT_MAX, (tenant) => this.#write(tenant, signal));
  }

  async #write(tenant: TenantId, signal: AbortSignal): Promise<void> {
    const state = this.#deps.fleet.get(tenant)?.fullState();
    this.#dueMs.delete(tenant);
    if (state === undefined) return;
    const target = { tenant, instance: this.#deps.ownId, expected: this.#versions.get(tenant) };
    try {
      const result = await this.#deps.store.writeSnapshot(target, state, signal);
      if (result.kind === "conflict") {
        // Either an earlier write of ours arrived after its deadline, or a twin writes here; the ring
        // tells which. The next write is without a condition.
        this.#versions.delete(tenant);
        throw new AppError("conflict", "The snapshot was written by somebody else meanwhile");
      }
      this.#versions.set(tenant, result.version);
      this.#written.with().inc();
      this.#isFailing = false;
    } catch (error) {
      this.#again(tenant, AppError.from(error, "unavailable"));
    }
  }

  #again(tenant: TenantId, error: AppError): void {
    this.#failed.with().inc();
    this.#dueMs.set(tenant, this.#deps.clock.monotonicMs() + this.#timings.silenceSnapshotDelayMs);
    if (this.#isFailing) return;
    this.#isFailing = true;
    const err = error.message;
    this.#deps.logger.log("warn", "Snapshot not written, will try again", { tenant, err });
  }
}

async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as T; // below the length by the condition above
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
