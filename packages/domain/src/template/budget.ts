/** What one rendering may use. Reached, it ends with an error: no text is better than a stopped loop. */
export interface RenderLimits {
  /** Nodes visited and elements, characters and matches handled. Default 1,000,000, some 100 ms. */
  readonly stepsMax: number;
  /** Templates calling templates, and values inside values. Default 400; Go stops at 100,000. */
  readonly depthMax: number;
  /** UTF-16 units of the result and of every text on the way to it. Default 4,000,000. */
  readonly outputMaxChars: number;
}

export const DEFAULT_LIMITS: RenderLimits = {
  stepsMax: 1_000_000,
  depthMax: 400,
  outputMaxChars: 4_000_000,
};

/** A limit was reached. The executor turns it into a problem that names the place. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
}

/** Counts what one rendering has used. */
export class Budget {
  readonly limits: RenderLimits;
  #stepsLeft: number;
  #depth = 0;

  constructor(limits: RenderLimits) {
    this.limits = limits;
    this.#stepsLeft = limits.stepsMax;
  }

  /** Pays for work about to be done. */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) {
      throw new BudgetError(`exceeded maximum steps (${this.limits.stepsMax})`);
    }
  }

  /** Refuses a text before it is built: a few characters of template can ask for gigabytes. */
  admitText(chars: number): void {
    if (chars > this.limits.outputMaxChars) {
      throw new BudgetError(`exceeded maximum output (${this.limits.outputMaxChars} characters)`);
    }
  }

  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.limits.depthMax) {
      throw new BudgetError(`exceeded maximum template depth (${this.limits.depthMax})`);
    }
  }

  leave(): void {
    this.#depth -= 1;
  }
}
