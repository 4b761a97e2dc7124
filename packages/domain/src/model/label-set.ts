/**
 * Labels as two parallel arrays, names sorted by code unit. Alerts with the same names share one
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
  const at = labels.names.indexOf(name);
  return at < 0 ? "" : (labels.values[at] as string);
}

export function hasLabel(labels: LabelSet, name: string): boolean {
  return labels.names.includes(name);
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
  if (left === right) return 0;
  const size = Math.min(left.length, right.length);
  for (let at = 0; at < size; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // Surrogates (0xD800 to 0xDFFF) stand for code points above every other code unit.
    const aHigh = a >= 0xd800 && a <= 0xdfff ? a + 0x10000 : a;
    const bHigh = b >= 0xd800 && b <= 0xdfff ? b + 0x10000 : b;
    return aHigh - bHigh;
  }
  return left.length - right.length;
}
