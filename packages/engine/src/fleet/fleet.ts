/**
 * All tenants of an instance, as data: one map, one heap of due times, one journal.
 *
 * Every change of a tenant goes through here, so that it is journaled, its due time is armed, and those
 * who replicate and snapshot hear of it.
 */
import { atOnce, inSlices, type Logger, type Slicing, type Steps } from "@tocsin/foundation";
import type { ConfigRecord, TenantId } from "@tocsin/domain/model";
import type { Journal } from "../ports/index.ts";
import type { PartialState } from "../peer/state.ts";
import type { DueResult } from "../tenant/flush.ts";
import type { SettingsCache, TenantSettings } from "../tenant/settings.ts";
import { sizeOfBeginning } from "../tenant/routing-size.ts";
import type { GarbageKind } from "../tenant/garbage.ts";
import type { SetBackInput } from "../tenant/set-back.ts";
import { Tenant, type TenantShared } from "../tenant/tenant.ts";
import type { AlertBatch, DueFlush } from "../tenant/types.ts";
import type { BehindAlert } from "../peer/messages.ts";
import type { ClusterTime } from "../time/index.ts";
import { DueHeap } from "./due-heap.ts";
import { inPortions, type GroupClocks } from "./portions.ts";
import { SettingsChanges, type WantedSettings } from "./settings-changes.ts";

export interface FleetDeps {
  readonly time: ClusterTime;
  readonly journal: Journal;
  readonly settingsCache: SettingsCache;
  readonly shared: TenantShared;
  readonly logger: Logger;
  /** Lets others have a turn. Without it all is done in one act. */
  readonly rest?: () => Promise<unknown>;
  /** About so many alerts are worked on in one turn. Default 1,000. */
  readonly sliceSize?: number;
}

/** Some 10 ms. */
export const SLICE_SIZE = 1_000;
/** What it takes to spend a group's tick and to begin its turns, in alerts. */
const FLUSH_SIZE = 10;

/** Told after every change; `state` is what changed. */
export type ChangeListener = (tenant: TenantId, state: PartialState) => void;

export class Fleet {
  readonly #deps: FleetDeps;
  readonly #tenants = new Map<TenantId, Tenant>();
  readonly #due = new DueHeap();
  /** Tenants that may not be flushed here yet, with the instant of the next look. */
  readonly #heldUntilMs = new Map<TenantId, number>();
  /** Of tenants with more due groups than one turn has room for: those whose ticks are still to be spent. */
  readonly #left = new WeakMap<Tenant, DueResult["left"]>();
  readonly #listeners: ChangeListener[] = [];
  #fallback: TenantSettings | undefined;
  #replayedToMs = 0;
  /** How many `setBack` are under way. */
  #settingBack = 0;
  readonly #sliceSize: number;
  readonly #slicing: Slicing | undefined;
  readonly #changes: SettingsChanges | undefined;
  /** Whether groups of this tenant may be flushed here now: owned and caught up. */
  mayFlush: (tenant: TenantId) => boolean = () => true;
  /** Whether others own this tenant, so that its ticks are theirs. */
  isForeign: (tenant: TenantId) => boolean = () => false;
  /** Until then groups only collect alerts (`--dispatch.start-delay`), cluster time. */
  dispatchFromMs = 0;
  /** Surrounds the storing of a client's batch, to measure it; must call `store`, which says how many it took. */
  watchBatch: (store: () => number) => void = (store) => void store();
  /** Called when `nextDueMs` may have become earlier. */
  onDueChange: () => void = () => {};

  constructor(deps: FleetDeps) {
    this.#deps = deps;
    this.#sliceSize = deps.sliceSize ?? SLICE_SIZE;
    this.#slicing = deps.rest && { sizeMax: this.#sliceSize, rest: deps.rest };
    this.#changes = deps.rest && this.#makeChanges(deps.rest);
  }

  get size(): number {
    return this.#tenants.size;
  }

  get fallback(): TenantSettings | undefined {
    return this.#fallback;
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  get(id: TenantId): Tenant | undefined {
    return this.#tenants.get(id);
  }

  /** The tenant, made when it is not known yet. */
  open(id: TenantId): Tenant {
    let tenant = this.#tenants.get(id);
    if (tenant === undefined) {
      tenant = this.makeDetached(id);
      this.#tenants.set(id, tenant);
    }
    return tenant;
  }

  /** A tenant that is not of the fleet: for merging what others know, on an instance that owns nothing. */
  makeDetached(id: TenantId): Tenant {
    const tenant = new Tenant(id, this.#deps.shared);
    tenant.setSettings(this.#fallback, this.#deps.time.nowMs());
    return tenant;
  }

  /** Names in order, above `after`. */
  names(after = ""): readonly TenantId[] {
    return [...this.#tenants.keys()].filter((id) => id > after).sort();
  }

  tenants(): Iterable<Tenant> {
    return this.#tenants.values();
  }

  /** Applies a client's batch as an owner. */
  applyBatch(batch: AlertBatch): readonly BehindAlert[] {
    const tenant = this.open(batch.tenant);
    this.#deps.time.observeStampUs(batch.stampUs);
    if (this.#settingBack > 0) {
      tenant.setBatchBack(batch, this.#setBackOf(tenant, this.#deps.time.nowMs()));
    }
    let behind: readonly BehindAlert[] = [];
    this.watchBatch(() => {
      const result = tenant.applyBatch(batch);
      this.#changed(tenant, result.state);
      behind = result.behind;
      return result.storedCount;
    });
    return behind;
  }

  /**
   * Merges records from other owners, the journal or snapshots. Returns what changed. The configuration of a
   * tenant with many alerts is in force somewhat later, see `inForce`.
   */
  merge(id: TenantId, state: PartialState, clocks?: GroupClocks): PartialState {
    const tenant = this.open(id);
    const nowMs = this.#deps.time.nowMs();
    const changed = this.#absorb(tenant, state, { nowMs, clocks });
    if (changed.config !== undefined) this.#adoptSettings(tenant, nowMs);
    this.#changed(tenant, changed);
    return changed;
  }

  /**
   * The same in portions, if it is much, and a large configuration is parsed in a thread before it is merged;
   * others may have turns meanwhile. True: something was news.
   */
  async mergeInTurns(id: TenantId, state: PartialState): Promise<boolean> {
    let wasNews = false;
    const preparing = this.#prepareSettings(id, state.config);
    if (preparing !== undefined) await preparing;
    await inPortions(state, this.#slicing, (portion, clocks) => {
      wasNews = !isEmptyState(this.merge(id, portion, clocks)) || wasNews;
    });
    return wasNews;
  }

  /**
   * Merges a journal entry on start: nothing is journaled again, nobody is told. Judged at the latest
   * change seen so far, for what had not ended when the process died must still be told as ended (A17); by a
   * clock that was set back since, what was written last would seem long over then, so never later than now.
   * Others may have turns while it is much. Undefined: it is done.
   */
  restore(id: TenantId, state: PartialState): Promise<void> | undefined {
    for (const records of [state.alerts ?? [], state.silences ?? []]) {
      for (const { updatedAtMs } of records) {
        if (updatedAtMs > this.#replayedToMs) this.#replayedToMs = updatedAtMs;
      }
    }
    const nowMs = Math.min(this.#replayedToMs, this.#deps.time.nowMs());
    const preparing = this.#prepareSettings(id, state.config);
    const merge = (): Promise<void> | undefined => {
      const tenant = this.open(id);
      return inPortions(state, this.#slicing, (portion, clocks) => {
        this.#mergeSilently(tenant, portion, { nowMs, clocks });
        this.arm(tenant);
      });
    };
    return preparing === undefined ? merge() : preparing.then(merge);
  }

  /**
   * The wall clock was set back by so much, or the process before this one had a later one: nothing waits for
   * instants of then any more (ADR 0035). For who is alone. Others may have turns while it is much.
   */
  async setBack(byMs: number): Promise<void> {
    const { time } = this.#deps;
    const nowMs = time.nowMs();
    this.dispatchFromMs -= byMs;
    this.#heldUntilMs.clear();
    this.#settingBack += 1;
    try {
      const tenants = [...this.#tenants.values()];
      const changing = tenants.filter(({ id }) => this.#changes?.has(id));
      await this.#inSlices(this.#settingBackAll(tenants, nowMs));
      // What a change of configuration makes was born when that began.
      for (const { id } of changing) await this.inForce(id);
      await this.#inSlices(this.#settingBackAll(changing, time.nowMs()));
    } finally {
      this.#settingBack -= 1;
    }
  }

  *#settingBackAll(tenants: readonly Tenant[], nowMs: number): Steps<void> {
    for (const tenant of tenants) {
      yield* tenant.settingBack(this.#setBackOf(tenant, nowMs));
      this.arm(tenant);
    }
  }

  #setBackOf(tenant: Tenant, nowMs: number): SetBackInput {
    return {
      nowMs,
      drawStampUs: () => this.#deps.time.drawStampUs(),
      changed: (state) => this.#changed(tenant, state),
    };
  }

  /** Lets the tenant's groups go on from what was told elsewhere, once its state has been brought here. */
  letToldGo(id: TenantId): Promise<void> {
    const steps = this.get(id)?.lettingToldGo(this.#deps.time.nowMs());
    return steps === undefined ? Promise.resolve() : this.#inSlices(steps);
  }

  async #inSlices(steps: Steps<void>): Promise<void> {
    if (this.#slicing === undefined) atOnce(steps);
    else await inSlices(steps, this.#slicing);
  }

  /** Undefined: there is nothing to prepare. Whether it loads is asked when it is put in force. */
  #prepareSettings(id: TenantId, config: ConfigRecord | undefined): Promise<unknown> | undefined {
    if (config?.text === undefined || this.#slicing === undefined) return undefined;
    if (config.version <= (this.get(id)?.configRecord?.version ?? 0)) return undefined;
    const { text, templates } = config;
    return this.#deps.settingsCache.prepare({ text, templates });
  }

  /** Merges into a tenant of `makeDetached`: nothing of it is journaled, nobody is told. */
  mergeDetached(
    tenant: Tenant,
    state: PartialState,
    nowMs: number = this.#deps.time.nowMs(),
  ): PartialState {
    return this.#mergeSilently(tenant, state, { nowMs });
  }

  #mergeSilently(tenant: Tenant, state: PartialState, at: MergeAt): PartialState {
    const { nowMs } = at;
    const changed = this.#absorb(tenant, state, at);
    if (changed.config !== undefined) {
      const wanted = this.#wantedFor(tenant);
      if (wanted !== undefined) tenant.setSettings(wanted.settings, nowMs);
    }
    return changed;
  }

  /** Resolves when the newest configuration that was merged for the tenant is in force. */
  inForce(id: TenantId): Promise<void> {
    return this.#changes?.done(id) ?? Promise.resolve();
  }

  /**
   * A configuration of the tenant's own is known and not in force yet: nothing is told, nor anybody's claim
   * granted, on groups that it may not have.
   */
  isChanging(id: TenantId): boolean {
    return this.#changes?.has(id) === true && this.#tenants.get(id)?.awaitsSettings === true;
  }

  #absorb(tenant: Tenant, state: PartialState, { nowMs, clocks }: MergeAt): PartialState {
    for (const alert of state.alerts ?? []) this.#deps.time.observeStampUs(alert.stampUs);
    for (const silence of state.silences ?? []) this.#deps.time.observeStampUs(silence.stampUs);
    for (const entry of state.log ?? []) this.#deps.time.observeStampUs(entry.versionUs);
    return tenant.merge(state, nowMs, clocks);
  }

  /** Puts another configuration under all tenants that have none of their own. Resolves when it is in force. */
  async setFallback(settings: TenantSettings | undefined): Promise<void> {
    this.#fallback = settings;
    const nowMs = this.#deps.time.nowMs();
    let room = this.#sliceSize;
    const size = sizeOfBeginning(settings);
    for (const tenant of this.#tenants.values()) {
      if (tenant.configRecord?.text !== undefined) continue;
      room -= 1 + tenant.alertCount + size;
      if (this.#changes !== undefined && room < 0) this.#changes.want(tenant.id);
      else this.#changed(tenant, tenant.setSettings(settings, nowMs));
    }
    await this.#changes?.allDone();
  }

  /**
   * Spends ticks that are due and hands each flush to `run`; so many at most that others may have a turn.
   * What is left stays due.
   */
  runDue(run: (tenant: TenantId, flush: DueFlush) => void): void {
    const nowMs = this.#deps.time.nowMs();
    let room = this.#sliceSize;
    for (;;) {
      const id = room > 0 ? this.#due.takeNext(nowMs) : undefined;
      if (id === undefined) return;
      const tenant = this.#tenants.get(id);
      if (tenant === undefined) continue;
      room -= 1;
      if (this.isForeign(id)) {
        tenant.passTicks(nowMs);
        this.arm(tenant);
      } else if (nowMs < this.dispatchFromMs || !this.mayFlush(id) || this.isChanging(id)) {
        const untilMs = Math.max(this.dispatchFromMs, nowMs + FLUSH_RETRY_MS);
        this.#heldUntilMs.set(id, untilMs);
        this.#due.arm(id, untilMs);
      } else {
        this.#heldUntilMs.delete(id);
        const countMax = Math.ceil((room + 1) / FLUSH_SIZE);
        room -= FLUSH_SIZE * this.#flush(tenant, { nowMs, countMax }, run);
      }
    }
  }

  /** Returns how much work that was, in ticks. */
  #flush(
    tenant: Tenant,
    { nowMs, countMax }: { readonly nowMs: number; readonly countMax: number },
    run: (tenant: TenantId, flush: DueFlush) => void,
  ): number {
    const due = this.#left.get(tenant);
    const fromMs = this.dispatchFromMs;
    const result = tenant.takeDue(nowMs, { fromMs, countMax, ...(due && { due }) });
    if (result.left.length === 0) this.#left.delete(tenant);
    else this.#left.set(tenant, result.left);
    this.#changed(tenant, result.state);
    for (const flush of result.flushes) run(tenant.id, flush);
    return result.count;
  }

  /** The earliest instant, in cluster time, at which `runDue` has something to do. */
  get nextDueMs(): number {
    return this.#due.nextMs;
  }

  /** Lets every tenant forget what it may of one kind. */
  collectGarbage(kind: GarbageKind): void {
    const nowMs = this.#deps.time.nowMs();
    for (const tenant of this.#tenants.values()) tenant.collectGarbage(nowMs, kind);
  }

  /** Forgets a tenant whose state others hold. */
  drop(id: TenantId): void {
    this.#tenants.delete(id);
    this.#heldUntilMs.delete(id);
    this.#due.remove(id);
  }

  arm(tenant: Tenant): void {
    const dueMs = Math.max(tenant.nextDueMs(), this.#heldUntilMs.get(tenant.id) ?? 0);
    const isEarlier = dueMs < this.#due.nextMs;
    this.#due.arm(tenant.id, dueMs);
    if (isEarlier) this.onDueChange();
  }

  /** To be called after a change that did not come through here, such as the end of a flush. */
  touched(tenant: Tenant, state: PartialState): void {
    this.#changed(tenant, state);
  }

  /** Puts the tenant's own configuration in force, at once if that takes no time. */
  #adoptSettings(tenant: Tenant, nowMs: number): void {
    if (this.#changes !== undefined && tenant.alertCount >= this.#sliceSize) {
      this.#changes.want(tenant.id);
      return;
    }
    const wanted = this.#wantedFor(tenant);
    if (wanted !== undefined) this.#changed(tenant, tenant.setSettings(wanted.settings, nowMs));
  }

  /** Those of the tenant's own configuration, or else the fallback. Undefined: it does not load. */
  #wantedFor(tenant: Tenant): WantedSettings | undefined {
    const record = tenant.configRecord;
    if (record?.text === undefined) return { settings: this.#fallback };
    const { text, templates } = record;
    const compiled = this.#deps.settingsCache.get({ text, templates });
    if (compiled.ok) return compiled;
    this.#deps.logger.log("error", "Configuration of tenant does not load, the old one stays", {
      tenant: tenant.id,
      version: record.version,
      err: compiled.error.message,
      at: this.#deps.time.nowMs(),
    });
    return undefined;
  }

  #makeChanges(rest: () => Promise<unknown>): SettingsChanges {
    const { time, logger } = this.#deps;
    return new SettingsChanges(
      {
        rest,
        tenant: (id) => this.#tenants.get(id),
        wantedFor: (tenant) => this.#wantedFor(tenant),
        nowMs: () => time.nowMs(),
        onChanged: (tenant, state) => this.#changed(tenant, state),
        onFailed: (tenant, error) =>
          logger.log("error", "Configuration of tenant cannot be put in force, the old one stays", {
            tenant,
            err: String(error),
          }),
        onDone: (id) => this.#unhold(id),
      },
      this.#sliceSize,
    );
  }

  #unhold(id: TenantId): void {
    const tenant = this.#tenants.get(id);
    if (tenant === undefined) return;
    this.#heldUntilMs.delete(id);
    this.arm(tenant);
  }

  #changed(tenant: Tenant, state: PartialState): void {
    this.arm(tenant);
    if (isEmptyState(state)) return;
    this.#deps.journal.append({ tenant: tenant.id, state });
    for (const listener of this.#listeners) listener(tenant.id, state);
  }
}

const FLUSH_RETRY_MS = 100;

interface MergeAt {
  readonly nowMs: number;
  readonly clocks?: GroupClocks | undefined;
}

/** Tells whether a partial state says nothing. */
export function isEmptyState(state: PartialState): boolean {
  const { alerts = [], silences = [], log = [], groups = [], config } = state;
  const count = alerts.length + silences.length + log.length + groups.length;
  return count === 0 && config === undefined;
}
