interface Asking {
  readonly size: number;
  readonly go: () => void;
}

/**
 * Cuts the work of many into turns of the event loop: only so much is done in one of them, in the order of
 * asking. What is larger than a turn has one of its own. Who has begun something asks first, so that thousands
 * who begin do not hold up the end of all. Work is measured by its amount, never by a clock.
 */
export class Pacer {
  readonly #sizeMax: number;
  readonly #rest: (next: () => void) => void;
  readonly #asking: { readonly first: Asking[]; readonly later: Asking[] } = {
    first: [],
    later: [],
  };
  /** What is left of the present turn. */
  #room: number;
  #isResting = false;

  /** `rest` calls back after others have had a turn. */
  constructor(sizeMax: number, rest: (next: () => void) => void) {
    this.#sizeMax = sizeMax;
    this.#room = sizeMax;
    this.#rest = rest;
  }

  /** Takes so much of a turn. Undefined: of the present one; else await it. */
  take(size: number, lane: "first" | "later" = "later"): Promise<void> | undefined {
    const { first, later } = this.#asking;
    const isNext = first.length === 0 && (lane === "first" || later.length === 0);
    if (isNext && this.#fits(size)) {
      this.#spend(size);
      return undefined;
    }
    return new Promise((go) => this.#asking[lane].push({ size, go }));
  }

  #fits(size: number): boolean {
    return size <= this.#room || this.#room === this.#sizeMax;
  }

  #spend(size: number): void {
    this.#room -= size;
    if (this.#isResting) return;
    this.#isResting = true;
    this.#rest(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isResting = false;
    this.#room = this.#sizeMax;
    const { first, later } = this.#asking;
    this.#letGo(first);
    if (first.length === 0) this.#letGo(later);
  }

  #letGo(asking: Asking[]): void {
    let count = 0;
    for (const { size, go } of asking) {
      if (!this.#fits(size)) break;
      this.#spend(size);
      go();
      count += 1;
    }
    if (count > 0) asking.splice(0, count);
  }
}
