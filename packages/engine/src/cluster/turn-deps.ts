import type { Clock, Logger, Pacer, Random } from "@tocsin/foundation";
import type { HeardTime } from "@tocsin/domain/alert";
import type { IntegrationConfig } from "@tocsin/domain/config";
import type { AlertRecord, GroupKey, InstanceId, LogKey, TenantId } from "@tocsin/domain/model";
import type { OwnerSets } from "@tocsin/domain/quorum";
import type { Fleet } from "../fleet/fleet.ts";
import type { Notifier } from "../ports/index.ts";
import type { ClusterTime, Timers } from "../time/index.ts";
import type { Claims } from "./claims.ts";
import type { Granter } from "./granter.ts";
import type { Liveness } from "./liveness.ts";
import type { TurnMetrics } from "./turn-metrics.ts";

/** What a turn has of the instance. */
export interface TurnDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  /** Decisions are work: who has to make thousands lets others have turns. Measured in alerts. */
  readonly pacer: Pacer;
  readonly time: ClusterTime;
  readonly liveness: Liveness;
  readonly granter: Granter;
  readonly claims: Claims;
  readonly fleet: Fleet;
  readonly notifier: Notifier;
  readonly logger: Logger;
  readonly metrics: TurnMetrics;
  readonly ownId: InstanceId;
  readonly retentionMs: number;
  readonly owners: (tenant: TenantId) => OwnerSets;
  /** Caught up, an owner, and not in quarantine. */
  readonly mayClaim: (tenant: TenantId) => boolean;
  /** For how long a majority of the tenant's owners has been in contact (PROTOCOL 7.4). */
  readonly heard: (tenant: TenantId) => HeardTime;
  /** Whether a quorum holds these, or nobody will say so any more. `sinceMs` is monotonic. */
  readonly mayTell: (
    tenant: TenantId,
    news: readonly AlertRecord[],
    waits: { readonly sinceMs: number; readonly isAlone: boolean },
  ) => boolean;
  /** Whether one of these is alive, by the ring store; takes a newer view from it (PROTOCOL 7.5). */
  readonly whereAre: (ids: readonly InstanceId[], signal: AbortSignal) => Promise<Whereabouts>;
  /** This owner has an older configuration of the tenant than `from` (A25). */
  readonly fetchConfig: (tenant: TenantId, from: InstanceId) => void;
  /** Stores the entry as PROTOCOL 9 asks before its outcome is pushed. */
  readonly journaled: () => Promise<void>;
}

/** What the ring store says of owners that are out of reach; `unknown`: it does not answer itself. */
export type Whereabouts = "alive" | "gone" | "unknown";

/** Whose turn it is: one integration of one group. */
export interface TurnKey {
  readonly tenant: TenantId;
  readonly key: LogKey;
  readonly groupId: string;
  readonly groupKey: GroupKey;
  readonly receiver: string;
  readonly integration: IntegrationConfig;
  /** The first of its flush: it counts what is counted once for all integrations. */
  readonly isFirst: boolean;
}
