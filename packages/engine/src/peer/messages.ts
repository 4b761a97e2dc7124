import type { AlertBatch } from "../tenant/types.ts";
import type { HeardTime } from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { ClaimReply, ClaimRequest, Outcome } from "./claim.ts";
import type { Digests, MapName, PartialState, RecordVersion } from "./state.ts";

/** An owner with a newer view refuses a quorum operation and attaches it (A13). */
export interface OlderView {
  readonly kind: "older-view";
  readonly view: RingDocument;
}

/** An owner that just woke up, or whose disk failed, says no (PROTOCOL 8, 9). */
export interface Refused {
  readonly kind: "refused";
  readonly reason: string;
}

/** Client writes of alerts, stamped by the coordinator. Several tenants may share a message. */
export interface WriteAlertsRequest {
  readonly viewVersion: number;
  readonly batches: readonly AlertBatch[];
}

export type WriteAlertsReply =
  | OlderView
  | Refused
  | {
      readonly kind: "taken";
      /** In the order of the batches. Empty `behind`: this batch is stored. */
      readonly results: readonly { readonly behind: readonly BehindAlert[] }[];
    };

/** This owner holds the alert with a higher stamp; the coordinator stamps it anew above that (A7). */
export interface BehindAlert {
  /** Index of the alert within its batch. */
  readonly index: number;
  readonly stampUs: number;
  /** What stands is the end of what this write says to fire (ADR 0028). */
  readonly isEnd: boolean;
}

/**
 * Records to merge. As a quorum write (`viewVersion` set) it is answered only when stored as PROTOCOL 9
 * asks; as replication (`viewVersion` undefined) it is taken under any view.
 */
export interface MergeRequest {
  readonly viewVersion: number | undefined;
  /** Cluster time at which a quorum write was begun: one that comes too late is refused. */
  readonly madeAtMs: number | undefined;
  readonly parts: readonly TenantState[];
}

export interface TenantState {
  readonly tenant: TenantId;
  readonly state: PartialState;
}

export type MergeReply = OlderView | Refused | { readonly kind: "merged" };

/** Asks for whatever differs from `digests` in `maps`: a quorum read, or the state for catching up. */
export interface ReadRequest {
  readonly viewVersion: number;
  readonly tenants: readonly TenantReadRequest[];
}

export interface TenantReadRequest {
  readonly tenant: TenantId;
  readonly maps: readonly MapName[];
  /** Undefined: the asker holds nothing. */
  readonly digests: Digests | undefined;
}

export type ReadReply =
  | OlderView
  | { readonly kind: "state"; readonly tenants: readonly TenantReadReply[] };

export interface TenantReadReply {
  readonly tenant: TenantId;
  /** False: what is here counts for nothing yet (PROTOCOL 6). */
  readonly caughtUp: boolean;
  /** Maps whose digest was equal are absent. */
  readonly state: PartialState;
  /** When this replica could hear the tenant's senders (PROTOCOL 7.4). */
  readonly heard: HeardTime;
}

/** Compares digests; the answer names the maps that differ. */
export interface CompareRequest {
  readonly tenants: readonly { readonly tenant: TenantId; readonly digests: Digests }[];
}

export interface CompareReply {
  readonly differing: readonly { readonly tenant: TenantId; readonly maps: readonly MapName[] }[];
}

/** One slice of a differing map: all keys in [`from`, `to`), `to` undefined for the end. */
export interface ExchangeRequest {
  readonly tenant: TenantId;
  readonly map: MapName;
  readonly from: string;
  readonly to: string | undefined;
  readonly versions: readonly RecordVersion[];
}

export interface ExchangeReply {
  /** What the asker lacks or holds otherwise. */
  readonly state: PartialState;
  /** Keys that the answerer lacks or holds otherwise. */
  readonly want: readonly string[];
}

/** Lists the tenants that the answerer holds, for those who catch up. */
export interface TenantsRequest {
  readonly viewVersion: number;
  /** Names above this one, in order. */
  readonly after: string;
  readonly limit: number;
}

export type TenantsReply =
  | OlderView
  | {
      readonly kind: "tenants";
      /** False: a wiped or doubtful disk that has not caught up; what it lacks means nothing. */
      readonly counts: boolean;
      readonly tenants: readonly HeldTenant[];
      readonly more: boolean;
    };

export interface HeldTenant {
  readonly tenant: TenantId;
  readonly digests: Digests;
  /** When the answerer could hear its senders (PROTOCOL 7.4). */
  readonly heard: HeardTime;
}

/** Writes of alerts that the sender coordinated and that a write quorum holds. */
export interface ConfirmRequest {
  readonly from: InstanceId;
  readonly writes: readonly ConfirmedWrite[];
}

export interface ConfirmedWrite {
  readonly tenant: TenantId;
  /** Of the batch; who drew it is the sender. */
  readonly stampUs: number;
}

interface Exchanges {
  readonly claim: { readonly request: ClaimRequest; readonly reply: ClaimReply };
  readonly outcome: {
    readonly request: { readonly from: InstanceId; readonly outcomes: readonly Outcome[] };
    readonly reply: Record<never, never>;
  };
  readonly confirm: { readonly request: ConfirmRequest; readonly reply: Record<never, never> };
  readonly "write-alerts": {
    readonly request: WriteAlertsRequest;
    readonly reply: WriteAlertsReply;
  };
  readonly merge: { readonly request: MergeRequest; readonly reply: MergeReply };
  readonly read: { readonly request: ReadRequest; readonly reply: ReadReply };
  readonly compare: { readonly request: CompareRequest; readonly reply: CompareReply };
  readonly exchange: { readonly request: ExchangeRequest; readonly reply: ExchangeReply };
  readonly tenants: { readonly request: TenantsRequest; readonly reply: TenantsReply };
  readonly view: {
    readonly request: { readonly viewVersion: number };
    readonly reply: { readonly view: RingDocument | undefined };
  };
}

export type RequestKind = keyof Exchanges;

export interface PeerRequest<K extends RequestKind = RequestKind> {
  readonly kind: K;
  readonly body: Exchanges[K]["request"];
}

export type PeerReply<K extends RequestKind = RequestKind> = Exchanges[K]["reply"];

export type Lane = "control" | "data";

const CONTROL_KINDS: readonly RequestKind[] = ["claim", "outcome", "confirm", "view"];

/** What is small and urgent has the connection of the pings; everything else has another (A23). */
export function laneOf(kind: RequestKind): Lane {
  return CONTROL_KINDS.includes(kind) ? "control" : "data";
}
