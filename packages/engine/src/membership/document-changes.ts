/** The changes of the ring document, as pure functions. Each makes a document of the next version. */
import type { InstanceId } from "@tocsin/domain/model";
import type { Member, RingDocument } from "@tocsin/domain/ring";

export interface OwnEntry {
  readonly id: InstanceId;
  readonly address: string;
  readonly zone: string;
  readonly incarnation: number;
}

/** The first member of a cluster, as the version after `above`: the highest that was ever seen. */
export function foundedBy(above: number, own: OwnEntry): RingDocument {
  return {
    version: above + 1,
    writer: own.id,
    settled: [own.id],
    target: [own.id],
    members: [{ ...own, state: "active" }],
  };
}

/** A new member: it stands in `target` and takes state, until everybody has synced. */
export function joinedBy(known: RingDocument, own: OwnEntry): RingDocument {
  return {
    ...known,
    version: known.version + 1,
    target: withId(known.target, own.id),
    members: withMember(known.members, { ...own, state: "joining" }),
  };
}

/**
 * A member that was away: same place, new incarnation. One that was leaving comes back; if it has been
 * settled out meanwhile it joins anew, for it missed what was acknowledged since.
 */
export function returnedBy(known: RingDocument, own: OwnEntry): RingDocument {
  const state = known.settled.includes(own.id) ? "active" : "joining";
  return {
    ...known,
    version: known.version + 1,
    target: withId(known.target, own.id),
    members: withMember(known.members, { ...own, state }),
  };
}

/** A member that leaves: out of `target`. Undefined: it is not there. */
export function leavingOf(known: RingDocument, own: OwnEntry): RingDocument | undefined {
  if (!known.members.some((member) => member.id === own.id)) return undefined;
  return {
    ...known,
    version: known.version + 1,
    target: known.target.filter((id) => id !== own.id),
    members: withMember(known.members, { ...own, state: "leaving" }),
  };
}

/** Takes a member out altogether. Undefined: it is not there. */
export function leftBy(known: RingDocument, id: InstanceId): RingDocument | undefined {
  if (!known.members.some((member) => member.id === id)) return undefined;
  const settled = known.settled.filter((one) => one !== id);
  const target = known.target.filter((one) => one !== id);
  const members = known.members.filter((member) => member.id !== id);
  // Nobody remains of those in charge: whoever was taking over owns with what there is, else anybody.
  const owning = [settled, target].find((ids) => ids.length > 0) ?? members.map((one) => one.id);
  return {
    ...known,
    version: known.version + 1,
    settled: owning,
    // Nobody was taking over: those in charge stay in charge.
    target: target.length === 0 ? owning : target,
    members: activated(members, owning),
  };
}

/** Ownership has moved: `settled` becomes `target`, and who was joining is active. */
export function settledOf(known: RingDocument): RingDocument | undefined {
  if (sameIds(known.settled, known.target) || known.target.length === 0) return undefined;
  return {
    ...known,
    version: known.version + 1,
    settled: known.target,
    members: activated(known.members, known.target),
  };
}

/** Tells whether a transition may settle: every live member of `target` holds all that it gained. */
export function maySettle(
  document: RingDocument,
  seen: { isLive(id: InstanceId): boolean; hasSynced(id: InstanceId): boolean },
): boolean {
  if (sameIds(document.settled, document.target) || document.target.length === 0) return false;
  const live = document.target.filter((id) => seen.isLive(id));
  return live.length > 0 && live.every((id) => seen.hasSynced(id));
}

function activated(members: readonly Member[], settled: readonly InstanceId[]): readonly Member[] {
  return members.map((member) =>
    member.state === "joining" && settled.includes(member.id)
      ? { ...member, state: "active" }
      : member,
  );
}

function withId(ids: readonly InstanceId[], id: InstanceId): readonly InstanceId[] {
  return ids.includes(id) ? ids : [...ids, id].sort();
}

function withMember(members: readonly Member[], member: Member): readonly Member[] {
  const others = members.filter((one) => one.id !== member.id);
  return [...others, member].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function sameIds(left: readonly InstanceId[], right: readonly InstanceId[]): boolean {
  return left.length === right.length && left.every((id, at) => id === right[at]);
}
