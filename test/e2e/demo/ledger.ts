/**
 * What the demonstration must hear, what it hears, and the verdict: the two lists are kept apart, and
 * only at the end is one held against the other.
 */

/** One alert in one notification. */
export interface Notice {
  readonly tenant: string;
  readonly alert: string;
  readonly status: "firing" | "resolved";
}

export interface Verdict {
  readonly isGood: boolean;
  /** For people, worst first. Exactly `notified once, lost nothing` when all is good. */
  readonly lines: readonly string[];
}

export class Ledger {
  readonly #expected = new Set<string>();
  readonly #arrivals = new Map<string, number>();
  readonly #lostWrites: string[] = [];

  /** From now on this notification must arrive, once. */
  expect(notice: Notice): void {
    this.#expected.add(keyOf(notice));
  }

  /** Counts an arrival; tells whether it is the first of its kind. */
  arrive(notice: Notice): boolean {
    const key = keyOf(notice);
    const count = (this.#arrivals.get(key) ?? 0) + 1;
    this.#arrivals.set(key, count);
    return count === 1;
  }

  /** Something that was acknowledged is gone. */
  lose(what: string): void {
    this.#lostWrites.push(what);
  }

  /** What must still arrive. */
  get outstandingCount(): number {
    return this.#expected
      .keys()
      .filter((key) => !this.#arrivals.has(key))
      .toArray().length;
  }

  get arrivedCount(): number {
    return this.#arrivals.values().reduce((sum, count) => sum + count, 0);
  }

  verdict(): Verdict {
    const neverTold = [...this.#expected].filter((key) => !this.#arrivals.has(key));
    const untimely = [...this.#arrivals.keys()].filter((key) => !this.#expected.has(key));
    const doubled = [...this.#arrivals].filter(([key, count]) => {
      return count > 1 && this.#expected.has(key);
    });
    const lines = [
      ...this.#lostWrites.map((what) => `lost: ${what}`),
      ...neverTold.map((key) => `never told: ${key}`),
      ...untimely.map((key) => `told although it should not be: ${key}`),
      ...doubled.map(([key, count]) => `told ${count} times: ${key}`),
    ];
    if (lines.length > 0) return { isGood: false, lines };
    return { isGood: true, lines: ["notified once, lost nothing"] };
  }
}

function keyOf({ tenant, alert, status }: Notice): string {
  return `${alert} of ${tenant}, ${status}`;
}
