/**
 * What any member may change for the others (PROTOCOL 3): takes the dead out of `target`, settles a
 * transition that everybody has synced, forgets who is gone.
 *
 * Law: whoever is `active` in `settled` holds everything that was acknowledged under earlier views. A
 * transition waits for every live member; a dead one that is settled along is `joining` in `settled`,
 * and its own copy counts for nothing until it has caught up from others.
 */
import type { InstanceId } from "@tocsin/domain/model";
import type { Member, RingDocument } from "@tocsin/domain/ring";
import { isInTransition } from "./document-changes.ts";

export interface Judged {
  readonly isDead: (id: InstanceId) => boolean;
  /** Holds all that the present version gives to it. */
  readonly hasSynced: (id: InstanceId) => boolean;
}

/** The next change that is due; undefined: none. */
export function upkeepOf(
  known: RingDocument,
  judged: Judged,
  replicationFactor: number,
): RingDocument | undefined {
  return (
    withoutDead(known, judged, replicationFactor) ??
    (maySettle(known, judged) ? settledOf(known, judged) : undefined) ??
    activatedOf(known, judged) ??
    forgottenOf(known, judged)
  );
}

/**
 * The dead leave `target` if enough live members remain for every tenant; else they keep their places.
 * One that never owned anything has no place to keep.
 */
export function withoutDead(
  known: RingDocument,
  { isDead }: Pick<Judged, "isDead">,
  replicationFactor: number,
): RingDocument | undefined {
  const liveCount = known.target.filter((id) => !isDead(id)).length;
  const leaving = known.target.filter(
    (id) => isDead(id) && (liveCount >= replicationFactor || !known.settled.includes(id)),
  );
  if (leaving.length === 0 || leaving.length === known.target.length) return undefined;
  return {
    ...known,
    version: known.version + 1,
    target: known.target.filter((id) => !leaving.includes(id)),
    members: known.members.map((member) =>
      leaving.includes(member.id) ? { ...member, state: "leaving" } : member,
    ),
  };
}

/** Tells whether a transition may settle: every live member of `target` holds all that it gained. */
export function maySettle(known: RingDocument, { isDead, hasSynced }: Judged): boolean {
  if (!isInTransition(known) || known.target.length === 0) return false;
  const live = known.target.filter((id) => !isDead(id));
  return live.length > 0 && live.every(hasSynced);
}

/** Ownership has moved: `settled` becomes `target`. */
export function settledOf(known: RingDocument, judged: Pick<Judged, "hasSynced">): RingDocument {
  return {
    ...known,
    version: known.version + 1,
    settled: known.target,
    members: known.members.map((member) =>
      known.target.includes(member.id) ? withState(member, judged) : member,
    ),
  };
}

/** Who was settled without having synced has caught up since. */
export function activatedOf(
  known: RingDocument,
  { hasSynced }: Pick<Judged, "hasSynced">,
): RingDocument | undefined {
  if (isInTransition(known)) return undefined;
  const isReady = ({ id, state }: Member): boolean =>
    state === "joining" && known.settled.includes(id) && hasSynced(id);
  if (!known.members.some(isReady)) return undefined;
  return {
    ...known,
    version: known.version + 1,
    members: known.members.map((member) =>
      isReady(member) ? { ...member, state: "active" } : member,
    ),
  };
}

/** Entries of those who own nothing, are to own nothing, and are dead. */
export function forgottenOf(
  known: RingDocument,
  { isDead }: Pick<Judged, "isDead">,
): RingDocument | undefined {
  const isGone = ({ id }: Member): boolean =>
    isDead(id) && !known.settled.includes(id) && !known.target.includes(id);
  if (!known.members.some(isGone)) return undefined;
  const members = known.members.filter((member) => !isGone(member));
  return { ...known, version: known.version + 1, members };
}

function withState(member: Member, { hasSynced }: Pick<Judged, "hasSynced">): Member {
  return { ...member, state: hasSynced(member.id) ? "active" : "joining" };
}
