/** The stateless front: checks, finds owners, writes with quorum, merges reads. Any instance, any tenant. */
import { AppError } from "@tocsin/foundation";
import {
  completeAlert,
  validateAlert,
  type CompletedAlert,
  type PostedAlert,
} from "@tocsin/domain/alert";
import type { ConfigRecord, TenantId } from "@tocsin/domain/model";
import type {
  ConfigWrite,
  PostResult,
  ReadOptions,
  ReadResult,
  SilenceDraft,
  StoredTenantConfig,
  TenantApi,
} from "../api/types.ts";
import { MAP_NAMES } from "../peer/state.ts";
import type { TenantSettings } from "../tenant/settings.ts";
import type { DistributorDeps } from "./context.ts";
import { portionsOf } from "./portions.ts";
import { readTenant } from "./read-tenant.ts";
import { drawStamp, writeAlerts, type DrawnStamp } from "./write-alerts.ts";
import { checkConfig, deleteConfig, putConfig } from "./write-config.ts";
import { expireSilence, putSilence } from "./write-silences.ts";

/** How long an instance that is no owner of a tenant goes on with the settings that it has read. */
const FOREIGN_SETTINGS_MS = 5_000;
const FOREIGN_SETTINGS_COUNT_MAX = 10_000;

export class Distributor implements TenantApi {
  readonly #deps: DistributorDeps;
  readonly #foreign = new Map<
    TenantId,
    { readonly untilMs: number; readonly settings: TenantSettings | undefined }
  >();

  /** The last change of each tenant's configuration that is under way. */
  readonly #configActs = new Map<TenantId, Promise<unknown>>();

  constructor(deps: DistributorDeps) {
    this.#deps = deps;
  }

  async postAlerts(
    tenant: TenantId,
    alerts: readonly PostedAlert[],
    signal: AbortSignal,
  ): Promise<PostResult> {
    this.#deps.assertTakesWrites();
    const pauses = this.#deps.pauseCount();
    let stamp: DrawnStamp | undefined = drawStamp(this.#deps);
    const settings = this.#ownSettings(tenant) ?? (await this.#settings(tenant, signal));
    if (settings === undefined) throw notConfigured();
    const errors: string[] = [];
    for (const { portion, work } of portionsOf(alerts, settings)) {
      if (work > 0) await this.#deps.pacer.take(work);
      const valid = this.#check(portion, settings, errors);
      if (valid.length === 0) continue;
      const write = { tenant, alerts: valid, pauses, ...(stamp && { stamp }) };
      // A batch has a stamp of its own.
      stamp = undefined;
      await writeAlerts(this.#deps, write, signal);
    }
    return { errors };
  }

  /** The alerts as they came in now, without those that are refused, of which it adds what is wrong. */
  #check(
    alerts: readonly PostedAlert[],
    settings: TenantSettings,
    errors: string[],
  ): readonly CompletedAlert[] {
    const { resolveTimeoutMs } = settings.config;
    const nowMs = this.#deps.nowMs();
    const valid: CompletedAlert[] = [];
    for (const posted of alerts) {
      const alert = completeAlert(posted, { nowMs, resolveTimeoutMs });
      const check = validateAlert(alert, this.#deps.matcherMode);
      if (check.ok) valid.push(alert);
      else errors.push(check.error);
    }
    return valid;
  }

  async read(tenant: TenantId, options: ReadOptions, signal: AbortSignal): Promise<ReadResult> {
    const read = await readTenant(this.#deps, { tenant, maps: MAP_NAMES }, signal);
    if (options.strict && read.have < read.need) {
      const message = `Read refused: ${read.have} of ${read.need} needed owners answered`;
      throw new AppError("unavailable", message);
    }
    const { have, need, heard } = read;
    return { reader: read.tenant, nowMs: this.#deps.nowMs(), heard, have, need };
  }

  putSilence(tenant: TenantId, draft: SilenceDraft, signal: AbortSignal): Promise<string> {
    return putSilence(this.#deps, { tenant, draft }, signal);
  }

  expireSilence(tenant: TenantId, id: string, signal: AbortSignal): Promise<void> {
    return expireSilence(this.#deps, { tenant, id }, signal);
  }

  async getConfig(tenant: TenantId, signal: AbortSignal): Promise<StoredTenantConfig> {
    const read = await readTenant(this.#deps, { tenant, maps: ["config"] }, signal);
    const record = read.tenant.configRecord;
    if (read.have < read.need && record === undefined) {
      const message = `Configuration not read: ${read.have} of ${read.need} needed owners answered`;
      throw new AppError("unavailable", message);
    }
    if (record?.text === undefined) throw notConfigured();
    return { record };
  }

  putConfig(tenant: TenantId, write: ConfigWrite, signal: AbortSignal): Promise<ConfigRecord> {
    return this.#inOrder(tenant, () => putConfig(this.#deps, { tenant, write }, signal));
  }

  checkConfig(write: ConfigWrite): Promise<void> {
    return checkConfig(this.#deps, write);
  }

  deleteConfig(tenant: TenantId, signal: AbortSignal): Promise<void> {
    return this.#inOrder(tenant, () => deleteConfig(this.#deps, tenant, signal));
  }

  /** A small configuration is parsed sooner than a large one; it must not come into force before it. */
  async #inOrder<T>(tenant: TenantId, act: () => Promise<T>): Promise<T> {
    const before = this.#configActs.get(tenant) ?? Promise.resolve();
    // Whoever was before has heard of its own failure.
    const done = before.catch(() => {}).then(act);
    this.#configActs.set(tenant, done);
    try {
      return await done;
    } finally {
      if (this.#configActs.get(tenant) === done) this.#configActs.delete(tenant);
    }
  }

  /** The settings in force as an owner has them; undefined if there are none or this is no owner. */
  #ownSettings(tenant: TenantId): TenantSettings | undefined {
    const { fleet } = this.#deps;
    if (!this.#isOwner(tenant)) return undefined;
    const known = fleet.get(tenant);
    return known === undefined ? fleet.fallback : known.settings;
  }

  #isOwner(tenant: TenantId): boolean {
    const { view, ownId, isCaughtUp } = this.#deps;
    return view().owns(ownId, tenant) && isCaughtUp(tenant);
  }

  /** The settings in force: the own copy of an owner, else what the owners say, kept for a while. */
  async #settings(tenant: TenantId, signal: AbortSignal): Promise<TenantSettings | undefined> {
    const { clock } = this.#deps;
    if (this.#isOwner(tenant)) return this.#ownSettings(tenant);
    const nowMs = clock.monotonicMs();
    const kept = this.#foreign.get(tenant);
    if (kept !== undefined && kept.untilMs > nowMs) return kept.settings;
    const read = await readTenant(this.#deps, { tenant, maps: ["config"] }, signal);
    if (this.#foreign.size >= FOREIGN_SETTINGS_COUNT_MAX) this.#foreign.clear();
    const { settings } = read.tenant;
    this.#foreign.set(tenant, { untilMs: nowMs + FOREIGN_SETTINGS_MS, settings });
    return settings;
  }
}

function notConfigured(): AppError {
  return new AppError("not-found", "the Alertmanager is not configured for this tenant");
}
