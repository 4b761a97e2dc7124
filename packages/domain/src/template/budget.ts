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

/** The limits as settings and messages name them. */
const LIMIT_NAMES: Readonly<Record<keyof RenderLimits, string>> = {
  stepsMax: "max-template-steps",
  depthMax: "max-template-depth",
  outputMaxChars: "max-template-output-chars",
};

/** A limit was reached. The executor turns it into a problem that names the place. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
  readonly limit: keyof RenderLimits;

  constructor(limit: keyof RenderLimits, what: string) {
    super(`exceeded maximum ${what}, see the limit "${LIMIT_NAMES[limit]}"`);
    this.limit = limit;
  }
}

/** Counts what one rendering has used. A limit that cannot be reached is Infinity. */
export class Budget {
  readonly limits: RenderLimits;
  #stepsLeft: number;
  #depth = 0;

  constructor(limits: RenderLimits) {
    this.limits = limits;
    this.#stepsLeft = limits.stepsMax;
  }

  /** What was paid for so far, more than the limit if that was reached. */
  get steps(): number {
    return this.limits.stepsMax - this.#stepsLeft;
  }

  /** Pays for work about to be done. */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) {
      throw new BudgetError("stepsMax", `steps (${this.limits.stepsMax})`);
    }
  }

  /** Refuses a text before it is built: a few characters of template can ask for gigabytes. */
  admitText(chars: number): void {
    if (chars > this.limits.outputMaxChars) {
      const { outputMaxChars } = this.limits;
      throw new BudgetError("outputMaxChars", `output (${outputMaxChars} characters)`);
    }
  }

  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.limits.depthMax) {
      throw new BudgetError("depthMax", `template depth (${this.limits.depthMax})`);
    }
  }

  leave(): void {
    this.#depth -= 1;
  }
}
