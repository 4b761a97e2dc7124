import type { RecordHash } from "./content-hash.ts";

/**
 * A sum of record hashes modulo 2^32 in each half, and their number: equal sets of records have equal
 * digests, in whatever order they came, and one change costs one subtraction and one addition.
 */
export interface RecordDigest extends RecordHash {
  readonly count: number;
}

export const EMPTY_DIGEST: RecordDigest = { hi: 0, lo: 0, count: 0 };

export function addDigest(digest: RecordDigest, hash: RecordHash): RecordDigest {
  return {
    hi: (digest.hi + hash.hi) >>> 0,
    lo: (digest.lo + hash.lo) >>> 0,
    count: digest.count + 1,
  };
}

/** Takes a record out again; it must have been added before. */
export function subtractDigest(digest: RecordDigest, hash: RecordHash): RecordDigest {
  return {
    hi: (digest.hi - hash.hi) >>> 0,
    lo: (digest.lo - hash.lo) >>> 0,
    count: digest.count - 1,
  };
}

export function sameDigest(left: RecordDigest, right: RecordDigest): boolean {
  return left.hi === right.hi && left.lo === right.lo && left.count === right.count;
}
