/** Who may speak: I7 (one majority holder) and I22 (one holder's attempts at a time). */
import type { InstanceId } from "@tocsin/domain/model";
import { isQuorum } from "@tocsin/domain/quorum";
import { CUTTING, REPLACING } from "../faults/index.ts";
import type { Attempt } from "../world/receivers.ts";
import type { Machine } from "../world/world.ts";
import { inspect, newestView, type Watch } from "./watch.ts";

/** S: for so long before a first byte may its owner have been unheard. */
const SUSPECT_MS = 2_500;

/** Also notes in the attempt whether a majority gave leave. */
export function checkHolder(watch: Watch, attempt: Attempt): void {
  const { world, history } = watch;
  const sender = world.machine(attempt.from);
  attempt.isAlone = inspect(sender)?.heldKeys.includes(attempt.key) !== true;
  checkSideBySide(watch, attempt);
  if (attempt.isAlone) return;
  for (const other of world.machines) {
    if (other === sender || !mayWrite(watch, other, attempt)) continue;
    const message = `${attempt.from} sends ${attempt.group} while ${other.id} may`;
    history.violate("I7", attempt.firstByteMs, message);
  }
}

/** By its own lease, or by what a majority of the owners has promised to it. */
function mayWrite({ world }: Watch, other: Machine, { tenant, key }: Attempt): boolean {
  const own = inspect(other);
  if (own === undefined) return false;
  if (own.heldKeys.includes(key)) return true;
  // Without its own grant it has closed the claim; that the others know is on its way.
  const ref = {
    tenant,
    key: key.slice(tenant.length + 1) as Parameters<typeof own.holderOf>[0]["key"],
  };
  if (own.holderOf(ref) !== other.id) return false;
  const owners = newestView(world)?.owners(tenant);
  if (owners === undefined) return false;
  const isPromised = (id: InstanceId): boolean =>
    inspect(world.machine(id))?.holderOf(ref) === other.id;
  return isQuorum(owners, "write", isPromised);
}

function checkSideBySide({ world, history, faults }: Watch, attempt: Attempt): void {
  const nowMs = attempt.firstByteMs;
  for (const earlier of world.receiver.attempts) {
    if (earlier.from === attempt.from || earlier.key !== attempt.key) continue;
    // Given up after the attempt limit: the receiver may still be at it (PROTOCOL 12.2).
    if (earlier.endedMs !== undefined || earlier.abandonedMs !== undefined) continue;
    const running = { fromMs: earlier.firstByteMs, untilMs: nowMs };
    if (faults.touched([...REPLACING, "clock"], running, earlier.from)) continue;
    const unheard = { ...running, fromMs: running.fromMs - SUSPECT_MS };
    if (faults.touched(CUTTING, unheard)) continue;
    history.violate("I22", nowMs, `${attempt.from} sends ${attempt.group} beside ${earlier.from}`);
  }
}
