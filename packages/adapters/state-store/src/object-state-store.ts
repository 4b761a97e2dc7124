import {
  decodeConfigObject,
  decodeSnapshot,
  encodeConfigObject,
  encodeSnapshot,
} from "@tocsin/codec";
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import type {
  ConditionalWrite,
  ObjectStore,
  ObjectVersion,
  ReplicaSnapshot,
  SnapshotTarget,
  StateStore,
  StoredConfig,
  StoredObject,
  WriteCondition,
} from "@tocsin/engine/ports";
import { AppError, type Logger, type MetricRegistry } from "@tocsin/foundation";
import { DamageReport } from "./damage-report.ts";
import {
  configVersionKey,
  currentConfigKey,
  instanceOfKey,
  ROOT,
  snapshotKey,
  stateFolder,
  tenantOfFolder,
} from "./layout.ts";

export interface ObjectStateStoreDeps {
  readonly objects: ObjectStore;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

/** Snapshots of one tenant that are read at the same time: as many as one has replicas, mostly. */
const READS_MAX = 4;

/**
 * The state store over any object store. A damaged object is reported and never deleted: it may be all
 * that is left, and somebody may still mend it. An object that says it is another tenant's or replica's
 * than its key is damaged too, so that a copied file cannot show one tenant's state to another.
 */
export class ObjectStateStore implements StateStore {
  readonly #objects: ObjectStore;
  readonly #logger: Logger;
  readonly #damage: DamageReport;

  constructor(deps: ObjectStateStoreDeps) {
    this.#objects = deps.objects;
    this.#logger = deps.logger;
    this.#damage = new DamageReport(deps);
  }

  async tenants(signal: AbortSignal): Promise<readonly TenantId[]> {
    const { folders } = await this.#objects.list(ROOT, signal);
    return folders.map(tenantOfFolder).filter((tenant) => tenant !== undefined);
  }

  async replicas(tenant: TenantId, signal: AbortSignal): Promise<readonly InstanceId[]> {
    const { keys } = await this.#objects.list(stateFolder(tenant), signal);
    return keys.map((key) => instanceOfKey(tenant, key)).filter((id) => id !== undefined);
  }

  async readSnapshots(tenant: TenantId, signal: AbortSignal): Promise<readonly ReplicaSnapshot[]> {
    const { keys } = await this.#objects.list(stateFolder(tenant), signal);
    const snapshots: ReplicaSnapshot[] = [];
    for (let at = 0; at < keys.length; at += READS_MAX) {
      const reads = keys.slice(at, at + READS_MAX).map(async (key) => {
        return this.#readSnapshot(tenant, key, signal);
      });
      const found = await Promise.all(reads);
      snapshots.push(...found.filter((snapshot) => snapshot !== undefined));
    }
    return snapshots;
  }

  async writeSnapshot(
    target: SnapshotTarget,
    state: PartialState,
    signal: AbortSignal,
  ): Promise<ConditionalWrite> {
    const { tenant, instance, expected } = target;
    const body = await encodeSnapshot({ tenant, instance, state });
    const condition = conditionFor(expected, { kind: "none" });
    return this.#objects.put({ key: snapshotKey(tenant, instance), body, condition }, signal);
  }

  async removeSnapshot(
    target: Omit<SnapshotTarget, "expected">,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#objects.delete(snapshotKey(target.tenant, target.instance), signal);
  }

  async readConfig(tenant: TenantId, signal: AbortSignal): Promise<StoredConfig | undefined> {
    const key = currentConfigKey(tenant);
    const object = await this.#objects.get(key, signal);
    if (object === undefined) return undefined;
    try {
      const config = await decodeConfigObject(object.body);
      assertOwner(config.tenant === tenant, config.tenant);
      return { record: config.record, version: object.version };
    } catch (error) {
      const damage = damageOf(error, key);
      this.#damage.add("config", { key, version: object.version }, damage);
      throw damage;
    }
  }

  /**
   * The current object decides who was first; its copy in the history follows. A copy that fails is
   * logged: the configuration is stored, and a caller that were told otherwise would store it again.
   */
  async writeConfig(
    target: { readonly tenant: TenantId; readonly expected: ObjectVersion | undefined },
    record: ConfigRecord,
    signal: AbortSignal,
  ): Promise<ConditionalWrite> {
    const { tenant, expected } = target;
    const body = await encodeConfigObject({ tenant, record });
    const condition = conditionFor(expected, { kind: "absent" });
    const current = { key: currentConfigKey(tenant), body, condition };
    const written = await this.#objects.put(current, signal);
    if (written.kind === "written") await this.#keepVersion(tenant, { record, body }, signal);
    return written;
  }

  async #keepVersion(
    tenant: TenantId,
    config: { readonly record: ConfigRecord; readonly body: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const key = configVersionKey(tenant, config.record.version);
    try {
      await this.#objects.put({ key, body: config.body, condition: { kind: "none" } }, signal);
    } catch (error) {
      const message = "A configuration is stored, but not its copy in the history";
      this.#logger.log("warn", message, { key, err: AppError.from(error).message });
    }
  }

  async #readSnapshot(
    tenant: TenantId,
    key: string,
    signal: AbortSignal,
  ): Promise<ReplicaSnapshot | undefined> {
    const instance = instanceOfKey(tenant, key);
    if (instance === undefined) return undefined;
    const object = await this.#objects.get(key, signal);
    if (object === undefined) return undefined; // Deleted since the listing.
    try {
      return await snapshotFrom(object, { tenant, instance });
    } catch (error) {
      this.#damage.add("snapshot", { key, version: object.version }, damageOf(error, key));
      return undefined;
    }
  }
}

async function snapshotFrom(
  object: StoredObject,
  owner: Omit<SnapshotTarget, "expected">,
): Promise<ReplicaSnapshot> {
  const { tenant, instance, state } = await decodeSnapshot(object.body);
  assertOwner(tenant === owner.tenant && instance === owner.instance, `${tenant}/${instance}`);
  return { instance, state };
}

function assertOwner(matches: boolean, owner: string): void {
  if (matches) return;
  throw new AppError("data-loss", `Cannot take object: it is of "${owner}", not of its key`);
}

/** Only damage is left out: whatever else went wrong while reading goes on to the caller. */
function damageOf(error: unknown, key: string): AppError {
  if (!(error instanceof AppError) || error.code !== "data-loss") throw error;
  return new AppError("data-loss", `${error.message} (object "${key}")`, { cause: error });
}

function conditionFor(
  expected: ObjectVersion | undefined,
  without: WriteCondition,
): WriteCondition {
  return expected === undefined ? without : { kind: "version", version: expected };
}
