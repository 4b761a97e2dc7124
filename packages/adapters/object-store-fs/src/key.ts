import { assert } from "@tocsin/foundation";

/** What RFC 3986 allows in a segment of a path: the caller has percent-encoded all else. */
const SEGMENT = /^[A-Za-z0-9\-_~!$&'()*+,;=:@%][A-Za-z0-9\-._~!$&'()*+,;=:@%]*$/;

/**
 * Ends the program on a key that could leave the folder or meet a file of our own. Keys are built from
 * encoded names, so such a key is a bug, whoever chose the name.
 */
export function checkKey(key: string): void {
  for (const segment of key.split("/")) {
    assert(SEGMENT.test(segment), `an object key has a segment that no file may have: "${key}"`);
  }
}

/** The same for what stands before keys: empty, or segments that each end in "/". */
export function checkPrefix(prefix: string): void {
  if (prefix === "") return;
  assert(prefix.endsWith("/"), `a prefix to list must end in "/": "${prefix}"`);
  checkKey(prefix.slice(0, -1));
}
