/** Above this length a list grows as the engine likes, below it holds exactly what is in it. */
export const EXACT_SIZE_MAX = 16;

/**
 * The list with one more item, which may be the same list. A plain `push` reserves room for seventeen
 * items at once, and most tenants have a handful of everything.
 */
export function appended<T>(list: T[], item: T): T[] {
  // Not a spread, which reserves as a push does.
  if (list.length < EXACT_SIZE_MAX) return list.concat([item]);
  list.push(item);
  return list;
}
