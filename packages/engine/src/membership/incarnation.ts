/**
 * Which life of its instance a process is (PROTOCOL 2): a number above that of every former one.
 *
 * With a number that was used before, the peers take a process for the former one, and its pings for old
 * until it has sent as many: for minutes it would be deaf and dumb, and speak as one that is cut off.
 */
import type { Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingAccess } from "./ring-access.ts";

export interface DrawDeps {
  readonly clock: Clock;
  readonly ring: Pick<RingAccess, "read" | "nextIncarnation">;
  /** So often the store is asked again. */
  readonly retryMs: number;
}

/** What the own disk says of former processes. */
export interface FormerLives {
  readonly id: InstanceId;
  /** The last number; undefined: none was written. */
  readonly onDisk: number | undefined;
  /** True: there may have been more processes, which could not write theirs. */
  readonly isOutdated?: boolean | undefined;
}

export interface Drawn {
  readonly incarnation: number;
  /** True: the ring store has counted it. False: only the own disk can keep it from being used again. */
  readonly isStored: boolean;
}

/**
 * Draws from the ring store. While that does not answer, a disk that knows the last number is enough for
 * the next one. One that is empty or outdated waits for the store, and draws above the store's time in ms:
 * former processes may have drawn without it, or before it was wiped, but not a thousand times a second.
 */
export async function drawIncarnation(
  { clock, ring, retryMs }: DrawDeps,
  { id, onDisk, isOutdated = false }: FormerLives,
  signal: AbortSignal,
): Promise<Drawn> {
  const isKnown = onDisk !== undefined && !isOutdated;
  for (;;) {
    const reading = await ring.read(signal);
    // A store that was wiped counts from the beginning; the view that was put back into it does not.
    const inRing = reading?.document?.members.find((member) => member.id === id)?.incarnation ?? 0;
    const unseen = isKnown ? 0 : Math.floor(reading?.storeNowMs ?? 0);
    const above = Math.max(onDisk ?? 0, inRing, unseen);
    const drawn = await ring.nextIncarnation(id, above, signal);
    if (drawn !== undefined && (isKnown || reading !== undefined)) {
      return { incarnation: Math.max(drawn, above + 1), isStored: drawn > above };
    }
    if (isKnown) return { incarnation: above + 1, isStored: false };
    await clock.sleep(retryMs, signal);
  }
}
