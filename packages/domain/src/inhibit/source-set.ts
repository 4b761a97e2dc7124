import type { Fingerprint } from "../model/index.ts";

/** A firing source with the instant of its end; without end it is infinite. */
export interface SourceEnd {
  readonly fp: Fingerprint;
  readonly endsAtMs: number;
}

/**
 * Sources that inhibit the same targets. All of them are kept, since any may outlive the others, but only
 * the one that ends last is asked: if it has ended, all have. It is looked for again only after it was
 * shortened or removed.
 */
export class SourceSet {
  /** Made with the second source: mostly there is one. */
  #endsAtMs: Map<Fingerprint, number> | undefined;
  #last: SourceEnd | undefined;

  get isEmpty(): boolean {
    return this.#endsAtMs === undefined ? this.#last === undefined : this.#endsAtMs.size === 0;
  }

  /** The source that ends last; undefined if there is none. */
  get last(): SourceEnd | undefined {
    if (this.#last !== undefined || this.#endsAtMs === undefined) return this.#last;
    for (const [fp, endsAtMs] of this.#endsAtMs) {
      if (this.#last === undefined || endsAtMs > this.#last.endsAtMs) this.#last = { fp, endsAtMs };
    }
    return this.#last;
  }

  set(fp: Fingerprint, endsAtMs: number): void {
    const last = this.last;
    if (this.#endsAtMs === undefined) {
      if (last === undefined || last.fp === fp) {
        this.#last = { fp, endsAtMs };
        return;
      }
      this.#endsAtMs = new Map([[last.fp, last.endsAtMs]]);
    }
    this.#endsAtMs.set(fp, endsAtMs);
    if (last === undefined || endsAtMs >= last.endsAtMs) this.#last = { fp, endsAtMs };
    else if (last.fp === fp) this.#last = undefined;
  }

  delete(fp: Fingerprint): boolean {
    const isLast = this.#last?.fp === fp;
    if (isLast) this.#last = undefined;
    return this.#endsAtMs === undefined ? isLast : this.#endsAtMs.delete(fp);
  }
}
