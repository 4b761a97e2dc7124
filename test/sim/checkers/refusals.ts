/** I19: no write to a silence is refused while W owners of each set run, are trusted and have a disk. */
import type { InstanceId } from "@tocsin/domain/model";
import { isQuorum } from "@tocsin/domain/quorum";
import { View } from "@tocsin/engine/cluster";
import { CUTTING, REPLACING, type FaultKind } from "../faults/index.ts";
import type { Refusal } from "../history.ts";
import { TENANTS } from "../scenario.ts";
import type { Watch } from "./watch.ts";

/** A member that one of these has just touched may say no, or nothing. */
const DISTURBING: readonly FaultKind[] = [
  ...REPLACING,
  ...CUTTING,
  "data-cut",
  "disk-full",
  // A wall clock that jumps is taken for a stop.
  "clock",
];
/** These take no owner away, but the coordinator may be one of them: it is not ready yet, or not any more. */
const MOVING: readonly FaultKind[] = ["join", "join-two", "leave", "leave-many", "swap", "drain"];
/** S and a ping: so long it takes until who is well again is trusted. */
const TRUSTED_AFTER_MS = 3_000;
/** A heartbeat: so long it may take until everybody knows a new view. */
const HEARD_OF_AFTER_MS = 1_200;
const SILENCES: readonly Refusal["what"][] = ["silence", "update", "expire"];

export function checkRefusals(watch: Watch): void {
  const { history, world } = watch;
  for (const refusal of history.refusals) {
    if (!SILENCES.includes(refusal.what) || refusal.by === "") continue;
    // `by` is the machine that answered.
    if (isDisturbed(watch, refusal, [refusal.by as InstanceId, MOVING])) continue;
    const { beganMs, endedMs } = refusal;
    const views = world.ring.written.filter(({ atMs }) => atMs <= endedMs);
    const since = views.findLastIndex(({ atMs }) => atMs <= beganMs - HEARD_OF_AFTER_MS);
    const isLiving = (id: InstanceId): boolean => !isDisturbed(watch, refusal, [id, []]);
    const haveQuorum = views.slice(Math.max(0, since)).every(({ document }) => {
      const view = new View(document, world.options.replicationFactor);
      return TENANTS.every((tenant) => isQuorum(view.owners(tenant), "write", isLiving));
    });
    if (!haveQuorum) continue;
    const { what, by, why } = refusal;
    history.violate("I19", beganMs, `${what} at ${by} is refused although a quorum lives: ${why}`);
  }
}

function isDisturbed(
  { faults }: Watch,
  { beganMs, endedMs }: Refusal,
  [id, more]: readonly [id: InstanceId, more: readonly FaultKind[]],
): boolean {
  const span = { fromMs: beganMs - TRUSTED_AFTER_MS, untilMs: endedMs };
  return faults.touched([...DISTURBING, ...more], span, id);
}
