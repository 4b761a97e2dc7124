/** Orders two texts by UTF-16 unit: enough for ties, where an order only has to be total. */
export function compareUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The entries of an object in the order of their names, for texts that must not depend on history. */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly [string, T][] {
  return Object.entries(record).sort(([left], [right]) => compareUnits(left, right));
}

/** The record, or a copy that may be forgotten later only. */
export function withKeepUntil<R extends { readonly keepUntilMs: number }>(
  record: R,
  keepUntilMs: number,
): R {
  return record.keepUntilMs >= keepUntilMs ? record : { ...record, keepUntilMs };
}
