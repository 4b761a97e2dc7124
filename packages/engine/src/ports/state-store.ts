import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "../peer/state.ts";

/** Names one state of an object (an ETag); only ever compared with itself. */
export type ObjectVersion = string;

export interface ReplicaSnapshot {
  readonly instance: InstanceId;
  readonly state: PartialState;
}

export type ConditionalWrite =
  | { readonly kind: "written"; readonly version: ObjectVersion }
  /** Somebody else wrote it since; nothing was changed. */
  | { readonly kind: "conflict" };

/**
 * Snapshots and tenant configurations in the object store (ARCHITECTURE 3.5). Calls reject with
 * `unavailable` when the store cannot be asked and with `data-loss` when an object is damaged. An empty
 * listing is only an empty listing: nothing is ever deleted because of it.
 */
export interface StateStore {
  /** Every tenant that has any object here. */
  tenants(signal: AbortSignal): Promise<readonly TenantId[]>;
  /** Whose snapshots of a tenant there are; only a listing. */
  replicas(tenant: TenantId, signal: AbortSignal): Promise<readonly InstanceId[]>;
  /** All replicas' snapshots of a tenant; damaged ones are left out and reported by the adapter. */
  readSnapshots(tenant: TenantId, signal: AbortSignal): Promise<readonly ReplicaSnapshot[]>;
  /** `expected` undefined: written without a condition. */
  writeSnapshot(
    target: SnapshotTarget,
    state: PartialState,
    signal: AbortSignal,
  ): Promise<ConditionalWrite>;
  removeSnapshot(target: Omit<SnapshotTarget, "expected">, signal: AbortSignal): Promise<void>;
  readConfig(tenant: TenantId, signal: AbortSignal): Promise<StoredConfig | undefined>;
  /** `expected` undefined: there must be none. The version history is kept beside it. */
  writeConfig(
    target: { readonly tenant: TenantId; readonly expected: ObjectVersion | undefined },
    record: ConfigRecord,
    signal: AbortSignal,
  ): Promise<ConditionalWrite>;
}

export interface SnapshotTarget {
  readonly tenant: TenantId;
  readonly instance: InstanceId;
  readonly expected: ObjectVersion | undefined;
}

export interface StoredConfig {
  readonly record: ConfigRecord;
  readonly version: ObjectVersion;
}
