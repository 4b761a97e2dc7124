import type { Steps } from "./steps.ts";

interface Asking {
  readonly amount: number;
  readonly go: () => void;
}

/**
 * Cuts the work of many into turns of the event loop: only so much is done in one of them, in the order of
 * asking. What is larger than a turn has one of its own. Who has begun something asks first, so that
 * thousands who begin do not hold up the end of all. Work is measured by its amount, never by a clock.
 */
export class Pacer {
  readonly #amountMax: number;
  readonly #rest: (next: () => void) => void;
  readonly #asking: { readonly first: Asking[]; readonly later: Asking[] } = {
    first: [],
    later: [],
  };
  /** What is left of the present turn. */
  #room: number;
  #isResting = false;

  /** `rest` calls back after others have had a turn. */
  constructor(amountMax: number, rest: (next: () => void) => void) {
    this.#amountMax = amountMax;
    this.#room = amountMax;
    this.#rest = rest;
  }

  /** Takes so much of a turn. Undefined: of the present one; else await it. */
  take(amount: number, lane: "first" | "later" = "later"): Promise<void> | undefined {
    const { first, later } = this.#asking;
    const isNext = first.length === 0 && (lane === "first" || later.length === 0);
    if (isNext && this.#fits(amount)) {
      this.#spend(amount);
      return undefined;
    }
    return new Promise((go) => this.#asking[lane].push({ amount, go }));
  }

  /** Does the steps, each when there is room for what the one before it has yielded; all now, if none yields. */
  async run<T>(steps: Steps<T>, lane: "first" | "later" = "later"): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      const turn = this.take(step.value, lane);
      if (turn !== undefined) await turn;
    }
  }

  #fits(amount: number): boolean {
    return amount <= this.#room || this.#room === this.#amountMax;
  }

  #spend(amount: number): void {
    this.#room -= amount;
    if (this.#isResting) return;
    this.#isResting = true;
    this.#rest(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isResting = false;
    this.#room = this.#amountMax;
    const { first, later } = this.#asking;
    this.#letGo(first);
    if (first.length === 0) this.#letGo(later);
  }

  #letGo(asking: Asking[]): void {
    let count = 0;
    for (const { amount, go } of asking) {
      if (!this.#fits(amount)) break;
      this.#spend(amount);
      go();
      count += 1;
    }
    if (count > 0) asking.splice(0, count);
  }
}
