/**
 * Quorums over one or two sets of owners (PROTOCOL 3).
 *
 * With n owners a write needs W = floor(n/2) + 1 of them and a read R = n - W + 1, so that every read
 * meets every acknowledged write. While ownership moves there are two sets, and a quorum must be
 * reached in each; an instance that stands in both counts in both.
 */
import { assert } from "@tocsin/foundation";
import type { InstanceId } from "../model/index.ts";

/** The owners of one tenant now: `old` and `new` while ownership moves, else one set. In turn order. */
export interface OwnerSets {
  readonly sets: readonly (readonly InstanceId[])[];
}

export type QuorumKind = "write" | "read";
export type QuorumOutcome = "reached" | "lost" | "open";

/** W: more than half, so that any two writes meet. */
export function writeQuorum(ownerCount: number): number {
  return Math.floor(ownerCount / 2) + 1;
}

/** R: the fewest that meet every write quorum. */
export function readQuorum(ownerCount: number): number {
  return ownerCount - writeQuorum(ownerCount) + 1;
}

/** Everybody to be asked, in the order of turns: the old set, then those only in the new one. */
export function ownersInOrder({ sets }: OwnerSets): readonly InstanceId[] {
  const [only, ...others] = sets;
  return only !== undefined && others.length === 0 ? only : [...new Set(sets.flat())];
}

/** Tells whether nobody else is to be asked. */
export function isOnlyOwner({ sets }: OwnerSets, id: InstanceId): boolean {
  return sets.length === 1 && sets[0]?.length === 1 && sets[0][0] === id;
}

/** Tells whether `yes` holds a quorum of each set. */
export function isQuorum(
  owners: OwnerSets,
  kind: QuorumKind,
  yes: (id: InstanceId) => boolean,
): boolean {
  return owners.sets.every((set) => set.filter(yes).length >= needed(set, kind));
}

/** Counts the answers of one operation. Each owner answers once; a second answer changes nothing. */
export class QuorumTracker {
  readonly #owners: OwnerSets;
  readonly #kind: QuorumKind;
  readonly #yes = new Set<InstanceId>();
  readonly #no = new Set<InstanceId>();

  constructor(owners: OwnerSets, kind: QuorumKind) {
    assert(owners.sets.length >= 1, "a quorum spans at least one set");
    assert(
      owners.sets.every((set) => set.length >= 1),
      "a set of owners is not empty",
    );
    this.#owners = owners;
    this.#kind = kind;
  }

  succeeded(id: InstanceId): void {
    if (!this.#no.has(id)) this.#yes.add(id);
  }

  failed(id: InstanceId): void {
    if (!this.#yes.has(id)) this.#no.add(id);
  }

  /** `reached`: enough said yes in every set. `lost`: in some set too many said no. */
  get outcome(): QuorumOutcome {
    if (isQuorum(this.#owners, this.#kind, (id) => this.#yes.has(id))) return "reached";
    const possible = isQuorum(this.#owners, this.#kind, (id) => !this.#no.has(id));
    return possible ? "open" : "lost";
  }

  /** Yes answers and the number wanted, of the set that is furthest from its quorum. */
  get progress(): { readonly have: number; readonly need: number } {
    const each = this.#owners.sets.map((set) => ({
      have: set.filter((id) => this.#yes.has(id)).length,
      need: needed(set, this.#kind),
    }));
    return each.reduce((worst, one) =>
      one.need - one.have > worst.need - worst.have ? one : worst,
    );
  }
}

function needed(set: readonly InstanceId[], kind: QuorumKind): number {
  return kind === "write" ? writeQuorum(set.length) : readQuorum(set.length);
}
