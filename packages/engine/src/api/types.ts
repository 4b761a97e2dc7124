/** What an HTTP surface asks of the engine. Implemented by the distributor; any instance, any tenant. */
import type { HeardTime, PostedAlert } from "@tocsin/domain/alert";
import type { ConfigRecord, InstanceId, SilenceRecord, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { TenantReader } from "../tenant/types.ts";

export interface PostResult {
  /** One text for each alert that was refused, in order; the others are stored (S-5). */
  readonly errors: readonly string[];
}

/** A read that reached no quorum is answered with what there is and says so (PROTOCOL 11). */
export interface ReadResult {
  readonly reader: TenantReader;
  readonly nowMs: number;
  /** When any of the owners that were asked could hear the tenant's senders. */
  readonly heard: HeardTime;
  readonly have: number;
  readonly need: number;
}

export interface ReadOptions {
  /** Rejects with `unavailable` instead of answering without a quorum. */
  readonly strict: boolean;
}

/** A silence as a client wrote it; what is new and what is kept follows from the stored one (S-62, S-63). */
export type SilenceDraft = Pick<
  SilenceRecord,
  "id" | "matcherSets" | "startsAtMs" | "endsAtMs" | "createdBy" | "comment" | "annotations"
>;

export interface StoredTenantConfig {
  readonly record: ConfigRecord;
}

export interface ConfigWrite {
  readonly text: string;
  readonly templates: Readonly<Record<string, string>>;
  /** Conditional on this version; undefined: whatever is there. */
  readonly expectedVersion: number | undefined;
}

/** Rejections are `AppError`s: `invalid-argument`, `not-found`, `conflict`, `unavailable` … */
export interface TenantApi {
  postAlerts(
    tenant: TenantId,
    alerts: readonly PostedAlert[],
    signal: AbortSignal,
  ): Promise<PostResult>;
  read(tenant: TenantId, options: ReadOptions, signal: AbortSignal): Promise<ReadResult>;
  /** Returns the ID under which it stands. A refused new silence is retracted; see the message. */
  putSilence(tenant: TenantId, draft: SilenceDraft, signal: AbortSignal): Promise<string>;
  /** `not-found` for an unknown one; ending an ended one is fine (S-65). */
  expireSilence(tenant: TenantId, id: string, signal: AbortSignal): Promise<void>;
  getConfig(tenant: TenantId, signal: AbortSignal): Promise<StoredTenantConfig>;
  /**
   * In force on all owners that can be reached, at least a quorum, before it returns. Those of one tenant are
   * stored in the order in which they were asked for, deletions too.
   */
  putConfig(tenant: TenantId, write: ConfigWrite, signal: AbortSignal): Promise<ConfigRecord>;
  /** Parses and checks without storing. */
  checkConfig(write: ConfigWrite): Promise<void>;
  deleteConfig(tenant: TenantId, signal: AbortSignal): Promise<void>;
}

export type Readiness =
  | { readonly ready: true }
  /** `why` names what is waited for, for people. */
  | { readonly ready: false; readonly why: string };

/**
 * What an instance is in the ring. `joining`: its copies do not count yet. `draining`: it is to leave, and
 * owns what it owned. `leaving`: others take over. `left`: it owns nothing.
 */
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** In the order in which an instance goes through them. */
export const INSTANCE_STATES = [
  "starting",
  "joining",
  "active",
  "draining",
  "leaving",
  "left",
] as const;

export interface InstanceStatus {
  readonly id: InstanceId;
  readonly incarnation: number;
  readonly state: InstanceState;
  readonly view: RingDocument | undefined;
  readonly peers: readonly PeerStatus[];
  readonly tenantCount: number;
}

export interface PeerStatus {
  readonly id: InstanceId;
  readonly address: string;
  readonly suspected: boolean;
  readonly offsetMs: number;
}

export interface InstanceApi {
  readiness(): Readiness;
  drainState(): DrainState;
  status(): InstanceStatus;
  /** Reads `--config.file` anew. Rejects with the problem; the old one keeps running. */
  reload(): Promise<void>;
}

/** `drained`: others have taken over, and no message of this instance is under way. */
export type DrainState = "serving" | "draining" | "drained";

/** How far a drain is. */
export interface DrainProgress {
  readonly state: DrainState;
  /** Tenants that this instance still owns. */
  readonly ownedCount: number;
  /** Of these, those whose new owners hold everything. */
  readonly takenOverCount: number;
  /** The first of the others by name, each with the new owners that do not hold everything yet. */
  readonly waiting: readonly { readonly tenant: TenantId; readonly for: readonly InstanceId[] }[];
  /** What a drain that is under way waits for, for people. */
  readonly why?: string;
}

/** A member's last sign of life, as the ring store said when it was last asked. */
export interface SeenHeartbeat {
  readonly id: InstanceId;
  readonly ageMs: number;
  /** Version of the view for which it holds everything. */
  readonly synced: number;
}

/** What only operators may see and do. */
export interface OperatorApi extends InstanceApi {
  heartbeats(): readonly SeenHeartbeat[];
  drainProgress(): DrainProgress;
  /**
   * Begins to give up ownership, as SIGTERM does, but the process goes on, and the wait has no end. If nobody
   * is there to take over, it is back at `serving`. Throws `unavailable` while the instance starts.
   */
  drain(): void;
  /**
   * Takes a drain back: what it still owns it keeps, the rest it takes over again, as who joins does. Throws
   * `conflict` when the process ends.
   */
  stay(): void;
  /**
   * Takes a dead member out of those that own, also where so few remain that its place would be kept for it.
   * The others take over what it held. Rejects with `not-found`, with `conflict` for one that lives or is
   * the last, and with `unavailable`.
   */
  forget(id: InstanceId): Promise<void>;
}
