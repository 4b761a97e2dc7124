import type { Clock, Logger, MetricRegistry, Random } from "@tocsin/foundation";
import type { MatcherMode } from "@tocsin/domain/matcher";
import type { InstanceId, SilenceRecord, TenantId } from "@tocsin/domain/model";
import type { Timings } from "../cluster/index.ts";
import type { SilenceAct, SilenceLimits } from "../distributor/index.ts";
import type { Journal, Notifier, PeerTransport, RingStore, StateStore } from "../ports/index.ts";
import type { SettingsCache, TenantSettings } from "../tenant/settings.ts";
import type { TenantShared } from "../tenant/tenant.ts";

/** All that an instance has of the outside world. */
export interface InstanceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly ringStore: RingStore;
  readonly transport: PeerTransport;
  readonly journal: Journal;
  readonly stateStore: StateStore;
  readonly notifier: Notifier;
  readonly settingsCache: SettingsCache;
  readonly tenantShared: TenantShared;
  /** Called for everything that a client has done to a silence through this instance. */
  readonly onSilence?: (act: SilenceAct, silence: SilenceRecord, tenant: TenantId) => void;
}

export interface InstanceOptions {
  readonly id: InstanceId;
  /** `host:port` for the others' calls. */
  readonly address: string;
  readonly zone: string;
  readonly replicationFactor: number;
  /** `--data.retention`. */
  readonly retentionMs: number;
  readonly timings: Timings;
  /** `--dispatch.start-delay`: how long after the start groups only collect alerts. Default 0. */
  readonly dispatchStartDelayMs?: number;
  /** There are no others and never were: what counts between starts is this disk alone. Default false. */
  readonly isAlone?: boolean;
  readonly matcherMode: MatcherMode;
  /** Of the feature `receiver-name-in-metrics`. */
  readonly namesReceivers?: boolean;
  /** `--silences.max-silences` and `--silences.max-silence-size-bytes`; none by default. */
  readonly silenceLimits?: SilenceLimits;
  /** About so many alerts are worked on in one turn of the event loop. Default 1,000. */
  readonly sliceSize?: number;
  /** For tenants without a configuration of their own. */
  readonly fallback: TenantSettings | undefined;
}
