import { AppError } from "@tocsin/foundation";
import { NEVER_HEARD, uniteHeard, type HeardTime } from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { ownersInOrder, QuorumTracker, type OwnerSets } from "@tocsin/domain/quorum";
import { isEmptyState } from "../fleet/fleet.ts";
import type { MapName } from "../peer/state.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { DistributorDeps } from "./context.ts";
import { underOneView } from "./one-view.ts";
import { repairOwners, type OwnerReply } from "./read-repair.ts";

/** Of which tenant what. */
interface Reading {
  readonly tenant: TenantId;
  readonly maps: readonly MapName[];
}

export interface QuorumRead {
  /** The tenant as a read quorum knows it; for an owner its own copy, merged. */
  readonly tenant: Tenant;
  /** When any of those who answered could hear its senders (PROTOCOL 7.4). */
  readonly heard: HeardTime;
  readonly have: number;
  readonly need: number;
}

/**
 * Asks all owners and merges what R caught-up ones say (PROTOCOL 11). When no quorum answers in time it
 * gives what there is: `have` is then less than `need`. Never creates a tenant by asking for it.
 */
export async function readTenant(
  deps: DistributorDeps,
  read: Reading,
  signal: AbortSignal,
): Promise<QuorumRead> {
  return underOneView(deps, read.tenant, (owners) => readFrom(deps, { read, owners }, signal));
}

async function readFrom(
  deps: DistributorDeps,
  { read, owners }: { readonly read: Reading; readonly owners: OwnerSets },
  signal: AbortSignal,
): Promise<QuorumRead> {
  const quorum = new ReadQuorum(owners);
  const ids = ownersInOrder(owners);
  const known = deps.fleet.get(read.tenant);
  const isOwner = ids.includes(deps.ownId);
  const into = isOwner && known !== undefined ? known : deps.fleet.makeDetached(read.tenant);
  if (isOwner) quorum.answered(deps.ownId, deps.isCaughtUp(read.tenant));
  const heard = [isOwner ? deps.heard(read.tenant) : NEVER_HEARD];
  const others = ids.filter((id) => id !== deps.ownId);
  await gather(deps, { read, quorum, into, ids: others, isOwner, heard }, signal);
  // A configuration that an answer brought is shown when it is in force.
  if (into === known) await deps.fleet.inForce(read.tenant);
  const { have, need } = quorum.progress;
  return { tenant: into, heard: heard.reduce(uniteHeard), have, need };
}

/**
 * What a read needs: R caught-up copies of the old owners, who hold all that was acknowledged under this view
 * or before, and R of the new ones too, who know of no newer view under which others would have been asked.
 * For that these need not be caught up (ADR 0024).
 */
class ReadQuorum {
  readonly #copies: QuorumTracker;
  readonly #witnesses: QuorumTracker;

  constructor(owners: OwnerSets) {
    this.#copies = new QuorumTracker({ sets: owners.sets.slice(0, 1) }, "read");
    this.#witnesses = new QuorumTracker(owners, "read");
  }

  answered(id: InstanceId, isCaughtUp: boolean): void {
    if (isCaughtUp) this.#copies.succeeded(id);
    this.#witnesses.succeeded(id);
  }

  get isReached(): boolean {
    return this.#copies.outcome === "reached" && this.#witnesses.outcome === "reached";
  }

  get progress(): QuorumTracker["progress"] {
    const isShortOfCopies = this.#copies.outcome !== "reached";
    return (isShortOfCopies ? this.#copies : this.#witnesses).progress;
  }
}

interface Gathering {
  readonly read: Reading;
  readonly quorum: ReadQuorum;
  readonly into: Tenant;
  readonly ids: readonly InstanceId[];
  readonly isOwner: boolean;
  /** Collects what each that answers has heard. */
  readonly heard: HeardTime[];
}

async function gather(deps: DistributorDeps, what: Gathering, signal: AbortSignal): Promise<void> {
  const { quorum, ids, into, isOwner } = what;
  const { tenant } = what.read;
  const replies: OwnerReply[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let pending = ids.length;
  const check = (): void => {
    if (quorum.isReached || pending === 0) resolve();
  };
  check();
  const either = AbortSignal.any([signal, deps.signal]);
  for (const id of ids) {
    void ask(deps, id, { ...what, signal: either })
      .then(
        ({ isCaughtUp, reply }) => {
          replies.push(reply);
          quorum.answered(id, isCaughtUp);
        },
        () => {},
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

/** Merges what one owner knows better. */
async function ask(
  deps: DistributorDeps,
  id: InstanceId,
  what: Gathering & { readonly signal: AbortSignal },
): Promise<{ readonly isCaughtUp: boolean; readonly reply: OwnerReply }> {
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
    what.signal,
  );
  const got = reply.tenants[0];
  if (got === undefined) throw new AppError("internal", `Owner "${id}" answered for no tenant`);
  const news =
    deps.fleet.get(tenant) === what.into
      ? deps.fleet.merge(tenant, got.state)
      : deps.fleet.mergeDetached(what.into, got.state);
  what.heard.push(got.heard);
  const said = { id, state: got.state, wasNews: !isEmptyState(news) };
  return { isCaughtUp: got.caughtUp, reply: said };
}
