import type { AlertRecord, InstanceId, LogKey, LogRecord, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { DecisionDigests, PartialState } from "./state.ts";

/** Names one claim for good: numbers count up within an incarnation. */
export interface ClaimId {
  readonly by: InstanceId;
  readonly incarnation: number;
  readonly number: number;
}

export interface OpenClaim {
  readonly tenant: TenantId;
  readonly key: LogKey;
  readonly number: number;
  readonly tickMs: number;
  /** A request to the receiver may be under way. */
  readonly sending: boolean;
}

/** Asks a granter for the key and for all it knows better (PROTOCOL 7.2). */
export interface Claim {
  readonly id: ClaimId;
  readonly tenant: TenantId;
  readonly key: LogKey;
  /** Identity of the group (route ID and labels) whose flush this is. */
  readonly groupId: string;
  readonly tickMs: number;
  readonly configVersion: number;
  readonly digests: DecisionDigests;
}

/** `news`: every record newer than the digests show; given with each answer of the last three kinds. */
export type ClaimAnswer =
  | { readonly kind: "quarantine" }
  | { readonly kind: "old-incarnation" }
  | { readonly kind: "older-config"; readonly version: number }
  | { readonly kind: "held"; readonly by: InstanceId; readonly news: PartialState }
  | { readonly kind: "due"; readonly atMs: number; readonly news: PartialState }
  | { readonly kind: "granted"; readonly caughtUp: boolean; readonly news: PartialState };

export interface ClaimRequest {
  readonly from: InstanceId;
  readonly incarnation: number;
  /** A claim counts as a ping (A31): this is its number among the pings. */
  readonly pingNumber: number;
  readonly viewVersion: number;
  readonly claims: readonly Claim[];
}

export type ClaimReply =
  | { readonly kind: "older-view"; readonly view: RingDocument }
  | {
      readonly kind: "answers";
      readonly echo: number;
      readonly stampUs: number;
      /** In the order of the claims. */
      readonly answers: readonly ClaimAnswer[];
    };

/**
 * How a claim ended.
 *
 * `sent`: told, `entry` says what. `nothing`: on the merged state nothing is owed. `failed`: this
 * instance cannot deliver, the next should try. `refused`: the receiver will not take it, nobody takes
 * over. `released`: withdrawn, nothing was decided.
 */
export type OutcomeKind = "sent" | "nothing" | "failed" | "refused" | "released";

export interface Outcome {
  readonly id: ClaimId;
  readonly tenant: TenantId;
  readonly key: LogKey;
  readonly groupId: string;
  readonly tickMs: number;
  readonly kind: OutcomeKind;
  readonly entry: LogRecord | undefined;
  /**
   * Alerts that a sender reported as ended and that were told so now. Perhaps nobody has acknowledged these
   * ends: who learns that they were told must hold them, or the next to speak calls them firing. And those
   * that were told as firing now without a majority, or nobody would know whose end is owed.
   */
  readonly ends: readonly AlertRecord[];
}
