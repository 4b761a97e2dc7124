/** How a claim ends, as the owners are told. */
import type { LogRecord } from "@tocsin/domain/model";
import type { Claim, Outcome, OutcomeKind } from "../peer/claim.ts";

/** An outcome of a claim that told nothing. */
export function endWithout(
  claim: Pick<Claim, "tenant" | "key" | "groupId" | "tickMs">,
  kind: Exclude<OutcomeKind, "sent">,
): Omit<Outcome, "id"> {
  return { ...pick(claim), kind, entry: undefined, ends: [] };
}

export function endSent(
  claim: Pick<Claim, "tenant" | "key" | "groupId" | "tickMs">,
  told: Pick<Outcome, "ends"> & { readonly entry: LogRecord },
): Omit<Outcome, "id"> {
  return { ...pick(claim), kind: "sent", ...told };
}

function pick(
  claim: Pick<Claim, "tenant" | "key" | "groupId" | "tickMs">,
): Pick<Claim, "tenant" | "key" | "groupId" | "tickMs"> {
  return { tenant: claim.tenant, key: claim.key, groupId: claim.groupId, tickMs: claim.tickMs };
}
