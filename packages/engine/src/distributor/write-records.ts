import { AppError } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { ownersInOrder, QuorumTracker, type OwnerSets } from "@tocsin/domain/quorum";
import { isEmptyState } from "../fleet/fleet.ts";
import type { PartialState } from "../peer/state.ts";
import type { DistributorDeps } from "./context.ts";
import { underOneView } from "./one-view.ts";
import { assertQuorumInReach } from "./quorum-in-reach.ts";

export interface RecordWrite {
  readonly tenant: TenantId;
  readonly state: PartialState;
  /** Waits for every trusted owner, not only for a quorum, up to the deadline. */
  readonly awaitAll?: boolean;
}

/**
 * Stores finished records (silences, a configuration) at a write quorum, synced to disk there. Safe to
 * repeat: the records carry their stamps. Rejects with `unavailable`, and then it may have happened.
 */
export async function writeRecords(
  deps: DistributorDeps,
  write: RecordWrite,
  signal: AbortSignal,
): Promise<void> {
  const madeAtMs = deps.time.nowMs();
  const deadlineMs = deps.clock.monotonicMs() + deps.timings.writeDeadlineMs;
  await underOneView(deps, write.tenant, (owners) =>
    storeAtQuorum(deps, { write, owners, madeAtMs, deadlineMs }, signal),
  );
}

async function storeAtQuorum(
  deps: DistributorDeps,
  what: {
    readonly write: RecordWrite;
    readonly owners: OwnerSets;
    readonly madeAtMs: number;
    readonly deadlineMs: number;
  },
  signal: AbortSignal,
): Promise<void> {
  const { write, owners } = what;
  assertQuorumInReach(deps, owners);
  const tracker = new QuorumTracker(owners, "write");
  const ids = ownersInOrder(owners);
  const failures: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const pending = new Set(ids);
  const check = (): void => {
    const isDone =
      tracker.outcome === "reached" && (write.awaitAll !== true || noneTrusted(pending));
    if (isDone || tracker.outcome === "lost" || pending.size === 0) resolve();
  };
  const noneTrusted = (left: ReadonlySet<InstanceId>): boolean =>
    [...left].every((id) => deps.isSuspected(id));
  const either = AbortSignal.any([signal, deps.signal]);
  for (const id of ids) {
    void storeAt(deps, id, { ...what, signal: either })
      .then(
        () => tracker.succeeded(id),
        (error: unknown) => {
          const { message } = AppError.from(error, "unavailable");
          failures.push(id === deps.ownId && ids.length === 1 ? message : `${id}: ${message}`);
          tracker.failed(id);
        },
      )
      .finally(() => {
        pending.delete(id);
        check();
      });
  }
  await promise;
  if (tracker.outcome === "reached") return;
  // How many have said yes says nothing: it is over as soon as too many have said no.
  const { need } = tracker.progress;
  const why = failures.join("; ");
  const problem =
    ids.length === 1 ? "it could not be stored" : `${need} owners must store it and too few could`;
  throw new AppError("unavailable", `${problem} (${why})`);
}

async function storeAt(
  deps: DistributorDeps,
  id: InstanceId,
  what: {
    readonly write: RecordWrite;
    readonly madeAtMs: number;
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { tenant, state } = what.write;
  if (id === deps.ownId) {
    deps.assertTakesWrites();
    await storeHere(deps, tenant, state);
    return;
  }
  const reply = await deps.calls.callInView(
    { id, delayMs: what.deadlineMs - deps.clock.monotonicMs() },
    () => ({
      kind: "merge" as const,
      body: {
        viewVersion: deps.view().version,
        madeAtMs: what.madeAtMs,
        parts: [{ tenant, state }],
      },
    }),
    what.signal,
  );
  if (reply.kind === "refused") throw new AppError("unavailable", reply.reason);
}

/** Merges here and answers as PROTOCOL 9 asks: silences and configurations synced, the rest written, configurations in force. */
export async function storeHere(
  deps: Pick<DistributorDeps, "fleet" | "journal">,
  tenant: TenantId,
  state: PartialState,
): Promise<void> {
  await deps.fleet.mergeInTurns(tenant, state);
  if (state.config !== undefined) await deps.fleet.inForce(tenant);
  if (isEmptyState({ ...state, alerts: [], log: [], groups: [] })) {
    await deps.journal.written();
  } else {
    // Also when nothing changed: an earlier copy of the same write may still wait for its sync.
    await deps.journal.synced();
  }
}
