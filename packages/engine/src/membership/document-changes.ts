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

/** A member that was away: same place, new incarnation. One that was leaving comes back. */
export function returnedBy(known: RingDocument, own: OwnEntry): RingDocument {
  const entry = known.members.find((member) => member.id === own.id);
  const state = entry?.state === "joining" ? "joining" : "active";
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
  return {
    ...known,
    version: known.version + 1,
    // Nobody was left to take over: whoever remains in `settled` goes on owning.
    settled: settled.length === 0 ? target : settled,
    target: target.length === 0 ? settled : target,
    members: known.members.filter((member) => member.id !== id),
  };
}

/** Ownership has moved: `settled` becomes `target`, and who was joining is active. */
export function settledOf(known: RingDocument): RingDocument | undefined {
  if (sameIds(known.settled, known.target) || known.target.length === 0) return undefined;
  return {
    ...known,
    version: known.version + 1,
    settled: known.target,
    members: known.members.map((member) =>
      member.state === "joining" && known.target.includes(member.id)
        ? { ...member, state: "active" }
        : member,
    ),
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
