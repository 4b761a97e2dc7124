import type { LogKey } from "@tocsin/domain/model";
import type { HashedRecord } from "./alert-entry.ts";
import type { Group } from "./group.ts";
import { HashFinder } from "./hash-list.ts";
import { isPastEnd } from "./judgement.ts";
import { isContradicted } from "./strays.ts";
import type { JudgingState } from "./tenant-data.ts";
import type { FlushKey } from "./types.ts";

const NONE: readonly string[] = [];

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
  /** At the same places: where to look, as long as the log has the same lists. */
  readonly #finders: HashFinder[] = [];
  #isFrozen = false;

  constructor(data: JudgingState, group: Addressed) {
    this.#data = data;
    this.#group = group;
  }

  /** From now on answers by the log as it is now. */
  frozen(): this {
    for (const [at, { key }] of (this.#keysNow() ?? []).entries()) this.#finderAt(at, key);
    this.#isFrozen = true;
    return this;
  }

  includes(alert: HashedRecord, nowMs: number): boolean {
    if (!isPastEnd(alert.record, nowMs)) return false;
    const keys = this.#keysNow();
    if (keys === undefined) return false;
    return keys.every((to, at) => {
      const isTold = this.#finderAt(at, to.key).includes(alert.logHash);
      return isTold && !isContradicted(this.#data, alert, to);
    });
  }

  /** Undefined: the receiver is no more. */
  #keysNow(): readonly FlushKey[] | undefined {
    const receiver = this.#data.settings?.receivers.get(this.#group.route.receiver);
    if (receiver === undefined) return this.#isFrozen ? this.#keys : undefined;
    this.#keys ??= this.#group.keys(receiver);
    return this.#keys;
  }

  #finderAt(at: number, key: LogKey): HashFinder {
    const known = this.#finders[at];
    if (known !== undefined && this.#isFrozen) return known;
    const resolved = this.#data.log.get(key)?.resolved ?? NONE;
    const finder = known?.hashes === resolved ? known : new HashFinder(resolved);
    this.#finders[at] = finder;
    return finder;
  }
}
