/**
 * A map with a limit on what its values weigh. What was not used for longest goes first. A value heavier
 * than the whole limit is not kept.
 */
export class BoundedCache<Value> {
  readonly #weightMax: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  constructor(weightMax: number) {
    this.#weightMax = weightMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value kept under a key, or the one that is made now for `weight`. */
  getOrMake(key: string, weight: number, make: () => Value): Value {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const value = make();
    if (weight <= this.#weightMax) this.#keep(key, { value, weight });
    return value;
  }

  #keep(key: string, entry: { readonly value: Value; readonly weight: number }): void {
    this.#entries.set(key, entry);
    this.#weight += entry.weight;
    for (const [oldest, { weight }] of this.#entries) {
      if (this.#weight <= this.#weightMax) break;
      this.#entries.delete(oldest);
      this.#weight -= weight;
    }
  }
}
