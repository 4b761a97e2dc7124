/** A member's own way through the ring document, as pure functions. Each makes a document of the next version. */
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

/** A new member shows itself, so that the others can reach it before it owns anything. */
export function announcedBy(known: RingDocument, own: OwnEntry): RingDocument {
  return {
    ...known,
    version: known.version + 1,
    members: withMember(known.members, { ...own, state: "pending" }),
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
 * settled out meanwhile it joins anew, for it missed what was acknowledged since. One that was settled
 * without having synced stays `joining`.
 */
export function returnedBy(known: RingDocument, own: OwnEntry): RingDocument {
  const isOwner = known.settled.includes(own.id);
  const was = known.members.find((member) => member.id === own.id)?.state;
  return {
    ...known,
    version: known.version + 1,
    target: withId(known.target, own.id),
    members: withMember(known.members, {
      ...own,
      state: isOwner && was !== "joining" ? "active" : "joining",
    }),
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

/**
 * The drain lease: one leaver at a time, where zones are used any number of one zone. The document itself
 * is the lease, so whoever dies with it gives it back when the transition settles.
 */
export function mayLeave(
  known: RingDocument,
  own: OwnEntry,
  isDead: (id: InstanceId) => boolean,
): boolean {
  const leavers = known.members.filter(
    ({ id, state }) =>
      id !== own.id &&
      state === "leaving" &&
      known.settled.includes(id) &&
      !known.target.includes(id) &&
      !isDead(id),
  );
  return leavers.every(({ zone }) => zone !== "" && zone === own.zone);
}

/**
 * Takes a member out altogether. Undefined: it is not there. If it still owned, those in charge who do not
 * hold what it held (`hasAll` false) must catch up before their copies count.
 */
export function leftBy(
  known: RingDocument,
  id: InstanceId,
  hasAll: (id: InstanceId) => boolean = () => true,
): RingDocument | undefined {
  if (!known.members.some((member) => member.id === id)) return undefined;
  const isOwner = known.settled.includes(id);
  const settled = known.settled.filter((one) => one !== id);
  const target = known.target.filter((one) => one !== id);
  const members = known.members.filter((member) => member.id !== id);
  // Nobody remains of those in charge: whoever was taking over owns with what there is, else who stays.
  const staying = members.filter(({ state }) => state !== "leaving").map((one) => one.id);
  const owning = [settled, target].find((ids) => ids.length > 0) ?? staying;
  const isDoubted = ({ id: one, state }: Member): boolean =>
    isOwner && state === "active" && owning.includes(one) && !hasAll(one);
  return {
    ...known,
    version: known.version + 1,
    settled: owning,
    // Nobody was taking over: those in charge stay in charge.
    target: target.length === 0 ? owning : target,
    members: members.map((member) =>
      isDoubted(member) ? { ...member, state: "joining" } : inCharge(member, known, owning),
    ),
  };
}

/** Tells whether ownership is moving. */
export function isInTransition({ settled, target }: RingDocument): boolean {
  return settled.length !== target.length || settled.some((id, at) => id !== target[at]);
}

/** Nobody of `settled` remained, so who was only joining is in charge with what it has. */
function inCharge(member: Member, known: RingDocument, owning: readonly InstanceId[]): Member {
  const isNew = owning.includes(member.id) && !known.settled.includes(member.id);
  return isNew ? { ...member, state: "active" } : member;
}

function withId(ids: readonly InstanceId[], id: InstanceId): readonly InstanceId[] {
  return ids.includes(id) ? ids : [...ids, id].sort();
}

function withMember(members: readonly Member[], member: Member): readonly Member[] {
  const others = members.filter((one) => one.id !== member.id);
  return [...others, member].sort((a, b) => (a.id < b.id ? -1 : 1));
}
