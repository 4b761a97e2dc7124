/**
 * What a majority took in memory only, as the disks of so many were full, goes with their processes (PROTOCOL
 * 9): until each that can be written again has written all it knows.
 */
import type { TenantId } from "@tocsin/domain/model";
import { writeQuorum } from "@tocsin/domain/quorum";
import { FELLING, type Fault } from "../faults/index.ts";
import { ownersAt, type Watch } from "./watch.ts";

/** From when there is room again until the checkpoint is written. */
const REWRITTEN_MS = 1_200;
/** Until a write is on the disk, and until somebody notices. */
const WRITING_MS = 20;

/** Whether this fault takes with it what a quorum of the tenant's owners took at an instant before. */
export function wentUnwritten(
  { world, faults }: Watch,
  taken: { readonly tenant: TenantId; readonly atMs: number },
  fault: Fault,
): boolean {
  const { fromMs } = fault;
  const { tenant, atMs } = taken;
  if (!FELLING.includes(fault.kind) || fromMs < atMs) return false;
  const owners = ownersAt(world, tenant, atMs);
  const unwritten = owners.filter((id) => {
    if (!fault.targets.includes(id)) return false;
    const span = { fromMs: atMs, untilMs: atMs + WRITING_MS };
    const full = faults.during(["disk-full"], span, id);
    return full.some(({ untilMs }) => untilMs + REWRITTEN_MS > fromMs);
  });
  return owners.length > 0 && unwritten.length >= writeQuorum(owners.length);
}

/** To be called with each fault that begins: what it takes with it counts as refused. */
export function excuseUnwritten(watch: Watch, fault: Fault): void {
  for (const { tenant, writes } of watch.history.alerts) {
    for (const write of writes) {
      const { ackedMs: atMs } = write;
      if (atMs === undefined || !wentUnwritten(watch, { tenant, atMs }, fault)) continue;
      write.ackedMs = undefined;
      write.failedMs = fault.fromMs;
    }
  }
}
