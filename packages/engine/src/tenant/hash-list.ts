/**
 * The lists of alert hashes in log entries. They are kept in order, so that one hash is found among tens of
 * thousands without reading all of them: an alert that has ended is looked for at each re-send.
 */

/** In order; the same list if it is. Entries that other programs have written may not be. */
export function inOrder(hashes: readonly string[]): readonly string[] {
  const isInOrder = hashes.every((hash, at) => at === 0 || (hashes[at - 1] as string) <= hash);
  return isInOrder ? hashes : hashes.toSorted();
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
