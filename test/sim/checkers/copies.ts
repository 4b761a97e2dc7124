/** Who has copies of what was acknowledged, and is there. */
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { writeQuorum } from "@tocsin/domain/quorum";
import { FELLING, REPLACING, type Fault } from "../faults/index.ts";
import type { Span } from "../traffic.ts";
import { ownersAt, YES_UNDER_WAY_MS, type Watch } from "./watch.ts";

/** Two owners compare what they hold, and exchange what differs. */
const COMPARED_MS = 6_000;

/** Until when all owners at once were down in the span; -Infinity if they never were. */
export function nobodyUntil(watch: Watch, tenant: TenantId, span: Span): number {
  const down = watch.faults.during(REPLACING, span);
  let untilMs = -Infinity;
  for (const { fromMs } of down) {
    const atMs = Math.max(fromMs, span.fromMs);
    const ends = ownersAt(watch.world, tenant, atMs).map((id) => downUntil(down, id, atMs));
    if (ends.every((end) => end > atMs)) untilMs = Math.max(untilMs, Math.min(...ends));
  }
  return untilMs;
}

/**
 * Until when all owners were down that took what was acknowledged at the span's beginning; -Infinity if they
 * never were. One that was down then, or that no bulk data reached, lacks it until it has been compared with
 * another.
 */
export function noHolderUntil(watch: Watch, tenant: TenantId, span: Span): number {
  // Who falls while the yes is on its way had taken the write.
  const takenMs = span.fromMs - YES_UNDER_WAY_MS;
  const since = { ...span, fromMs: takenMs };
  const down = watch.faults.during(REPLACING, since);
  const deaf = watch.faults.during(["data-cut"], since).filter(({ isDeaf }) => isDeaf);
  const lacksUntil = (id: InstanceId): number => downUntil([...down, ...deaf], id, takenMs);
  const owners = ownersAt(watch.world, tenant, takenMs);
  const lacking = owners.filter((id) => lacksUntil(id) > takenMs);
  if (lacking.length === 0 || lacking.length === owners.length) return -Infinity;
  const comparedMs = Math.max(...lacking.map(lacksUntil)) + COMPARED_MS;
  const holders = owners.filter((id) => !lacking.includes(id));
  let untilMs = -Infinity;
  for (const { fromMs } of down) {
    if (fromMs <= takenMs || fromMs > comparedMs) continue;
    const ends = holders.map((id) => downUntil(down, id, fromMs));
    if (ends.every((end) => end > fromMs)) untilMs = Math.max(untilMs, Math.min(...ends));
  }
  return untilMs;
}

/**
 * Until when most owners were down at once that may alone have had what was acknowledged while bulk data did
 * not reach the others; -Infinity if they never were. Who takes over knows nothing of it until they are back.
 */
export function holdersFelledUntil(watch: Watch, tenant: TenantId, ackedMs: number): number {
  const cuts = watch.faults.during(["data-cut"], { fromMs: ackedMs, untilMs: ackedMs });
  const comparedMs = Math.max(...cuts.map(({ untilMs }) => untilMs)) + COMPARED_MS;
  const felled = watch.faults.during(FELLING, { fromMs: ackedMs, untilMs: comparedMs });
  const owners = ownersAt(watch.world, tenant, ackedMs);
  let untilMs = -Infinity;
  for (const { fromMs } of felled) {
    const ends = owners.map((id) => downUntil(felled, id, fromMs)).filter((end) => end > fromMs);
    if (ends.length * 2 > owners.length) untilMs = Math.max(untilMs, ...ends);
  }
  return untilMs + COMPARED_MS;
}

/**
 * When an owner was last stopped again before it was well, and the others left were no majority; -Infinity if
 * that never was. It grants nothing for a while after each waking, and is not silent for long enough to be
 * suspected.
 */
export function relapsedMs(watch: Watch, tenant: TenantId, span: Span): number {
  const down = watch.faults.during(REPLACING, span);
  const stops = watch.faults.during(["stop", "stop-two"], span);
  let relapsed = -Infinity;
  for (const { targets, fromMs } of stops) {
    const before = stops.filter((one) => one.fromMs < fromMs);
    const owners = ownersAt(watch.world, tenant, fromMs);
    const isWell = (id: InstanceId): boolean => downUntil(down, id, fromMs) === -Infinity;
    if (owners.filter(isWell).length >= writeQuorum(owners.length)) continue;
    const again = targets.filter((id) => downUntil(before, id, fromMs) > fromMs);
    if (again.some((id) => owners.includes(id))) relapsed = Math.max(relapsed, fromMs);
  }
  return relapsed;
}

function downUntil(down: readonly Fault[], id: InstanceId, atMs: number): number {
  const ends = down
    .filter(
      ({ targets, fromMs, untilMs }) => targets.includes(id) && fromMs <= atMs && untilMs > atMs,
    )
    .map(({ untilMs }) => untilMs);
  return Math.max(-Infinity, ...ends);
}
