import type { AlertEntry } from "./alert-entry.ts";
import type { Group } from "./group.ts";
import { includesHash } from "./hash-list.ts";
import { isPastEnd } from "./judgement.ts";
import { isContradicted } from "./strays.ts";
import type { JudgingState } from "./tenant-data.ts";
import type { FlushKey } from "./types.ts";

/** What says whom a group tells. */
type Addressed = Pick<Group, "route" | "keys">;

/**
 * Which ends every integration of a group's receiver has been told of, by the log (A21). Such an alert is
 * over for the group, even for an owner that could not have judged so itself: who told it could, and
 * telling it as firing again would contradict what the receiver knows.
 */
export class ToldEnds {
  readonly #data: JudgingState;
  readonly #group: Addressed;
  /** Looked up when the first ended alert is asked about; most groups have none. */
  #keys: readonly FlushKey[] | undefined;

  constructor(data: JudgingState, group: Addressed) {
    this.#data = data;
    this.#group = group;
  }

  includes(entry: AlertEntry, nowMs: number): boolean {
    if (!isPastEnd(entry.record, nowMs)) return false;
    const data = this.#data;
    const receiver = data.settings?.receivers.get(this.#group.route.receiver);
    if (receiver === undefined) return false;
    this.#keys ??= this.#group.keys(receiver);
    return this.#keys.every(
      (to) =>
        includesHash(data.log.get(to.key)?.resolved, entry.logHash) &&
        !isContradicted(data, entry, to),
    );
  }
}
