/**
 * State of tenants that this instance does not own (PROTOCOL 3): what is left after ownership has moved,
 * or what a disk brings back that was away.
 *
 * Nothing is deleted for not being owned. Each owner is given what it lacks; when all of them have taken
 * it under a settled view, and nothing has changed for ten minutes, it is dropped here. A tenant that
 * changes, or whose owners change, begins anew.
 */
import {
  AppError,
  type Clock,
  type Logger,
  type MetricRegistry,
  type Series,
} from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Fleet } from "../fleet/fleet.ts";
import type { Timings } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";
import { exchangeMap } from "./exchange.ts";
import type { PeerCalls } from "./peer-calls.ts";

export interface HandOverDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly fleet: Fleet;
  readonly calls: PeerCalls;
  readonly ownId: InstanceId;
  readonly view: () => View;
  readonly isSuspected: (id: InstanceId) => boolean;
}

/** How far a tenant is that is not owned here. */
interface Handing {
  readonly viewVersion: number;
  readonly confirmed: Set<InstanceId>;
  /** Monotonic; undefined while an owner has not confirmed. */
  doneAtMs: number | undefined;
}

const COMPARE_SIZE = 200;
const CALL_MS = 2_000;

export class HandOver {
  readonly #deps: HandOverDeps;
  readonly #timings: Timings;
  readonly #handing = new Map<TenantId, Handing>();
  readonly #foreign: Series;
  readonly #dropped: Series;

  constructor(deps: HandOverDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
    this.#foreign = deps.metrics
      .gauge(
        "tocsin_replication_foreign_tenants",
        "Tenants held here that others own; they are handed over and then dropped.",
      )
      .with();
    this.#dropped = deps.metrics
      .counter(
        "tocsin_replication_foreign_tenants_dropped_total",
        "Tenants dropped here after all their owners had confirmed them.",
      )
      .with();
    deps.fleet.onChange((tenant) => this.#handing.delete(tenant));
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(this.#timings.digestIntervalMs, signal).catch(() => {});
      if (!signal.aborted) await this.round(signal);
    }
  }

  /** Gives to the owners of what is foreign here what they lack, and drops what has waited long enough. */
  async round(signal: AbortSignal): Promise<void> {
    const view = this.#deps.view();
    const foreign: TenantId[] = [];
    for (const { id } of this.#deps.fleet.tenants()) {
      if (!view.owns(this.#deps.ownId, id)) foreign.push(id);
    }
    this.#foreign.set(foreign.length);
    if (view.inTransition || view.ownerIds.length === 0) return;
    const open = foreign.filter((tenant) => this.#of(tenant, view).doneAtMs === undefined);
    await this.#giveTo(view, open, signal);
    if (this.#deps.view() !== view) return;
    for (const tenant of foreign) this.#finish(tenant, view);
  }

  /**
   * The last push of an instance that leaves: everything, to all other owners. Returns who has it all;
   * those whom nobody else has are named in the log.
   */
  async pushAll(signal: AbortSignal): Promise<ReadonlySet<InstanceId>> {
    const view = this.#deps.view();
    const all = this.#deps.fleet.names();
    this.#handing.clear();
    for (const tenant of all) this.#of(tenant, view);
    const lacking = await this.#giveTo(view, all, signal);
    const orphans = all.filter((tenant) => this.#handing.get(tenant)?.confirmed.size === 0);
    if (orphans.length > 0 && view.ownerIds.some((id) => id !== this.#deps.ownId)) {
      const tenants = orphans.slice(0, NAMES_MAX).join(",");
      const count = orphans.length;
      this.#deps.logger.log("warn", "Left tenants that no other owner has confirmed", {
        count,
        tenants,
      });
    }
    return new Set(view.ownerIds.filter((id) => !lacking.has(id)));
  }

  /** Returns the owners that could not be given everything. */
  async #giveTo(
    view: View,
    tenants: readonly TenantId[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<InstanceId>> {
    const { ownId, isSuspected } = this.#deps;
    const byOwner = new Map<InstanceId, TenantId[]>();
    for (const tenant of tenants) {
      for (const id of new Set(view.owners(tenant).sets.flat())) {
        if (id === ownId || this.#handing.get(tenant)?.confirmed.has(id) === true) continue;
        const list = byOwner.get(id);
        if (list === undefined) byOwner.set(id, [tenant]);
        else list.push(tenant);
      }
    }
    const lacking = new Set([...byOwner.keys()].filter((id) => isSuspected(id)));
    const asked = [...byOwner].filter(([id]) => !lacking.has(id));
    await Promise.all(
      asked.map(async ([id, list]) => {
        if (!(await this.#give(id, list, signal))) lacking.add(id);
      }),
    );
    return lacking;
  }

  /** False: the owner has not taken everything. */
  async #give(
    peer: InstanceId,
    tenants: readonly TenantId[],
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      for (let at = 0; at < tenants.length; at += COMPARE_SIZE) {
        await this.#giveSlice(peer, tenants.slice(at, at + COMPARE_SIZE), signal);
      }
      return true;
    } catch (error) {
      const { message } = AppError.from(error);
      this.#deps.logger.log("debug", "Handing over failed", { peer, err: message });
      return false;
    }
  }

  async #giveSlice(
    peer: InstanceId,
    names: readonly TenantId[],
    signal: AbortSignal,
  ): Promise<void> {
    const { fleet, calls } = this.#deps;
    const tenants = names.flatMap((tenant) => {
      const digests = fleet.get(tenant)?.digests();
      return digests === undefined ? [] : [{ tenant, digests }];
    });
    const begun = names.map((tenant) => [tenant, this.#handing.get(tenant)] as const);
    const reply = await calls.call(
      { id: peer, delayMs: CALL_MS },
      { kind: "compare", body: { tenants } },
      signal,
    );
    for (const { tenant, maps } of reply.differing) {
      for (const map of maps) {
        await exchangeMap(this.#deps, { peer, tenant, map, takes: false }, signal);
      }
    }
    for (const [tenant, handing] of begun) {
      // What changed meanwhile has begun anew.
      if (this.#handing.get(tenant) === handing) handing?.confirmed.add(peer);
    }
  }

  #of(tenant: TenantId, view: View): Handing {
    const known = this.#handing.get(tenant);
    if (known?.viewVersion === view.version) return known;
    const begun = {
      viewVersion: view.version,
      confirmed: new Set<InstanceId>(),
      doneAtMs: undefined,
    };
    this.#handing.set(tenant, begun);
    return begun;
  }

  #finish(tenant: TenantId, view: View): void {
    const handing = this.#handing.get(tenant);
    if (handing === undefined || handing.viewVersion !== view.version) return;
    const nowMs = this.#deps.clock.monotonicMs();
    const owners = view.owners(tenant).sets.flat();
    if (!owners.every((id) => handing.confirmed.has(id))) return;
    handing.doneAtMs ??= nowMs;
    if (nowMs - handing.doneAtMs < this.#timings.foreignKeepMs) return;
    this.#handing.delete(tenant);
    this.#deps.fleet.drop(tenant);
    this.#dropped.inc();
    this.#deps.logger.log("info", "Tenant is handed over and dropped here", { tenant });
  }
}

const NAMES_MAX = 20;
