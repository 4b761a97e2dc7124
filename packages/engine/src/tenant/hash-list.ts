/**
 * The lists of alert hashes in log entries. They are kept in order, so that one hash is found among tens of
 * thousands without reading all of them: an alert that has ended is looked for at each re-send.
 */

/** In order; the same list if it is. Entries that other programs have written may not be. */
export function inOrder(hashes: readonly string[]): readonly string[] {
  const isInOrder = hashes.every((hash, at) => at === 0 || (hashes[at - 1] as string) <= hash);
  return isInOrder ? hashes : hashes.toSorted();
}

/** Those that are not in the other list; both are in order. */
export function withoutHashes(
  hashes: readonly string[],
  known: readonly string[],
): readonly string[] {
  let at = 0;
  return hashes.filter((hash) => {
    // The place is within the list.
    while (at < known.length && (known[at] as string) < hash) at += 1;
    return known[at] !== hash;
  });
}

const ASKED_COUNT_MAX = 500;

/** Looks up many hashes in one list, which is in order: when it was asked often enough, in a set. */
export class HashFinder {
  readonly hashes: readonly string[];
  #askedCount = 0;
  #known: ReadonlySet<string> | undefined;

  constructor(hashes: readonly string[]) {
    this.hashes = hashes;
  }

  includes(hash: string): boolean {
    if (this.#known !== undefined) return this.#known.has(hash);
    this.#askedCount += 1;
    if (this.#askedCount > ASKED_COUNT_MAX) this.#known = new Set(this.hashes);
    return includesHash(this.hashes, hash);
  }
}

/** Tells whether the hash is in this list, which is in order; a list that is not there has none. */
export function includesHash(hashes: readonly string[] | undefined, hash: string): boolean {
  if (hashes === undefined) return false;
  let from = 0;
  let to = hashes.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    // The middle is within the list.
    const other = hashes[middle] as string;
    if (other === hash) return true;
    if (other < hash) from = middle + 1;
    else to = middle;
  }
  return false;
}
