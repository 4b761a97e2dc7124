import type { InstanceId } from "@tocsin/domain/model";
import type { ClaimId, OpenClaim } from "./claim.ts";

/** The sign of life between two instances, each `--rpc.ping-interval` (PROTOCOL 2). */
export interface Ping {
  readonly from: InstanceId;
  readonly incarnation: number;
  /** Counts the pings and claims of this process, to whomever, from 1. */
  readonly number: number;
  /** The highest number received from the addressee, 0 for none: it makes liveness two-way (A18). */
  readonly echo: number;
  /** Incarnation of the addressee to which `echo` belongs. */
  readonly echoIncarnation: number;
  /** How long before this was sent `echo` had come in, at least; what is left of the round trip was under way. */
  readonly heldMs: number;
  readonly viewVersion: number;
  readonly wallMs: number;
  /** Highest record stamp seen anywhere. */
  readonly stampUs: number;
  readonly catchingUp: boolean;
  readonly draining: boolean;
  readonly impaired: boolean;
  /** All claims of the sender numbered less are over for the addressee (A29). */
  readonly below: number;
  /** Open claims, in full, for an addressee that has not granted them (A20, A32). */
  readonly openClaims: readonly OpenClaim[];
}

export type { ClaimId, OpenClaim };
