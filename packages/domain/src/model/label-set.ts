/**
 * Labels as two parallel arrays, names sorted as `compareText` does. Alerts with the same names share one
 * `names` array (the shape) and label values are interned, so a label set costs little more than its
 * pointers. Everything that carries labels has these two fields itself and can be passed as a
 * `LabelSet`.
 */
export interface LabelSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

export const EMPTY_LABEL_SET: LabelSet = { names: [], values: [] };

/** The value of a label; the empty string when it is absent, as matchers want it (S-67). */
export function labelValue(labels: LabelSet, name: string): string {
  const at = indexOfName(labels.names, name);
  return at < 0 ? "" : (labels.values[at] as string);
}

export function hasLabel(labels: LabelSet, name: string): boolean {
  return indexOfName(labels.names, name) >= 0;
}

/** Characters of the longest value. */
export function longestValue({ values }: Pick<LabelSet, "values">): number {
  return values.reduce((most, value) => Math.max(most, value.length), 0);
}

/** So many names are gone through faster than they are halved. */
export const SCANNED_NAMES_MAX = 64;

function indexOfName(names: readonly string[], name: string): number {
  return names.length > SCANNED_NAMES_MAX ? findInOrder(names, name) : names.indexOf(name);
}

/**
 * Halves the names. All that are left between two bounds begin as both bounds do, so what the text has in
 * common with both is not compared again: names often have a long beginning in common.
 */
function findInOrder(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  let lowShared = 0;
  let highShared = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = names[middle] as string; // Between the bounds.
    const shared = sharedLength(other, name, Math.min(lowShared, highShared));
    if (shared === name.length && shared === other.length) return middle;
    if (orderAt(other, name, shared) < 0) {
      low = middle + 1;
      lowShared = shared;
    } else {
      high = middle;
      highShared = shared;
    }
  }
  return -1;
}

/** A label set from pairs in any order. Of a repeated name the last value stays. */
export function labelSetFrom(pairs: Iterable<readonly [string, string]>): LabelSet {
  const byName = new Map(pairs);
  const names = [...byName.keys()].sort(compareText);
  return { names, values: names.map((name) => byName.get(name) as string) };
}

export function labelSetFromRecord(record: Readonly<Record<string, string>>): LabelSet {
  return labelSetFrom(Object.entries(record));
}

export function sameLabels(left: LabelSet, right: LabelSet): boolean {
  return sameTexts(left.names, right.names) && sameTexts(left.values, right.values);
}

function sameTexts(left: readonly string[], right: readonly string[]): boolean {
  if (left === right) return true;
  return left.length === right.length && left.every((text, at) => text === right[at]);
}

/** Orders texts as Go orders strings, by UTF-8 bytes, which is by code point. */
export function compareText(left: string, right: string): number {
  return left === right ? 0 : orderAt(left, right, sharedLength(left, right, 0));
}

/** With how many characters both begin; that it is so many at least is known. */
function sharedLength(left: string, right: string, known: number): number {
  const size = Math.min(left.length, right.length);
  let at = known;
  while (at < size && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at;
}

/** The order of two texts that differ at this place first, or of which one ends there. */
function orderAt(left: string, right: string, at: number): number {
  if (at >= left.length || at >= right.length) return left.length - right.length;
  const a = left.charCodeAt(at);
  const b = right.charCodeAt(at);
  // Surrogates (0xD800 to 0xDFFF) stand for code points above every other code unit.
  const aHigh = a >= 0xd800 && a <= 0xdfff ? a + 0x10000 : a;
  const bHigh = b >= 0xd800 && b <= 0xdfff ? b + 0x10000 : b;
  return aHigh - bHigh;
}
