import type { Clock, Logger, MetricRegistry, Pacer, Random } from "@tocsin/foundation";
import type { HeardTime } from "@tocsin/domain/alert";
import type { MatcherMode } from "@tocsin/domain/matcher";
import type { InstanceId, SilenceRecord, TenantId } from "@tocsin/domain/model";
import type { Fleet } from "../fleet/fleet.ts";
import type { Journal, StateStore } from "../ports/index.ts";
import type { PeerCalls } from "../replication/peer-calls.ts";
import type { SettingsCache } from "../tenant/settings.ts";
import type { ClusterTime } from "../time/index.ts";
import type { Timings } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";

export type SilenceAct = "create" | "update" | "expire";

/** Of each tenant; 0 is no limit. */
export interface SilenceLimits {
  readonly countMax: number;
  /** As bytes of upstream's message. */
  readonly sizeMaxBytes: number;
}

/** What the parts of the distributor have in common. */
export interface DistributorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly time: ClusterTime;
  readonly timings: Timings;
  readonly ownId: InstanceId;
  readonly fleet: Fleet;
  readonly journal: Journal;
  readonly stateStore: StateStore;
  readonly settingsCache: SettingsCache;
  /** Which label names are valid. */
  readonly matcherMode: MatcherMode;
  readonly calls: PeerCalls;
  readonly retentionMs: number;
  readonly silenceLimits: SilenceLimits;
  /** Called for everything that a client has done to a silence, when it stands. */
  readonly onSilence: (act: SilenceAct, silence: SilenceRecord, tenant: TenantId) => void;
  readonly view: () => View;
  readonly isCaughtUp: (tenant: TenantId) => boolean;
  /** When this instance could hear the tenant's senders (PROTOCOL 7.4). */
  readonly heard: (tenant: TenantId) => HeardTime;
  /** Tells the owners that a write quorum holds these batches of alerts. */
  readonly confirm: (tenant: TenantId, stampsUs: readonly number[]) => void;
  readonly isSuspected: (id: InstanceId) => boolean;
  /** Turns of what takes long. */
  readonly pacer: Pacer;
  /** Time of the cluster, ms since the epoch. That a clock was moved is noticed first. */
  readonly nowMs: () => number;
  /** Counts how often the process was stopped; a write begun before a stop is not stamped after it. */
  readonly pauseCount: () => number;
  /** Refuses with `unavailable` while this instance must not take writes (PROTOCOL 8). */
  readonly assertTakesWrites: () => void;
  readonly signal: AbortSignal;
}
