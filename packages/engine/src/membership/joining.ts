/** The way into the ring document, one look at the store after the other. */
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { RingReading } from "../ports/index.ts";
import { announcedBy, foundedBy, joinedBy, returnedBy, type OwnEntry } from "./document-changes.ts";

export interface Joining {
  readonly own: OwnEntry;
  /** The newest view known here: of this disk, or with the own announcement. */
  readonly view: RingDocument | undefined;
  /** So long that nobody is waited for any more: the founding wait is over. */
  readonly hasWaited: boolean;
  readonly heartbeatFreshMs: number;
}

export type JoinStep =
  | { readonly kind: "wait" }
  | {
      readonly kind: "write";
      readonly expected: number;
      readonly next: RingDocument;
      /** With this the instance is a member. */
      readonly isLast: boolean;
    };

/** What to do next to become a member, as the store is now. */
export function joinStep(reading: RingReading, joining: Joining): JoinStep {
  const { own, view, hasWaited } = joining;
  const known = reading.document;
  const write = (next: RingDocument, isLast = true): JoinStep => {
    return { kind: "write", expected: known?.version ?? 0, next, isLast };
  };
  if (known === undefined && view?.members.some(({ id }) => id === own.id) === true) {
    // The store was wiped: the last view that this disk knows goes back into it (A22).
    return write(returnedBy(view, own));
  }
  if (known === undefined || known.members.length === 0) {
    // Above the last view on this disk too: one below it would be overwritten with that by the first beat.
    const above = Math.max(known?.version ?? 0, view?.version ?? 0);
    return hasWaited ? write(foundedBy(above, own)) : { kind: "wait" };
  }
  if (known.settled.includes(own.id) || known.target.includes(own.id)) {
    return write(returnedBy(known, own));
  }
  const entry = known.members.find(({ id }) => id === own.id);
  if (entry?.state !== "pending" || entry.incarnation !== own.incarnation) {
    return write(announcedBy(known, own), false);
  }
  // Everybody who lives knows the announcement, so that nobody's calls are turned away.
  return hasWaited || isSeenByAll(reading, joining)
    ? write(joinedBy(known, own))
    : { kind: "wait" };
}

/** Whether the store has a heartbeat of it that is younger than `freshMs`. */
export function isFresh(
  { heartbeats, storeNowMs }: RingReading,
  id: InstanceId,
  freshMs: number,
): boolean {
  const beat = heartbeats.find((one) => one.id === id);
  return beat !== undefined && storeNowMs - beat.atMs < freshMs;
}

function isSeenByAll(reading: RingReading, { view, heartbeatFreshMs }: Joining): boolean {
  const version = view?.version ?? Infinity;
  return reading.heartbeats.every(
    ({ id, viewSeen }) => viewSeen >= version || !isFresh(reading, id, heartbeatFreshMs),
  );
}
