/**
 * The limit on alerts of one alert name (S-10). A known alert always passes. When the bucket is full a
 * newcomer takes the place of the alert that ends first, if that has ended. The one thrown out here stays
 * stored until it is collected.
 *
 * Not a heap as upstream has it: a bound below all ends tells a full bucket of firing alerts from one
 * that has a place, and only the latter is searched.
 */
export class LimitBucket {
  readonly #sizeMax: number;
  readonly #endsAtMs = new Map<string, number>();
  /** Not above the smallest end. */
  #endsFromMs = Number.POSITIVE_INFINITY;

  /** `sizeMax` is the most alerts that may be in it; 0 refuses all. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get size(): number {
    return this.#endsAtMs.size;
  }

  /** Takes an alert with its end, or says no. */
  upsert(id: string, endsAtMs: number, nowMs: number): boolean {
    if (!this.#endsAtMs.has(id) && !this.#makeRoom(nowMs)) return false;
    this.#endsAtMs.set(id, endsAtMs);
    this.#endsFromMs = Math.min(this.#endsFromMs, endsAtMs);
    return true;
  }

  /** True if nothing in it is still running: it can be thrown away. */
  isStale(nowMs: number): boolean {
    for (const endsAtMs of this.#endsAtMs.values()) {
      if (endsAtMs >= nowMs) return false;
    }
    return true;
  }

  #makeRoom(nowMs: number): boolean {
    if (this.#endsAtMs.size < this.#sizeMax) return true;
    if (this.#sizeMax < 1 || this.#endsFromMs >= nowMs) return false;
    let first: string | undefined;
    let firstMs = Number.POSITIVE_INFINITY;
    for (const [id, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs >= firstMs) continue;
      first = id;
      firstMs = endsAtMs;
    }
    this.#endsFromMs = firstMs;
    if (first === undefined || firstMs >= nowMs) return false;
    this.#endsAtMs.delete(first);
    return true;
  }
}
