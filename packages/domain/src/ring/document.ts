import type { InstanceId } from "../model/index.ts";

/**
 * How far a member is.
 *
 * ```text
 *   pending ──▶ joining ──▶ active ──▶ leaving ──▶ (entry removed)
 * ```
 *
 * `pending`: registered, not yet seen by the others. `joining`: takes state and holds writes, does not
 * send. `active`: does everything, tenant by tenant once caught up. `leaving`: last in turn, takes on
 * nothing new.
 */
export type MemberState = "pending" | "joining" | "active" | "leaving";

export interface Member {
  readonly id: InstanceId;
  /** `host:port` for the others' calls. */
  readonly address: string;
  readonly zone: string;
  readonly state: MemberState;
  readonly incarnation: number;
}

/**
 * The one document of the ring store (PROTOCOL 3). While `settled` and `target` are equal there is one
 * set of owners a tenant; while they differ every quorum spans both. Members are sorted by ID.
 */
export interface RingDocument {
  readonly version: number;
  /** Who wrote it: of two documents of one version the higher writer's stands. */
  readonly writer: InstanceId;
  readonly settled: readonly InstanceId[];
  readonly target: readonly InstanceId[];
  readonly members: readonly Member[];
}

/** Tells whether `candidate` is the newer of two documents. */
export function isNewerView(candidate: RingDocument, known: RingDocument | undefined): boolean {
  if (known === undefined) return true;
  if (candidate.version !== known.version) return candidate.version > known.version;
  return candidate.writer > known.writer;
}
