import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { InstanceState } from "../api/types.ts";

/** What this instance is in the ring, as far as it knows. */
export function instanceStateOf(
  id: InstanceId,
  view: RingDocument | undefined,
  isDraining: boolean,
): InstanceState {
  const entry = view?.members.find((member) => member.id === id);
  const isOwner = view?.settled.includes(id) === true;
  if (isDraining) {
    if (!isOwner) return "left";
    return entry?.state === "leaving" ? "leaving" : "draining";
  }
  if (entry === undefined) return "starting";
  return isOwner && entry.state === "active" ? "active" : "joining";
}
