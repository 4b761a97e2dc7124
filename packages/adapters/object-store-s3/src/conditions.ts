import type { WriteCondition } from "@tocsin/engine/ports";

/** Which conditions of a PUT a server keeps. Servers differ, and one that does not know them ignores them. */
export interface KeptConditions {
  readonly absent: boolean;
  readonly version: boolean;
}

/** A PUT under the probe's key: the ETag when it was taken, else the status that refused it. */
export type ProbePut = (condition: WriteCondition) => Promise<ProbeOutcome>;
export type ProbeOutcome =
  | { readonly kind: "taken"; readonly etag: string }
  | { readonly kind: "refused"; readonly status: number };

/** Refused because of the condition. A server that lacks it says 501, or 400. */
export const PRECONDITION_FAILED = 412;
const WRONG_ETAG = '"00000000000000000000000000000000"';

/**
 * Finds out by trying. A condition is kept when a PUT that must fail fails for that reason and one that
 * must succeed succeeds: Ceph's gateway 16 refuses If-Match with the right ETag too.
 */
export async function probeConditions(put: ProbePut): Promise<KeptConditions> {
  const created = await put({ kind: "absent" });
  if (created.kind === "refused" && created.status === PRECONDITION_FAILED) {
    return { absent: false, version: false };
  }
  const base = created.kind === "taken" ? created : await put({ kind: "none" });
  if (base.kind === "refused") return { absent: false, version: false };
  return {
    absent: created.kind === "taken" && (await isRefused(put, { kind: "absent" })),
    version:
      (await isRefused(put, { kind: "version", version: WRONG_ETAG })) &&
      (await put({ kind: "version", version: base.etag })).kind === "taken",
  };
}

async function isRefused(put: ProbePut, condition: WriteCondition): Promise<boolean> {
  const outcome = await put(condition);
  return outcome.kind === "refused" && outcome.status === PRECONDITION_FAILED;
}
