/**
 * Which tenants await other settings, and the one worker that prepares them (see `SettingsChange`): one
 * tenant after the other, each with the settings that are wanted when its turn comes, so much at a time.
 * A change that is wanted while the same tenant's is being prepared comes after it, as requests would.
 */
import type { TenantId } from "@tocsin/domain/model";
import type { PartialState } from "../peer/state.ts";
import type { TenantSettings } from "../tenant/settings.ts";
import type { Tenant } from "../tenant/tenant.ts";

export interface SettingsChangesDeps {
  /** Undefined: it is not of the fleet any more. */
  readonly tenant: (id: TenantId) => Tenant | undefined;
  /** What is to be in force; undefined: it does not load. */
  readonly wantedFor: (tenant: Tenant) => WantedSettings | undefined;
  readonly nowMs: () => number;
  /** Lets others have a turn. */
  readonly rest: () => Promise<unknown>;
  /** Called with what changed, in portions. */
  readonly onChanged: (tenant: Tenant, state: PartialState) => void;
  /** Called when a change was given up for a fault of the program; the old settings stay. */
  readonly onFailed: (id: TenantId, error: unknown) => void;
  /** Called when a tenant awaits nothing any more. */
  readonly onDone: (id: TenantId) => void;
}

export interface WantedSettings {
  readonly settings: TenantSettings | undefined;
}

interface Awaiting {
  readonly done: PromiseWithResolvers<void>;
  /** It was wanted again meanwhile. */
  isAgain: boolean;
}

export class SettingsChanges {
  readonly #deps: SettingsChangesDeps;
  readonly #sliceSize: number;
  readonly #awaiting = new Map<TenantId, Awaiting>();
  #isRunning = false;
  /** What is left of the slice, in alerts. */
  #room: number;

  /** `sliceSize` alerts or so are prepared in one turn. */
  constructor(deps: SettingsChangesDeps, sliceSize: number) {
    this.#deps = deps;
    this.#sliceSize = sliceSize;
    this.#room = sliceSize;
  }

  has(id: TenantId): boolean {
    return this.#awaiting.has(id);
  }

  /** Has the tenant's settings looked at, soon. */
  want(id: TenantId): void {
    const known = this.#awaiting.get(id);
    if (known !== undefined) known.isAgain = true;
    else this.#awaiting.set(id, awaiting());
    if (!this.#isRunning) void this.#run();
  }

  /** Resolves when the tenant awaits nothing any more. */
  async done(id: TenantId): Promise<void> {
    await this.#awaiting.get(id)?.done.promise;
  }

  /** Resolves when nobody awaits anything of what is wanted now. */
  async allDone(): Promise<void> {
    await Promise.all(Array.from(this.#awaiting.values(), ({ done }) => done.promise));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#rest();
    // Whoever is wanted meanwhile is visited, too.
    for (const [id, one] of this.#awaiting) {
      try {
        do {
          one.isAgain = false;
          await this.#changeOne(id);
        } while (one.isAgain);
        one.done.resolve();
      } catch (error) {
        one.done.reject(error);
        this.#deps.onFailed(id, error);
      }
      this.#awaiting.delete(id);
      this.#deps.onDone(id);
    }
    this.#isRunning = false;
  }

  async #changeOne(id: TenantId): Promise<void> {
    const { tenant: find, wantedFor, nowMs, onChanged } = this.#deps;
    const tenant = find(id);
    if (tenant === undefined) return;
    if (this.#spend(1)) await this.#rest();
    const wanted = wantedFor(tenant);
    const change = wanted && tenant.beginSettings(wanted.settings, nowMs());
    if (change === undefined) return;
    for (const size of change.steps()) {
      if (!this.#spend(size)) continue;
      await this.#rest();
      if (!change.isCurrent || find(id) !== tenant) return;
    }
    const { groups = [] } = change.finish(nowMs());
    onChanged(tenant, {});
    for (let at = 0; at < groups.length; at += this.#sliceSize) {
      onChanged(tenant, { groups: groups.slice(at, at + this.#sliceSize) });
      if (this.#spend(this.#sliceSize)) await this.#rest();
    }
  }

  /** True: the slice is full. */
  #spend(amount: number): boolean {
    this.#room -= amount;
    return this.#room <= 0;
  }

  async #rest(): Promise<void> {
    await this.#deps.rest();
    this.#room = this.#sliceSize;
  }
}

function awaiting(): Awaiting {
  const done = Promise.withResolvers<void>();
  // Nobody may be waiting.
  done.promise.catch(() => {});
  return { done, isAgain: false };
}
