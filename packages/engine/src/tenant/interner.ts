import type { LabelSet } from "@tocsin/domain/model";

const GENERATION_SIZE = 100_000;

/**
 * One copy of each text and of each list of label names, for all tenants of an instance.
 *
 * The pool is bounded without counting references: when the young generation is full it becomes the
 * old one, and what was in the old one and has not been asked for since is forgotten. Forgetting is
 * harmless, the next to come just gets a copy of its own.
 */
export class Interner {
  readonly #generationSize: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  #shapes = new Map<string, readonly string[]>();
  /** Most alerts have the label names of the one before: that is tried first. */
  #lastShape: readonly string[] = [];

  constructor(generationSize: number = GENERATION_SIZE) {
    this.#generationSize = generationSize;
  }

  /** How many texts are in the pool; never more than two generations. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  text(text: string): string {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const known = this.#old.get(text) ?? text;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(known, known);
    return known;
  }

  /** Label names that share one list with all others of the same names. */
  shape(names: readonly string[]): readonly string[] {
    if (isSameList(names, this.#lastShape)) return this.#lastShape;
    const key = names.join("\0");
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      if (this.#shapes.size >= this.#generationSize) this.#shapes.clear();
      shape = names.map((name) => this.text(name));
      this.#shapes.set(key, shape);
    }
    this.#lastShape = shape;
    return shape;
  }

  labels({ names, values }: LabelSet): LabelSet {
    return { names: this.shape(names), values: values.map((value) => this.text(value)) };
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
