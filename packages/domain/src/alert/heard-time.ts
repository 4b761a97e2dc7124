/**
 * When the senders of a tenant could be heard (PROTOCOL 7.4), as spans of ages: ms before the instant at
 * which they are looked at. Youngest first, apart from each other.
 */
export interface HeardSpan {
  /** Age of its begin. */
  readonly sinceMs: number;
  /** Age of its end; 0 if it goes on. */
  readonly untilMs: number;
}

export type HeardTime = readonly HeardSpan[];

/** Whoever is believed at once: the clock alone decides. */
export const ALWAYS_HEARD: HeardTime = heardFor(Infinity);
export const NEVER_HEARD: HeardTime = [];

/** One span that goes on. */
export function heardFor(ms: number): HeardTime {
  return [{ sinceMs: ms, untilMs: 0 }];
}

/** How much of the last `ageMs` was heard, in spans of at least `spanMinMs` each. */
export function heardWithinMs(heard: HeardTime, ageMs: number, spanMinMs = 0): number {
  let sumMs = 0;
  for (const { sinceMs, untilMs } of heard) {
    if (untilMs >= ageMs) break;
    const spanMs = Math.min(sinceMs, ageMs) - untilMs;
    if (spanMs >= spanMinMs) sumMs += spanMs;
  }
  return sumMs;
}

/** For how long it has been heard until now without a break. */
export function unbrokenMs([span]: HeardTime): number {
  return span?.untilMs === 0 ? span.sinceMs : 0;
}

/** An age within which so much was heard, in spans of at least `spanMinMs` each; infinite if none. */
export function ageOfHeardMs(heard: HeardTime, wantedMs: number, spanMinMs = 0): number {
  let leftMs = wantedMs;
  for (const { sinceMs, untilMs } of heard) {
    if (sinceMs - untilMs < spanMinMs) continue;
    if (sinceMs - untilMs >= leftMs) return untilMs + leftMs;
    leftMs -= sinceMs - untilMs;
  }
  return Infinity;
}

/** What either of them heard. The spans of each, youngest first, need not be apart here. */
export function uniteHeard(a: HeardTime, b: HeardTime): HeardTime {
  const united: HeardSpan[] = [];
  let last: HeardSpan | undefined;
  for (let atA = 0, atB = 0; ;) {
    const nextA = a[atA];
    const nextB = b[atB];
    const isA = nextB === undefined || (nextA !== undefined && nextA.untilMs <= nextB.untilMs);
    const next = isA ? nextA : nextB;
    if (next === undefined) return united;
    if (isA) atA += 1;
    else atB += 1;
    if (last === undefined || next.untilMs > last.sinceMs) united.push((last = next));
    else if (next.sinceMs > last.sinceMs) {
      last = { sinceMs: next.sinceMs, untilMs: last.untilMs };
      united[united.length - 1] = last;
    }
  }
}

/** Without what is younger than this. */
export function heardBefore(heard: HeardTime, ageMs: number): HeardTime {
  return heard
    .filter(({ sinceMs }) => sinceMs > ageMs)
    .map(({ sinceMs, untilMs }) => ({ sinceMs, untilMs: Math.max(untilMs, ageMs) }));
}

/** The same, looked at `ms` later. */
export function heardEarlier(heard: HeardTime, ms: number): HeardTime {
  return heard.map(({ sinceMs, untilMs }) => ({ sinceMs: sinceMs + ms, untilMs: untilMs + ms }));
}
