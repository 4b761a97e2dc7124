import { AppError } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { ownersInOrder, QuorumTracker } from "@tocsin/domain/quorum";
import { isEmptyState } from "../fleet/fleet.ts";
import type { MapName } from "../peer/state.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { DistributorDeps } from "./context.ts";
import { repairOwners, type OwnerReply } from "./read-repair.ts";

export interface QuorumRead {
  /** The tenant as a read quorum knows it; for an owner its own copy, merged. */
  readonly tenant: Tenant;
  /** The longest contact of those who answered (PROTOCOL 7.4). */
  readonly contactMs: number;
  readonly have: number;
  readonly need: number;
}

/**
 * Asks all owners and merges what R caught-up ones say (PROTOCOL 11). When no quorum answers in time it
 * gives what there is: `have` is then less than `need`. Never creates a tenant by asking for it.
 */
export async function readTenant(
  deps: DistributorDeps,
  read: { readonly tenant: TenantId; readonly maps: readonly MapName[] },
  signal: AbortSignal,
): Promise<QuorumRead> {
  const owners = deps.view().owners(read.tenant);
  const tracker = new QuorumTracker(owners, "read");
  const ids = ownersInOrder(owners);
  const known = deps.fleet.get(read.tenant);
  const isOwner = ids.includes(deps.ownId);
  const into = isOwner && known !== undefined ? known : deps.fleet.makeDetached(read.tenant);
  if (isOwner && deps.isCaughtUp(read.tenant)) tracker.succeeded(deps.ownId);
  const contacts = [isOwner ? deps.contactMs(read.tenant) : 0];
  const others = ids.filter((id) => id !== deps.ownId);
  await gather(deps, { read, tracker, into, ids: others, isOwner, contacts }, signal);
  const { have, need } = tracker.progress;
  return { tenant: into, contactMs: Math.max(...contacts), have, need };
}

interface Gathering {
  readonly read: { readonly tenant: TenantId; readonly maps: readonly MapName[] };
  readonly tracker: QuorumTracker;
  readonly into: Tenant;
  readonly ids: readonly InstanceId[];
  readonly isOwner: boolean;
  /** Collects what each that answers says of its contact. */
  readonly contacts: number[];
}

async function gather(deps: DistributorDeps, what: Gathering, signal: AbortSignal): Promise<void> {
  const { tracker, ids, into, isOwner } = what;
  const { tenant } = what.read;
  const replies: OwnerReply[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let pending = ids.length;
  const check = (): void => {
    if (tracker.outcome === "reached" || pending === 0) resolve();
  };
  check();
  for (const id of ids) {
    void ask(deps, id, { ...what, signal })
      .then(
        ({ counts, reply }) => {
          replies.push(reply);
          if (counts) tracker.succeeded(id);
          else tracker.failed(id);
        },
        () => tracker.failed(id),
      )
      .finally(() => {
        pending -= 1;
        if (pending === 0) void repairOwners(deps, { tenant, into, isOwner }, replies);
        check();
      });
  }
  await promise;
  signal.throwIfAborted();
}

/** Merges what one owner knows better. `counts` false: it is not caught up and counts for nothing. */
async function ask(
  deps: DistributorDeps,
  id: InstanceId,
  what: Gathering & { readonly signal: AbortSignal },
): Promise<{ readonly counts: boolean; readonly reply: OwnerReply }> {
  const { tenant, maps } = what.read;
  const reply = await deps.calls.callInView(
    { id, delayMs: deps.timings.readDeadlineMs },
    () => ({
      kind: "read" as const,
      body: {
        viewVersion: deps.view().version,
        tenants: [{ tenant, maps, digests: what.into.digests() }],
      },
    }),
    AbortSignal.any([what.signal, deps.signal]),
  );
  const got = reply.tenants[0];
  if (got === undefined) throw new AppError("internal", `Owner "${id}" answered for no tenant`);
  const news =
    deps.fleet.get(tenant) === what.into
      ? deps.fleet.merge(tenant, got.state)
      : deps.fleet.mergeDetached(what.into, got.state);
  what.contacts.push(got.contactMs);
  const said = { id, state: got.state, wasNews: !isEmptyState(news) };
  return { counts: got.caughtUp, reply: said };
}
